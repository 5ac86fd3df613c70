"""What several services' tests share."""

import logging
import os
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
import structlog
from hypothesis import settings

import redis
from parley.bus import Bus
from tests.postgresql import Server, running

# How long an example takes says nothing on a busy machine.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

SHOWN_LINES = 25
FIRST_DATABASE = 9
"""Of as many as tests run at a time (pytest-xdist)."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what fails once more: on the stack speech is made and recognised anew each time, and everywhere else a
    machine that others use as well may stand still for longer than a test waits. What needed that, the closing line
    counts, and the summary names.
    """
    for item in items:
        item.add_marker(pytest.mark.flaky(reruns=1))
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was wrong the first time with what passed the second time: it may be a fault that comes now and then."""
    for report in terminalreporter.getreports("rerun"):
        terminalreporter.write_sep("_", f"first run of {report.nodeid}")
        terminalreporter.write_line("\n".join(report.longreprtext.splitlines()[-SHOWN_LINES:]))


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """A test that runs a command as its process does has the logs go to where that test's output went: to no other."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    if structlog.is_configured():
        structlog.reset_defaults()
        root.handlers[:] = handlers
        root.setLevel(level)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A real Redis that tests may empty: a database of their own on REDIS_URL's server, else a server of their own.

    A running stack's workers read database 0, and would take the tests' jobs.
    """
    given = os.environ.get("REDIS_URL")
    if given:
        database = FIRST_DATABASE + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
        yield urlunsplit(urlsplit(given)._replace(path=f"/{database}"))
        return
    if not shutil.which("redis-server"):
        pytest.fail("no Redis: set REDIS_URL or install redis-server")
    port = free_port()
    server = subprocess.Popen(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait()


@pytest.fixture
async def bus(redis_url: str) -> AsyncIterator[Bus]:
    """A way to that Redis."""
    bus = Bus.connect(redis_url)
    yield bus
    await bus.close()


@pytest.fixture(scope="module", autouse=True)
def _empty_redis(request: pytest.FixtureRequest) -> None:
    """Empty the tests' Redis before the tests of another module: what those before have left is none of theirs."""
    module = request.node
    if any(
        "redis_url" in getattr(item, "fixturenames", ())
        for item in module.session.items
        if item.parent is module
    ):
        with redis.Redis.from_url(request.getfixturevalue("redis_url")) as server:
            server.flushdb()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A real PostgreSQL; each test has a database of its own there (`Server.database`)."""
    with running(free_port()) as server:
        yield server


def free_port() -> int:
    """A TCP port of this machine that nobody listens on now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"redis-server does not listen on {port}")


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for crm.local, its own authority, and the key."""
    file, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        [
            *(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "1",
                "-subj",
                "/CN=crm.local",
            ),
            *("-addext", "subjectAltName=DNS:crm.local", "-keyout", str(key), "-out", str(file)),
        ],
        check=True,
        capture_output=True,
    )
    return file, key
