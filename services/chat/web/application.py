"""The application: its routes, the widget, and what they need."""

from collections.abc import Mapping
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse

from api import problems
from api.bounds import Bounded
from chat.talk.house import House
from chat.web import calls, page
from chat.web.origins import BASE, Origins
from chat.web.routes import router
from chat.web.stream import Streams
from chat.web.visitors import Limits
from parley.agents import Agent, find
from parley.outside.commands import Commands

_WIDGET = Path(__file__).with_name("widget.js")
_CACHED_S = 300
_ABOUT = (
    """Chats with the agents, for web pages and programs. Errors are `application/problem+json` (RFC 9457)."""
)


def make(house: House, agents: Mapping[str, Agent], limits: Limits, commands: Commands) -> FastAPI:
    """Put the application together; `commands`: the way to who makes calls."""
    app = FastAPI(
        title="Parley chat",
        version="1",
        description=_ABOUT,
        openapi_url=f"{BASE}/openapi.json",
        # These pages fetch their scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.house, app.state.agents, app.state.limits = house, agents, limits
    app.state.streams, app.state.dials = Streams(), commands.dials()
    app.state.callbacks = commands.callbacks()
    base = APIRouter(prefix=BASE)
    base.include_router(router)
    base.include_router(calls.router)
    app.include_router(base)
    app.include_router(page.router)
    app.add_api_route("/chat/widget.js", _widget, include_in_schema=False)
    problems.install(app)
    app.add_middleware(Bounded)

    def of_chat(chat: str) -> Agent | None:
        talk = house.talk(chat)
        return None if talk is None else find(agents, talk.kept.agent)

    app.add_middleware(Origins, agents.get, of_chat)
    return app


async def _widget() -> FileResponse:
    """The script that pages include; any page may load it, and those alone chat that an agent's file names."""
    headers = {
        "Cache-Control": f"public, max-age={_CACHED_S}",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "X-Content-Type-Options": "nosniff",
    }
    return FileResponse(_WIDGET, media_type="text/javascript", headers=headers)
