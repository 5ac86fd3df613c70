"""The application: its routes and what they need. Nothing of it is known to who answers calls."""

from functools import partial
from pathlib import Path

import psycopg
from fastapi import APIRouter, FastAPI

from api import description, overview, problems, prometheus, report, telephones
from api.access.audit import Audit
from api.access.database import Database
from api.access.guard import Guard
from api.access.keys import Keys
from api.access.repeats import Repeats
from api.agents import answer_routes, experiment_routes, knowledge_routes, question_routes
from api.agents import routes as agents
from api.agents.asking import Asking
from api.agents.desk import Desk
from api.agents.files import Files
from api.agents.knowledge import Knowledge
from api.agents.mending import Mending
from api.agents.versions import Versions
from api.bounds import Bounded
from api.calls import cells, corrections
from api.calls import routes as calls
from api.calls.heartbeat import Heartbeat
from api.calls.routes import Places
from api.campaigns import routes as campaigns
from api.live import callbacks, chats, do_not_call, starting, stream, supervision
from api.live import routes as live
from api.live.orders import Orders
from api.mcp import server as mcp
from api.measures import Measured
from api.publishing import routes as publishing
from api.publishing.kept import Kept
from api.publishing.publisher import Publisher
from api.settings import ApiSettings
from api.webhooks import routes as webhooks
from parley.bus import Bus
from parley.outside.spool import Spool
from records.central import tables
from records.central.cell import reachable

IDENTITY = Path("/run/secrets/recordings_identity")
"""What opens encrypted recordings, an age identity; an empty file: nothing does."""
_BASE = "/api/v1"
_ABOUT = """Calls of a telephone agent, what is kept of them, and the agents themselves, for a company's other systems.

Every request needs a key (`Authorization: Bearer parley_...`), which is good for some scopes. Errors are
`application/problem+json` (RFC 9457)."""

# Of two that a path could mean, the first one is meant.
_ROUTERS = (
    *(calls.router, cells.router, corrections.router, publishing.router),
    *(live.router, supervision.router, starting.router, do_not_call.router, callbacks.router),
    *(chats.router, stream.router),
    *(agents.router, knowledge_routes.router, question_routes.router, answer_routes.router),
    experiment_routes.router,
    *(campaigns.router, webhooks.router, overview.router, report.router, telephones.router),
)


def make(settings: ApiSettings, database: Database, bus: Bus, identity: Path = IDENTITY) -> FastAPI:
    """Put the application together."""
    app = FastAPI(
        title="Parley",
        version="1",
        description=_ABOUT,
        openapi_url=f"{_BASE}/openapi.json",
        # These pages fetch their scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        # A path with a slash too many is another path, not one to be sent somewhere else from.
        redirect_slashes=False,
    )
    app.state.places = Places(Path(settings.records_dir), Path(settings.recordings_dir), identity)
    app.state.cells = cells.Cells(settings.database_url, settings.cell_name)
    app.state.bus = bus
    audit = app.state.audit = Audit(database, settings.api_audit_days)
    _give_agents(app, Files(Path(settings.agents_dir)), Versions(database))
    connect = partial(_connected, settings) if settings.database_url else None
    app.state.publisher = Publisher(app.state.desk, Kept(database), settings.cell_name, connect)
    app.state.heartbeat = Heartbeat(
        Path(settings.records_dir), bus, settings.cell_name, reachable(settings.console_url), connect
    )
    keys = app.state.keys = Keys(database)
    app.state.guard = Guard(keys, settings.api_requests_per_minute)
    app.state.prometheus = prometheus.URL
    app.state.spool = Spool(Path(settings.webhooks_dir))
    app.state.orders = Orders(bus, audit, Repeats(database), app.state.cells.elsewhere_now)
    app.state.streams = stream.Streams(bus.event_log(), keys)
    app.include_router(_routes())
    problems.install(app)
    description.install(app)
    mcp.install(app, _BASE)
    app.add_middleware(Bounded)
    app.add_middleware(Measured)
    return app


def _routes() -> APIRouter:
    """Everything that can be asked."""
    base = APIRouter(prefix=_BASE)
    for router in _ROUTERS:
        base.include_router(router)
    return base


def _connected(settings: ApiSettings) -> psycopg.Connection:
    return tables.connected(settings.database_url, f"parley cell {settings.cell_name}")


def _give_agents(app: FastAPI, files: Files, versions: Versions) -> None:
    """What the routes of agents need."""
    app.state.desk = Desk(files, versions, app.state.audit)
    app.state.knowledge = Knowledge(files)
    app.state.asking = Asking(app.state.bus)
    app.state.mending = Mending(app.state.desk, app.state.knowledge, app.state.asking, app.state.audit)
