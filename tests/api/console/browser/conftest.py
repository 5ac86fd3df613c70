"""The console in a real browser, over a real API, a real Redis and a real database of records: no stack."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser

from api.access.database import Database
from api.console.application import ASTERISK, make
from api.console.door import Door
from api.settings import ApiSettings
from tests.api.conftest import Site, listening, served
from tests.chromium import browser
from tests.e2e.browser.console import Console, invited

Enter = Callable[..., AbstractAsyncContextManager[Console]]
"""`async with enter("admin") as page`: somebody of that role in the console."""
WORKED_MS = 15_000
"""So long a busy machine may take for what a page does by itself."""


@dataclass
class Here:
    """The console of a test."""

    site: Site
    door: Door
    url: str


@contextmanager
def opened(
    folder: Path, redis_url: str, *, asterisk: str = ASTERISK, web: str = "", url: str = ""
) -> Iterator[Here]:
    """One that listens; `url`: what browsers find it by, empty: 127.0.0.1."""
    with served(folder, redis_url) as site:
        database = Database(folder / "api")
        settings = ApiSettings(
            redis_url=redis_url,
            api_dir=str(folder / "api"),
            console_url=url or "http://127.0.0.1:8443",
            sip_password_web=web,
        )
        app = make(settings, database, f"{site.url}/api/v1", asterisk)
        with listening(app) as here:
            yield Here(site, app.state.door, here)
        database.close()


@pytest.fixture
def here(tmp_path: Path, redis_url: str) -> Iterator[Here]:
    with opened(tmp_path, redis_url) as found:
        yield found


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with browser() as found:
        yield found


@asynccontextmanager
async def entered(
    here: Here, chromium: Browser, role: str, *, address: str = "", **settings: Any
) -> AsyncIterator[Console]:
    """Somebody of a role; `address`: where they find the console, empty: where it listens."""
    here.door.users.put(role, role)
    link = f"/first/{here.door.users.link(role)}"
    async with invited(
        chromium, link, address=address or here.url, speaks=False, built=False, **settings
    ) as console:
        console.page.set_default_timeout(WORKED_MS)
        yield console


@pytest.fixture
def enter(here: Here, chromium: Browser) -> Enter:
    def somebody(role: str, **settings: Any) -> AbstractAsyncContextManager[Console]:
        return entered(here, chromium, role, **settings)

    return somebody
