"""To the provider, and back from it with who somebody is."""

from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from api.console.door import door
from api.console.entry import login_page, remember
from api.console.oidc.accounts import Accounts
from api.console.oidc.attempts import LASTS_S, Attempt, Attempts
from api.console.oidc.people import People, Person
from api.console.oidc.provider import Provider
from api.console.oidc.reasons import STATUS, NotKnown
from api.console.pages import page
from parley import log

PATH = "/login/oidc"
TICKET = "parley_login"
Told = Annotated[str, Query(max_length=4096)]

router = APIRouter()
_log = log.get("oidc")


class Entrance:
    """What logging in by a provider needs."""

    def __init__(self, provider: Provider, people: People, accounts: Accounts) -> None:
        self.provider = provider
        self.attempts = Attempts()
        self._people = people
        self._accounts = accounts

    async def enter(self, code: str, attempt: Attempt) -> str:
        """The cookie of a new session; raise NotKnown."""
        claims = await self.provider.claims(code, attempt)
        person = await self._person(claims)
        return await run_in_threadpool(self._accounts.enter, person)

    async def _person(self, claims: dict[str, Any]) -> Person:
        try:
            return self._people.person(claims)
        except NotKnown as error:
            await run_in_threadpool(self._accounts.refuse, str(claims["sub"]), error.reason)
            raise


def _entrance(request: Request) -> Entrance:
    entrance: Entrance | None = request.app.state.entrance
    if entrance is None:
        raise HTTPException(404, "there is no such page")
    return entrance


@router.get(PATH)
async def go(request: Request) -> Response:
    """To the provider."""
    entrance = _entrance(request)
    attempt = entrance.attempts.begin()
    try:
        there = await entrance.provider.way(attempt)
    except NotKnown as error:
        return _refused(request, error)
    response = RedirectResponse(there, 303)
    # Not strict: the browser comes back from another site.
    response.set_cookie(
        TICKET,
        attempt.ticket,
        max_age=LASTS_S,
        path=PATH,
        httponly=True,
        samesite="lax",
        secure=urlsplit(request.app.state.url).scheme == "https",
    )
    return response


@router.get(f"{PATH}/back")
async def come_back(
    request: Request, code: Told = "", state: Told = "", error: Told = "", iss: Told = ""
) -> Response:
    """From it: with a code, or with why there is none (RFC 6749, sections 4.1.2 and 4.1.2.1)."""
    entrance, at = _entrance(request), door(request)
    at.may_try(PATH)
    attempt = entrance.attempts.known(request.cookies.get(TICKET, ""), state)
    try:
        if attempt is None:
            raise NotKnown("late")
        # Another provider's answer, which it has had sent here (RFC 9207).
        if iss and iss != entrance.provider.issuer:
            raise NotKnown("issuer", f"{iss!r} answers")
        if error or not code:
            raise NotKnown("refused", repr(error))
        cookie = await entrance.enter(code, attempt)
    except NotKnown as wrong:
        if attempt is not None:
            at.has_failed(PATH)
        return _refused(request, wrong)
    response = page(request, "entered")
    remember(request, response, cookie)
    response.delete_cookie(TICKET, PATH)
    return response


def _refused(request: Request, error: NotKnown) -> Response:
    _log.warning("nobody is let in by the provider", reason=error.reason, detail=error.detail)
    response = login_page(request, STATUS[error.reason], error.reason)
    response.delete_cookie(TICKET, PATH)
    return response
