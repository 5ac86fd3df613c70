"""A PostgreSQL of the tests' own, Debian's."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

PROGRAMS = next(Path("/usr/lib/postgresql").glob("*/bin"))
AS_POSTGRES = (
    ("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups") if os.geteuid() == 0 else ()
)
"""What a command begins with: it refuses to run as root."""
_numbers = count(1)


class Server:
    """One, in a folder of its own; nothing that it writes has to survive a loss of power."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        self._port = port
        self._run(
            "initdb", "--auth=trust", "--username=parley", "--no-sync", "--no-locale", "--encoding=UTF8"
        )

    def start(self) -> None:
        """Start it, unless it runs; it takes connections then."""
        if (self._folder / "data/postmaster.pid").exists():
            return
        options = f"-p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        log = str(self._folder / "log")
        self._run(
            "pg_ctl", "start", "--wait", "--timeout=120", "--silent", f"--log={log}", f"--options={options}"
        )

    def stop(self) -> None:
        """Stop it; who is connected is cut off."""
        self._run("pg_ctl", "stop", "--mode=immediate", "--silent")

    def url(self, database: str = "postgres") -> str:
        """Where a database is."""
        return f"postgresql://parley@127.0.0.1:{self._port}/{database}"

    def database(self) -> str:
        """Where a new, empty one is."""
        name = f"cells_{next(_numbers)}"
        with psycopg.connect(self.url(), autocommit=True) as db:
            db.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
        return self.url(name)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*AS_POSTGRES, str(PROGRAMS / program), *arguments, f"--pgdata={self._folder / 'data'}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr


@contextmanager
def running(port: int) -> Iterator[Server]:
    """One that runs, until it is over."""
    with own_folder() as folder:
        server = Server(folder, port)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def own_folder() -> Iterator[Path]:
    """One in which it may write: those of pytest nobody but root could enter."""
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
