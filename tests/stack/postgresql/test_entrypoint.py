"""The container's PostgreSQL, started as the container does, from Debian's own programs."""

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.conftest import free_port
from tests.postgresql import AS_POSTGRES, PROGRAMS, own_folder

ROOT = Path(__file__).parents[3]
PASSWORD = 'it\'s "one" $1'


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where it keeps everything."""
    with own_folder() as folder:
        run = folder / "run"
        run.mkdir()
        shutil.chown(run, folder.owner(), folder.group())
        yield folder


def start(folder: Path, port: int, **settings: str) -> subprocess.Popen[str]:
    environ = {
        "PATH": f"{PROGRAMS}:/usr/bin:/bin",
        "HOME_OF_ALL": str(folder),
        "RUN": str(folder / "run"),
        "PUBLIC_IP": "10.0.0.5",
        **settings,
    }
    return subprocess.Popen(
        [*AS_POSTGRES, str(ROOT / "postgresql/entrypoint"), "-p", str(port)],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@contextmanager
def running(folder: Path, port: int, password: str) -> Iterator[None]:
    """It runs and takes connections."""
    server = start(folder, port, DATABASE_PASSWORD=password)
    try:
        ready = [str(PROGRAMS / "pg_isready"), "--quiet", "--host=127.0.0.1", f"--port={port}"]
        while subprocess.run(ready, check=False).returncode != 0:
            assert server.poll() is None, server.communicate()[0]
            time.sleep(0.1)
        yield
    finally:
        server.send_signal(signal.SIGINT)
        assert server.wait() == 0


def connected(port: int, password: str, **more: str) -> psycopg.Connection:
    asked = {"user": "parley", "dbname": "parley", "sslmode": "require", **more}
    return psycopg.connect(host="127.0.0.1", port=port, password=password, autocommit=True, **asked)


def test_its_one_user_reaches_it_by_password_and_tls_and_nobody_else_does(folder: Path) -> None:
    port = free_port()
    with running(folder, port, PASSWORD):
        with connected(port, PASSWORD) as db:
            assert db.execute("SELECT rolsuper FROM pg_roles WHERE rolname = 'parley'").fetchone() == (False,)
            db.execute("CREATE SCHEMA parley")
        for wrong in (
            {"password": "wrong"},
            {"sslmode": "disable"},
            {"user": "postgres"},
            {"dbname": "postgres"},
        ):
            with pytest.raises(psycopg.OperationalError):
                connected(port, **({"password": PASSWORD} | wrong))


def test_it_keeps_what_it_has_and_takes_another_password(folder: Path) -> None:
    port = free_port()
    with running(folder, port, "first"), connected(port, "first") as db:
        db.execute("CREATE TABLE kept AS SELECT 1")
    certificate = (folder / "tls/fullchain.pem").read_text()
    (folder / "data.new").mkdir()  # left of a first start that was broken off elsewhere
    with running(folder, port, "second"):
        with connected(port, "second") as db:
            assert db.execute("SELECT * FROM kept").fetchone() == (1,)
        with pytest.raises(psycopg.OperationalError, match="password"):
            connected(port, "first")
    assert (folder / "tls/fullchain.pem").read_text() == certificate


@pytest.mark.parametrize("password", ["", "two\nlines"])
def test_without_a_password_it_does_not_start(folder: Path, password: str) -> None:
    server = start(folder, free_port(), DATABASE_PASSWORD=password)
    said, _ = server.communicate()
    assert server.returncode == 78
    assert "DATABASE_PASSWORD" in said
    assert not (folder / "data").exists()
