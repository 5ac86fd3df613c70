"""Lets a browser in: by its session, and what it sends only from the console's own pages (CSRF)."""

import hmac
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from api.access.audit import Audit
from api.console.passes import PREFIX, Passes
from api.console.sessions import Sessions
from api.console.upstream import Refused
from api.console.users import ROLES, User, Users

COOKIE = "parley_console"
FORM = "form"
"""The field of forms that proves where they come from."""
RENEWAL = "x-parley-renewal"
"""The header of what a page asks by itself (`static/renewal.js`)."""
_MOST = 1 << 20
"""Bytes of a form: an agent's file has 256 kB at the most, and its lines grow when they are sent."""
_OF_ONE = RateLimitItemPerMinute(10, 15)
_OF_ALL = RateLimitItemPerMinute(60, 15)
"""Wrong passwords, and other tries that fail, in fifteen minutes. Behind Docker everybody has the same address, so
names are counted.
"""


class Away(Exception):
    """Nobody is logged in here."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks for a page."""

    name: str
    role: str
    form: str
    key: str
    """The API is asked with it."""

    def may(self, scope: str) -> bool:
        """Whether the API would let this be done, so that pages offer nothing else."""
        return scope in ROLES[self.role]


class Door:
    """Knows users, and how many wrong passwords there were of late."""

    def __init__(self, users: Users, sessions: Sessions, passes: Passes, audit: Audit) -> None:
        self.users = users
        self.sessions = sessions
        self.passes = passes
        self.audit = audit
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def visitor(self, cookie: str, *, used: bool = True) -> Visitor | None:
        """Whose cookie this is; `used`: see `Sessions.known`. Blocking."""
        session = self.sessions.known(cookie, used=used)
        if session is None:
            return None
        key = self.passes.key(session.name, session.role)
        return Visitor(session.name, session.role, session.form, key)

    def log_in(self, name: str, password: str) -> str | None:
        """The cookie of a new session; None: wrong. Blocking; raise Refused after too many that were wrong."""
        name = name.strip().lower()
        if not all(self._limiter.test(limit, who) for limit, who in _counted(name)):
            raise _too_many()
        user = self.users.proven(name, password)
        if user is None:
            for limit, who in _counted(name):
                self._limiter.hit(limit, who)
            # What is no user's name may be a password in the wrong field.
            if self.users.one(name):
                self.audit.note(PREFIX + name, "console.login", name, "failed")
            return None
        return self.begin(user)

    def may_try(self, way: str) -> None:
        """Raise Refused after too many who were not let in by another way than a password."""
        if not self._limiter.test(_OF_ALL, way):
            raise _too_many()

    def has_failed(self, way: str) -> None:
        """Somebody was not let in by that way."""
        self._limiter.hit(_OF_ALL, way)

    def remove(self, name: str, by: str) -> None:
        """Somebody is no user any more, from their next click on; `by`: who did it, in the audit log. Blocking."""
        self.users.remove(name)
        self.sessions.end_all(name)
        self.passes.revoke(name)
        self.audit.note(by, "console.user", name, "removed")

    def begin(self, user: User) -> str:
        """Begin a session and return its cookie. Blocking."""
        self.passes.renew(user.name)
        self.audit.note(PREFIX + user.name, "console.login", user.name)
        return self.sessions.begin(user.name)


def door(request: Request) -> Door:
    """The application's."""
    return request.app.state.door


async def visitor(request: Request) -> Visitor:
    """Who asks; raise Away when that is not known."""
    found = await run_in_threadpool(
        door(request).visitor, request.cookies.get(COOKIE, ""), used=not _by_itself(request)
    )
    if found is None:
        raise Away
    return found


async def open_form(request: Request) -> dict[str, str]:
    """The fields of a form that came from one of our pages, before anybody is logged in."""
    same_origin(request)
    return await _fields(request)


Known = Annotated[Visitor, Depends(visitor)]


async def form(request: Request, who: Known) -> dict[str, str]:
    """The fields of a form of a page that this visitor was shown."""
    fields = await open_form(request)
    prove(fields, who)
    return fields


Open = Annotated[dict[str, str], Depends(open_form)]
Sent = Annotated[dict[str, str], Depends(form)]


def _by_itself(request: Request) -> bool:
    """Whether a page asks this while nobody does anything: that is no use of a session."""
    return RENEWAL in request.headers or request.headers.get("accept") == "text/event-stream"


def _counted(name: str) -> list[tuple[RateLimitItemPerMinute, str]]:
    return [(_OF_ONE, f"name {name}"), (_OF_ALL, "all")]


def _too_many() -> Refused:
    return Refused(429, "too-many-requests", "too many tries that failed; wait some minutes", [])


def same_origin(request: Request) -> None:
    """Raise Refused for a form from elsewhere: every browser of today tells where one comes from."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    if site != "same-origin" or (origin and urlsplit(origin).netloc != request.headers.get("host")):
        raise _foreign()


def prove(fields: dict[str, str], who: Visitor) -> None:
    """Raise Refused unless a form is of a page that this visitor was shown; what proves it is taken out."""
    if not hmac.compare_digest(fields.pop(FORM, "").encode(), who.form.encode()):
        raise _foreign()


def _foreign() -> Refused:
    return Refused(403, "foreign", "this did not come from a page of the console; load the page again", [])


async def _fields(request: Request) -> dict[str, str]:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST:
            raise Refused(413, "too-much", "this is too long", [])
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=50, errors="strict"))
    except ValueError as error:
        raise Refused(400, "bad-request", "this is no form", []) from error
