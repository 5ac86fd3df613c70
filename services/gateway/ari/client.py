"""The connection to Asterisk: requests with time-outs, events in order, and reconnecting for ever."""

import asyncio
import itertools
import time
from collections.abc import Callable, Coroutine
from typing import Any

from prometheus_client import Counter, Gauge, Histogram
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from gateway.ari.protocol import AriEvent, Response, build_request, parse
from parley import log
from parley.errors import AriError, MessageError

CONNECTED = Gauge("parley_ari_connected", "Whether the gateway is connected to Asterisk")
RECONNECTS = Counter("parley_ari_reconnects", "Times that the connection to Asterisk was lost")
EVENTS = Counter("parley_ari_events", "Events from Asterisk", ["type"])
REQUEST_TIME = Histogram(
    "parley_ari_request_seconds",
    "How long Asterisk took to answer a request",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5),
)
REQUEST_ERRORS = Counter(
    "parley_ari_request_errors", "Requests that Asterisk refused or did not answer", ["status"]
)

REQUEST_TIMEOUT_S = 5.0
MOST_BYTES = 64 << 20
"""Longest message of Asterisk: a list of channels has 1600 bytes of each."""
_BACKOFF_S = (0.2, 0.5, 1.0, 2.0, 5.0)
"""Waits between attempts to connect; the last one is repeated."""

_log = log.get("ari")


class AriClient:
    """One application's connection. `on_event` is called for every event in order and must not block."""

    def __init__(
        self,
        url: str,
        on_event: Callable[[AriEvent], None],
        on_connected: Callable[[], Coroutine[Any, Any, None]],
    ) -> None:
        self._url = url
        self._on_event = on_event
        self._on_connected = on_connected
        self._connection: ClientConnection | None = None
        self._pending: dict[str, asyncio.Future[Response]] = {}
        self._ids = itertools.count(1)

    @property
    def connected(self) -> bool:
        """Whether requests can be made now."""
        return self._connection is not None

    async def run(self) -> None:
        """Stay connected until cancelled."""
        attempt = 0
        while True:
            try:
                async with connect(
                    # Asterisk is beside us: a proxy of the environment's is for the world outside.
                    self._url,
                    open_timeout=5,
                    ping_interval=10,
                    max_size=MOST_BYTES,
                    proxy=None,
                ) as connection:
                    attempt = 0
                    await self._serve(connection)
                    _log.warning("Asterisk closed the connection")
            except (OSError, InvalidHandshake, TimeoutError, ConnectionClosed) as error:
                _log.warning("no connection to Asterisk", error=_explain(error), attempt=attempt + 1)
            await asyncio.sleep(_BACKOFF_S[min(attempt, len(_BACKOFF_S) - 1)])
            attempt += 1

    async def _serve(self, connection: ClientConnection) -> None:
        self._connection = connection
        CONNECTED.set(1)
        _log.info("connected to Asterisk")
        greeting = asyncio.create_task(self._on_connected())
        try:
            async for text in connection:
                self._receive(text)
        finally:
            CONNECTED.set(0)
            RECONNECTS.inc()
            self._connection = None
            greeting.cancel()
            for request_id, future in self._pending.items():
                if not future.done():
                    future.set_result(Response(request_id, 0, "connection lost", None))
            self._pending.clear()

    def _receive(self, text: str | bytes) -> None:
        try:
            message = parse(text)
        except MessageError as error:
            _log.error("Asterisk sent what is no message", error=str(error))
            return
        if isinstance(message, Response):
            future = self._pending.pop(message.request_id, None)
            if future is not None and not future.done():
                future.set_result(message)
            return
        EVENTS.labels(message.kind).inc()
        if message.kind == "ApplicationReplaced":
            _log.error("another gateway took this ARI application over; give each gateway its own ARI_APP")
        try:
            self._on_event(message)
        except Exception:  # one event that is not as expected must not end the connection
            _log.exception("an event of Asterisk's broke", type=message.kind)

    async def request(self, method: str, uri: str, **query: str | int) -> Any:
        """Make a request; return the body of the answer, or raise AriError."""
        if self._connection is None:
            raise AriError(method, uri, 0, "not connected")
        request_id = str(next(self._ids))
        future: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        self._pending[request_id] = future
        text = build_request(request_id, method, uri, {name: str(value) for name, value in query.items()})
        began = time.monotonic()
        try:
            async with asyncio.timeout(REQUEST_TIMEOUT_S):
                await self._connection.send(text)
                response = await future
        except TimeoutError:
            response = Response(request_id, 0, f"none within {REQUEST_TIMEOUT_S:g} s", None)
        except ConnectionClosed:
            response = Response(request_id, 0, "connection lost", None)
        finally:
            self._pending.pop(request_id, None)
        REQUEST_TIME.observe(time.monotonic() - began)
        if not 200 <= response.status < 400:
            REQUEST_ERRORS.labels(str(response.status or "none")).inc()
            raise AriError(method, uri, response.status, _detail(response))
        return response.body


def _detail(response: Response) -> str:
    body = response.body
    return str(body.get("message", body)) if isinstance(body, dict) else response.reason


def _explain(error: Exception) -> str:
    text = str(error) or type(error).__name__
    return f"{text} (ARI_USER or ARI_PASSWORD is wrong)" if "401" in text else text
