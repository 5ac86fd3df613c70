"""The API over a real database of records, with a real Redis where one is asked."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.access.database import Database
from api.access.keys import Keys
from api.access.scopes import SCOPES
from api.application import make
from api.settings import ApiSettings
from parley.bus import Bus
from parley.event_log import LoggedEvent
from parley.messages import Event
from parley.outside.spool import Spool
from records.campaigns.book import Book
from records.campaigns.plan import Row, read_plan
from records.store import Store

NOWHERE = "redis://127.0.0.1:1/0"
NOBODY = "http://127.0.0.1:1/api/v1"
NOON = 1_780_000_000.0
SOUND = bytes(range(256)) * 4
SHOP = """\
company: Shop
extensions: ["100"]
greeting: Hello!
persona: You are the shop's voice.
"""


@dataclass
class Site:
    """Where the API of a test finds everything, and the API itself."""

    folder: Path
    app: FastAPI
    keys: Keys
    store: Store
    spool: Spool
    url: str = ""
    """Where it listens; empty: nowhere, and only `client` and `anybody` reach it."""

    def key(self, *scopes: str, name: str = "tests") -> str:
        """A new key, good for these or, without any, for everything."""
        return self.keys.make(name, scopes or tuple(SCOPES))

    def anybody(self) -> httpx.Client:
        """A client without a key."""
        return TestClient(self.app, base_url="http://parley/api/v1", raise_server_exceptions=False)

    def client(self, *scopes: str, name: str = "crm") -> httpx.Client:
        """A client with a new key."""
        client = self.anybody()
        client.headers["Authorization"] = f"Bearer {self.key(*scopes, name=name)}"
        return client


@contextmanager
def built(
    folder: Path,
    redis_url: str = NOWHERE,
    requests_per_minute: int = 100_000,
    *,
    database_url: str = "",
    cell: str = "",
    console: str = "",
) -> Iterator[Site]:
    """An API that does not listen. `database_url`: of the records of all cells, where this one is called `cell`,
    and its console is at `console`.
    """
    for name in ("recordings/voicemail", "api", "records", "agents"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    settings = ApiSettings(
        redis_url=redis_url,
        api_dir=str(folder / "api"),
        records_dir=str(folder / "records"),
        recordings_dir=str(folder / "recordings"),
        agents_dir=str(folder / "agents"),
        webhooks_dir=str(folder / "webhooks"),
        api_requests_per_minute=requests_per_minute,
        database_url=database_url,
        cell_name=cell,
        console_url=console,
    )
    database = Database(folder / "api")
    store = Store(folder / "records")
    app = make(settings, database, Bus.connect(redis_url), folder / "identity")
    app.state.prometheus = NOBODY  # a stack's name would be looked for, and nobody has it here
    yield Site(folder, app, Keys(database), store, app.state.spool)
    app.state.spool.close()
    store.close()
    database.close()


@contextmanager
def listening(app: FastAPI) -> Iterator[str]:
    """Where an application listens, on a port of its own."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        server = uvicorn.Server(
            uvicorn.Config(
                app, log_config=None, lifespan="off", ws="websockets-sansio", timeout_graceful_shutdown=1
            )
        )
        thread = threading.Thread(target=server.run, args=([place],))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{place.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def served(folder: Path, redis_url: str) -> Iterator[Site]:
    """One that listens."""
    with built(folder, redis_url) as site, listening(site.app) as url:
        site.url = url
        yield site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with built(tmp_path) as site:
        yield site


def agent(site: Site, name: str) -> Path:
    """The folder of an agent that stands in a site's folder."""
    folder = site.folder / "agents" / name
    (folder / "knowledge").mkdir(parents=True)
    (folder / "agent.yaml").write_text(SHOP)
    return folder


def campaign(site: Site, agent: str = "shop") -> None:
    """A campaign spring of three people, which was started and paused."""
    rows = [
        Row("+4930123456", "form", {"name": "Jane"}),
        Row("1001", "", {"name": "Joe"}),
        Row("1002", "form", {"name": "Jim"}),
    ]
    with closing(Book(site.folder / "records")) as book:
        book.put("spring", read_plan(f"{{agent: {agent}, greeting: 'Hello {{name}}.'}}"), rows)
        book.enter("spring", "running", NOON)
        book.enter("spring", "paused", NOON)


_numbers = iter(range(1, 1_000_000))


def happened(store: Store, call: str, *events: tuple[str, dict[str, object]], at: float = NOON) -> None:
    """Have the records take in what happened in a call, a second each."""
    store.add(
        LoggedEvent(
            f"{next(_numbers)}-0", Event(call=call, kind=kind, at=at + n, data={"agent": "shop", **data})
        )
        for n, (kind, data) in enumerate(events)
    )


def spoken(
    store: Store,
    call: str,
    question: str,
    answer: str,
    *,
    at: float = NOON,
    caller: str = "1001",
    **more: object,
) -> None:
    """Have the records take in a whole call of one question."""
    happened(
        store,
        call,
        ("call_started", {"caller": caller, "extension": "100"}),
        ("caller_said", {"turn": 1, "text": question}),
        ("turn", {"turn": 1, "revision": 1, "voice_to_voice": 0.5}),
        ("agent_said", {"revision": 1, "text": answer, "whole": True}),
        ("key", {"digit": "1"}),
        *((kind, data) for kind, data in more.items() if isinstance(data, dict)),
        ("call_ended", {"outcome": "caller_hung_up", "caller": caller, "extension": "100", "mos": 4.3}),
        at=at,
    )
