"""The console over a real API that listens, with a real Redis and a real database of records."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.access.database import Database
from api.console.application import ASTERISK, SECRET, make
from api.console.door import COOKIE, FORM, Door
from api.settings import ApiSettings
from tests.api.conftest import Site, served

URL = "http://127.0.0.1:8443"


@dataclass
class Console:
    """The console of a test, and somebody who looks at it."""

    site: Site
    app: FastAPI
    browser: httpx.Client

    @property
    def door(self) -> Door:
        return self.app.state.door

    def enter(self, name: str = "anna", role: str = "admin") -> None:
        """Be this user from now on."""
        self.door.users.put(name, role)
        user = self.door.users.one(name)
        assert user is not None
        self.browser.cookies.clear()
        self.browser.cookies.set(COOKIE, self.door.begin(user), domain="127.0.0.1")

    def demote(self, name: str, role: str) -> None:
        """Give a user another role, or with none remove them, by the command line: the console does not hear of it."""
        if role:
            self.door.users.put(name, role)
        else:
            self.door.users.remove(name)

    def page(self, path: str, status: int = 200) -> str:
        """The text of a page."""
        answer = self.browser.get(path)
        assert answer.status_code == status, answer.text
        return answer.text

    def send(self, path: str, **fields: str) -> httpx.Response:
        """Send a form as a page of the session has it."""
        session = self.door.sessions.known(self.browser.cookies[COOKIE])
        assert session is not None
        return self.browser.post(path, data={FORM: session.form, **fields})

    def done(self) -> list[tuple[str, str, str, str]]:
        """What stands in the audit log, oldest first: who, action, subject, outcome."""
        entries = reversed(self.door.audit.entries(100))
        return [(entry.who, entry.action, entry.subject, entry.outcome) for entry in entries]


@contextmanager
def opened(
    folder: Path,
    redis_url: str,
    url: str = URL,
    *,
    asterisk: str = ASTERISK,
    web: str = "",
    phones: str = "",
    secret: Path = SECRET,
    **more: Any,
) -> Iterator[Console]:
    """One whose browser follows no redirections by itself; `web`: the secret that Asterisk knows it by, `secret`: that
    of its client at a provider; `more`: settings.
    """
    with served(folder, redis_url) as site:
        database = Database(folder / "api")
        settings = ApiSettings(
            redis_url=redis_url,
            api_dir=str(folder / "api"),
            webhooks_dir=str(folder / "webhooks"),
            console_url=url,
            sip_password_web=web,
            console_phones=phones,
            **more,
        )
        app = make(settings, database, f"{site.url}/api/v1", asterisk, secret)
        with TestClient(app, base_url=url, follow_redirects=False) as browser:
            yield Console(site, app, browser)
            assert browser.portal is not None
            browser.portal.call(app.state.telephones.close)
        app.state.telephones.box.close()
        database.close()


@pytest.fixture
def console(tmp_path: Path, redis_url: str) -> Iterator[Console]:
    with opened(tmp_path, redis_url) as console:
        yield console
