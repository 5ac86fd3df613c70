"""What a provider says of somebody, as a user of the console: their name and their role. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.console.oidc.reasons import NotKnown
from api.console.users import ROLES
from parley.errors import SettingError

_OTHER = re.compile(r"[^a-z0-9._-]+")
_LONGEST = 32
"""Of a user's name."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may come in."""

    subject: str
    """Who they are at the provider, for ever (`sub`)."""
    name: str
    """As a user's name; another person's may be the same."""
    role: str


class People:
    """How claims are read."""

    def __init__(self, name_claim: str, role_claim: str, roles: str) -> None:
        """`roles`: `role=value` with semicolons between; raise SettingError for what is none, or for none at all."""
        self._name_claim = name_claim
        self._role_claim = role_claim
        self._roles: dict[str, set[str]] = {}
        for part in filter(None, (part.strip() for part in roles.split(";"))):
            role, _, value = (each.strip() for each in part.partition("="))
            if role not in ROLES or not value:
                raise SettingError(
                    "CONSOLE_OIDC_ROLES",
                    f"{part!r} must be a role ({', '.join(ROLES)}), = and a value that gives it",
                )
            self._roles.setdefault(role, set()).add(value)
        if not self._roles:
            raise SettingError("CONSOLE_OIDC_ROLES", "must say who has which role: nobody could log in")

    def person(self, claims: Mapping[str, Any]) -> Person:
        """Who it is; raise NotKnown for who has no role, which is whom no value gives one, or no name."""
        role = self._role(claims)
        if role is None:
            raise NotKnown("role", f"{self._role_claim} is {_claim(claims, self._role_claim)!r}")
        return Person(str(claims["sub"]), self._name(claims), role)

    def _role(self, claims: Mapping[str, Any]) -> str | None:
        """The one that may the most of those that somebody has."""
        found = _claim(claims, self._role_claim)
        values = {
            value for value in (found if isinstance(found, list) else [found]) if isinstance(value, str)
        }
        return next((role for role in reversed(ROLES) if values & self._roles.get(role, set())), None)

    def _name(self, claims: Mapping[str, Any]) -> str:
        found = _claim(claims, self._name_claim)
        told = found if isinstance(found, str) else ""
        # Of an address what stands before the host; a name begins with a letter or a digit.
        name = _OTHER.sub("-", told.strip().lower().partition("@")[0]).lstrip("._-")[:_LONGEST]
        if not name:
            raise NotKnown("name", f"{self._name_claim} is {found!r}")
        return name


def _claim(claims: Mapping[str, Any], name: str) -> Any:
    """A claim by its name, or within others (`realm_access.roles`); names may have dots themselves."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found
