"""The console as an application of its own, on a port of its own: pages and keys are never answered in one place."""

from pathlib import Path
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware

from api.access.audit import Audit
from api.access.database import Database
from api.access.keys import Keys
from api.console import calls, entry, live, settings_page, webhooks
from api.console.agents import cells, questions
from api.console.agents import routes as agents
from api.console.campaigns import routes as campaigns
from api.console.chats import routes as chats
from api.console.door import Away, Door, visitor
from api.console.headers import Headers
from api.console.knowledge import routes as knowledge
from api.console.mobile import routes as mobile
from api.console.oidc import routes as oidc
from api.console.oidc.accounts import Accounts
from api.console.oidc.people import People
from api.console.oidc.provider import Client, Provider
from api.console.pages import STATIC, page, then
from api.console.passes import Passes
from api.console.people import routes as people
from api.console.people.numbers import Numbers
from api.console.people.telephones import Telephones
from api.console.people.waiting import Waiting
from api.console.phone import devices, supervising
from api.console.phone import routes as phone
from api.console.phone.ice import Helpers
from api.console.phone.line import Line
from api.console.recordings import routes as recordings
from api.console.sessions import Sessions
from api.console.upstream import Refused, Upstream
from api.console.users import Users
from api.settings import ApiSettings
from parley import log
from parley.errors import SettingError
from parley.outside.addresses import hosts_of
from parley.outside.push.box import PushBox

API = "http://127.0.0.1:8000/api/v1"
"""In the same container, on the port of `python -m api`."""
ASTERISK = "ws://asterisk:8088/ws"
"""SIP by WebSocket (RFC 7118), beside ARI."""
SECRET = Path("/run/secrets/oidc_client_secret")
"""What proves to the provider that we are its client; an empty file: nothing does."""
_LOCAL = ["127.0.0.1", "localhost"]
_log = log.get("console")


_PARTS = (
    entry,
    oidc,
    mobile,
    live,
    phone,
    devices,
    supervising,
    people,
    calls,
    recordings,
    chats,
    campaigns,
    questions,
    agents,
    cells,
    knowledge,
    settings_page,
    webhooks,
)


def make(
    settings: ApiSettings,
    database: Database,
    api: str = API,
    asterisk: str = ASTERISK,
    secret: Path = SECRET,
) -> FastAPI:
    """Put the application together; raise SettingError for a setting that is wrong."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.url = settings.console_url.rstrip("/")
    app.state.upstream = Upstream(api)
    app.state.door = Door(
        Users(database), Sessions(database), Passes(Keys(database)), Audit(database, settings.api_audit_days)
    )
    app.state.passwords = settings.console_passwords
    app.state.entrance = _entrance(settings, app.state.door, secret)
    app.state.line = Line(asterisk, settings.sip_password_web)
    numbers = Numbers(database, settings.console_phones)
    box = PushBox(Path(settings.webhooks_dir))
    app.state.telephones = Telephones(asterisk, settings.sip_password_web, numbers, box)
    app.state.waiting = Waiting()
    app.state.helpers = Helpers(settings.turn_urls, settings.turn_secret)
    for module in _PARTS:
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_exception_handler(Away, _away)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(RequestValidationError, _of_validation)
    # Another name that leads to 127.0.0.1 must not make these pages those of somebody's site.
    app.add_middleware(TrustedHostMiddleware, [*_LOCAL, urlsplit(settings.console_url).hostname or ""])
    app.add_middleware(Headers)
    return app


def _entrance(settings: ApiSettings, door: Door, secret: Path) -> oidc.Entrance | None:
    """How one logs in by a provider; None: there is none."""
    issuer = settings.console_oidc_issuer
    if not issuer:
        if not settings.console_passwords:
            raise SettingError(
                "CONSOLE_PASSWORDS", "must be true: without CONSOLE_OIDC_ISSUER nobody could log in"
            )
        return None
    client = Client(
        settings.console_oidc_client_id,
        secret.read_text().strip() if secret.is_file() else "",
        settings.console_oidc_scope,
        f"{settings.console_url.rstrip('/')}{oidc.PATH}/back",
    )
    provider = Provider(issuer, client, hosts_of("INSIDE_HOSTS", settings.inside_hosts))
    people = People(
        settings.console_oidc_name_claim, settings.console_oidc_role_claim, settings.console_oidc_roles
    )
    return oidc.Entrance(provider, people, Accounts(door, issuer))


async def _away(_request: Request, _error: Exception) -> Response:
    return then("/login")


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    if error.status == 401:
        return await _problem(request, 401, "the key of this user has been revoked; log out and in again")
    return await _problem(request, error.status, error.detail)


async def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return await _problem(request, error.status_code, error.detail)


async def _of_validation(request: Request, _error: Exception) -> Response:
    return await _problem(request, 404, "there is no such page")


async def _problem(request: Request, status: int, detail: str) -> Response:
    """A page that says what is wrong, with the way on for who is logged in."""
    try:
        who = await visitor(request)
    except Away:
        who = None
    return page(request, "problem", who, status=status, code=status, detail=detail)
