"""What is counted of requests, and what every answer says about itself. An ASGI middleware."""

import time

from prometheus_client import Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

REQUESTS = Counter(
    "parley_api_requests_total", "Requests to the API that were answered.", ["route", "status"]
)
SECONDS = Histogram(
    "parley_api_request_seconds",
    "From a request's arrival to the end of its answer; streams of events are left out.",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
_HEADERS = [
    # Who called, and what they said: no proxy and no browser keeps that.
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
]


class Measured:
    """Counts requests by the template of their path, never by the path itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.monotonic(), 500
        streams = False

        async def sent(message: Message) -> None:
            nonlocal status, streams
            if message["type"] == "http.response.start":
                status = message["status"]
                streams = any(value.startswith(b"text/event-stream") for _, value in message["headers"])
                message["headers"] = [*message["headers"], *_HEADERS]
            await send(message)

        try:
            await self._app(scope, receive, sent)
        finally:
            route = route_of(scope)
            REQUESTS.labels(route, status).inc()
            if not streams:
                SECONDS.labels(route).observe(time.monotonic() - began)


def route_of(scope: Scope) -> str:
    """The method, and the template of the path; of what there is not, neither: it may be made up."""
    path = getattr(scope.get("route"), "path", "")
    return f"{scope['method']} {path}" if path else "none"
