"""Logging in and out, and choosing a password by a link that is good once."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Path, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.console.door import COOKIE, Known, Open, Sent, door, visitor
from api.console.door import Away as NobodyHere
from api.console.pages import page, then
from api.console.passes import PREFIX
from api.console.sessions import LONGEST_S
from api.console.upstream import Refused
from api.console.users import SHORTEST, User

Secret = Annotated[str, Path(pattern="^[A-Za-z0-9_-]{43}$")]

router = APIRouter()


@router.get("/login")
async def ask_for_password(request: Request) -> Response:
    """Who are you?"""
    try:
        await visitor(request)
    except NobodyHere:
        return login_page(request)
    return then("/live")


@router.post("/login")
async def log_in(request: Request, fields: Open) -> Response:
    """Begin a session."""
    _by_passwords(request)
    name = fields.get("name", "")
    cookie = await run_in_threadpool(door(request).log_in, name, fields.get("password", ""))
    if cookie is None:
        return login_page(request, 401, "password", name)
    return _let_in(request, cookie)


@router.post("/logout")
async def log_out(request: Request, _who: Known, _fields: Sent) -> Response:
    """End the session."""
    await run_in_threadpool(door(request).sessions.end, request.cookies.get(COOKIE, ""))
    response = then("/login")
    response.delete_cookie(COOKIE)
    return response


@router.get("/first/{secret}")
def ask_for_first_password(request: Request, secret: Secret) -> Response:
    """Choose a password; looking at the page does not use the link."""
    _by_passwords(request)
    user = door(request).users.invited(secret)
    return _first(request, secret, user, 200 if user else 404)


@router.post("/first/{secret}")
async def choose_password(request: Request, secret: Secret, fields: Open) -> Response:
    """Have this be the password of the link's user, and begin a session."""
    _by_passwords(request)
    at = door(request)
    invited = await run_in_threadpool(at.users.invited, secret)
    if fields.get("password") != fields.get("again"):
        return _first(request, secret, invited, 422, "The two passwords are not the same.")
    try:
        user = await run_in_threadpool(at.users.choose, secret, fields.get("password", ""))
    except ValueError:
        return _first(request, secret, invited, 422, "The password is too short, or too long.")
    if user is None:
        return _first(request, secret, None, 404)
    await run_in_threadpool(at.sessions.end_all, user.name)
    await run_in_threadpool(at.audit.note, PREFIX + user.name, "console.password", user.name)
    return _let_in(request, await run_in_threadpool(at.begin, user))


def _first(request: Request, secret: str, user: User | None, status: int, wrong: str = "") -> Response:
    return page(request, "first", status=status, secret=secret, user=user, wrong=wrong, shortest=SHORTEST)


def login_page(request: Request, status: int = 200, wrong: str = "", name: str = "") -> Response:
    """Where one logs in; `wrong`: why that was not done, a code."""
    state = request.app.state
    provider = state.entrance.provider.host if state.entrance else ""
    return page(
        request,
        "login",
        status=status,
        wrong=wrong,
        name=name,
        passwords=state.passwords,
        provider=provider,
        url=state.url,
    )


def _by_passwords(request: Request) -> None:
    """Raise Refused where there are none."""
    if not request.app.state.passwords:
        raise Refused(403, "no-passwords", "nobody has a password here: log in by the provider", [])


def _let_in(request: Request, cookie: str) -> Response:
    response = then("/live")
    remember(request, response, cookie)
    return response


def remember(request: Request, response: Response, cookie: str) -> None:
    """Have a browser be logged in."""
    response.set_cookie(
        COOKIE,
        cookie,
        max_age=int(LONGEST_S),
        httponly=True,
        samesite="strict",
        secure=urlsplit(request.app.state.url).scheme == "https",
    )
