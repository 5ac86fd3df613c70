"""What every service does alike: settings, logs, /metrics and /healthz, a clean stop on SIGTERM."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Iterable
from socketserver import ThreadingMixIn
from threading import Thread
from typing import NoReturn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

from prometheus_client import make_wsgi_app

from parley import container, log
from parley.errors import ParleyError, SettingError
from parley.privacy import masking
from parley.settings import Settings, load
from parley.watchdog import Watchdog, beat

_log = log.get("service")


class Service:
    """The running service's state as others see it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.ready = False
        """Whether /healthz answers 200: models loaded, peers connected."""
        self.stopping = asyncio.Event()
        """Set when the service is asked to stop."""
        self.watchdog = Watchdog()
        """Ends the process when a part that has a heart there hangs."""

    @property
    def unwell(self) -> str:
        """What /healthz says when something is wrong; empty: ready."""
        if not self.ready:
            return "not ready"
        sick = self.watchdog.sick()
        return f"{sick} hangs" if sick else ""


class _Server(ThreadingMixIn, WSGIServer):
    """A thread for each connection: one that says nothing must not keep probes and scrapes waiting."""

    daemon_threads = True


class _QuietHandler(WSGIRequestHandler):
    timeout = 5.0
    """Seconds; socketserver closes a connection that has been silent for so long."""

    def log_message(self, format: str, *args: object) -> None:
        """Drop the access log: probes and scrapes are not worth knowing."""


def carry_out[S: Settings](name: str, kind: type[S], do: Callable[[S], None]) -> int:
    """Do what a command line asks of a service, with its settings; return the exit status.

    2: a setting is wrong; 1: it cannot be done, as the ValueError of `do` says.
    """
    log.configure(name, "warning")  # what is printed may be read by a program
    try:
        do(load(kind, os.environ))
    except (SettingError, ValueError) as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 2 if isinstance(error, SettingError) else 1
    return 0


def run[S: Settings](name: str, kind: type[S], main: Callable[[S, Service], Awaitable[None]]) -> NoReturn:
    """Run `main` until it returns or SIGTERM sets `stopping`.

    Exit status: 0 after a clean stop, 1 when `main` failed, 2 for a wrong setting.
    """
    try:
        settings = load(kind, os.environ)
    except SettingError as error:
        print(f"{name}: {error}", file=sys.stderr)
        sys.exit(2)
    masking.configure(masking.kinds_of(settings.mask))
    log.configure(name, settings.log_level)
    try:
        asyncio.run(_supervise(name, settings, main))
    except ParleyError as error:
        _log.error("stopped by an error", error=str(error), kind=type(error).__name__)
        sys.exit(2 if isinstance(error, SettingError) else 1)
    except Exception:
        _log.exception("stopped by an unexpected error")
        sys.exit(1)
    sys.exit(0)


async def _supervise[S: Settings](
    name: str, settings: S, main: Callable[[S, Service], Awaitable[None]]
) -> None:
    service = Service(name)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, service.stopping.set)
    container.watch()
    server = _serve_http(service, settings.metrics_host, settings.metrics_port)
    beating = asyncio.create_task(beat(service.watchdog.heart("event loop")), name="heart")
    service.watchdog.start()
    try:
        await main(settings, service)
    finally:
        service.ready = False
        service.watchdog.stop()
        beating.cancel()
        server.shutdown()
    _log.info("stopped")


def _serve_http(service: Service, host: str, port: int) -> WSGIServer:
    metrics = make_wsgi_app()

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/healthz":
            return metrics(environ, start_response)
        wrong = service.unwell
        start_response("503 Service Unavailable" if wrong else "200 OK", [("Content-Type", "text/plain")])
        return [f"{wrong or 'ready'}\n".encode()]

    try:
        server = make_server(host, port, app, _Server, _QuietHandler)
    except OSError as error:
        raise SettingError("METRICS_PORT", f"cannot listen on {port} of {host}: {error.strerror}") from error
    Thread(target=server.serve_forever, name="http", daemon=True).start()
    return server
