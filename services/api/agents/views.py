"""Agents as clients see them."""

from typing import Any

import msgspec
from pydantic import BaseModel, Field

from api.agents.versions import Version
from parley.errors import AgentFileError
from parley.outside.notes import iso

_TIME: dict[str, Any] = {"format": "date-time"}
_VERSION = "9f86d081884c7d65"


class Wrong(BaseModel):
    """Something that is wrong with an agent's file."""

    field: str = Field(examples=["menus.main.options.2.to"])
    """Empty: the file itself."""
    line: int | None = Field(examples=[31])
    reason: str = Field(examples=["there is no menu sales"])


class Listed(BaseModel):
    """An agent in the list."""

    name: str = Field(examples=["techstore"])
    version: str = Field(examples=[_VERSION])
    """Names the content of its agent.yaml, in calls as well."""
    good: bool
    """False: its file is broken, and calls get what was last good."""
    company: str = Field(examples=["TechStore"])
    extensions: list[str] = Field(examples=[["100"]])
    languages: list[str] = Field(examples=[["en"]])


class Agents(BaseModel):
    """All agents."""

    agents: list[Listed]


class Whole(BaseModel):
    """An agent's file."""

    name: str = Field(examples=["techstore"])
    version: str = Field(examples=[_VERSION])
    number: int = Field(examples=[3])
    """Counts its versions, from 1."""
    errors: list[Wrong]
    """What is wrong with it; empty: it is good."""
    yaml: str = Field(examples=["company: TechStore\n"])
    """As it stands there."""
    file: Any = Field(examples=[{"company": "TechStore"}])
    """The same as JSON; null: it is no YAML, or none that JSON has."""


class Reviewed(BaseModel):
    """What is wrong with a file that has not been put."""

    good: bool
    errors: list[Wrong]


class Listing(BaseModel):
    """A version in the list."""

    number: int = Field(examples=[3])
    version: str = Field(examples=[_VERSION])
    at: str = Field(json_schema_extra=_TIME, examples=["2026-11-28T14:03:12Z"])
    """Since when it stands or stood there; of what was written by hand, when that was seen."""
    who: str = Field(examples=["crm"])
    """The name of the key; `operator`: somebody on the machine itself."""


class History(BaseModel):
    """The versions of an agent's file, newest first."""

    versions: list[Listing]


class Older(Listing):
    """A version of an agent's file."""

    yaml: str = Field(examples=["company: TechStore\n"])
    difference: str = Field(examples=["--- version 2\n+++ version 3\n"])
    """From the version before it, as a unified diff; of the oldest that is kept, all of it."""


def wrong(error: AgentFileError) -> Wrong:
    """An error."""
    return Wrong(field=error.field, line=error.line, reason=error.reason)


def listing(version: Version) -> Listing:
    """A version in short."""
    return Listing(**_short(version))


def older(version: Version, difference: str) -> Older:
    """All of a version."""
    return Older(**_short(version), yaml=version.text, difference=difference)


def _short(version: Version) -> dict[str, Any]:
    at = iso(version.at, "seconds")
    return {"number": version.number, "version": version.version, "at": at, "who": version.who}


def as_json(raw: Any) -> Any:
    """Values of YAML as JSON has them: days are text, and so are keys."""
    try:
        return msgspec.to_builtins(raw, str_keys=True)
    except (TypeError, ValueError):  # keys that are no text
        return None
