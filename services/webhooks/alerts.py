"""Where Alertmanager tells its alerts: a door on the stack's own networks, for who is there."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import msgspec

from parley import log
from parley.outside.notes import Note
from parley.outside.spool import Spool
from webhooks import telling

PORT = 9101
MOST = 1 << 20
"""Bytes of a body."""

_log = log.get("alerts")


def notes(body: bytes, at: float) -> list[Note]:
    """Read what Alertmanager posts; raise ValueError when it is something else."""
    try:
        told = msgspec.json.decode(body)["alerts"]
        return [telling.alert(each, at) for each in told]
    except (msgspec.MsgspecError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not what Alertmanager posts: {error!r}") from error


class _Door(ThreadingHTTPServer):
    """Takes alerts into the spool."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], spool: Spool, wake: Callable[[], None]) -> None:
        super().__init__(address, _Handler)
        self._spool = spool
        self._wake = wake

    def take(self, body: bytes) -> int:
        """Take what was posted; return the status of the answer."""
        try:
            for note in notes(body, time.time()):
                self._spool.add(note)
        except ValueError as error:
            _log.warning("an alert cannot be read", error=str(error))
            return 400
        except sqlite3.Error as error:
            _log.error("an alert cannot be written", error=str(error))
            return 503  # Alertmanager comes again
        self._wake()
        return 200


class _Handler(BaseHTTPRequestHandler):
    server: _Door
    timeout = 5.0
    """Seconds; who says nothing for so long is left."""

    def log_message(self, format: str, *args: Any) -> None:
        """Drop the access log."""

    def do_POST(self) -> None:
        """Take what is posted."""
        length = self.headers.get("Content-Length", "")
        fits = length.isdecimal() and int(length) <= MOST
        self.send_response(self.server.take(self.rfile.read(int(length))) if fits else 413)
        self.send_header("Content-Length", "0")
        self.end_headers()


@contextmanager
def door(spool: Spool, wake: Callable[[], None], host: str = "0.0.0.0", port: int = PORT) -> Iterator[int]:
    """Take alerts on a thread of its own; gives the port."""
    server = _Door((host, port), spool, wake)
    thread = Thread(target=server.serve_forever, name="alerts", daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
