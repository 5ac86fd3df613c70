"""What every answer of the console says about itself, and what is counted of requests. An ASGI middleware."""

from prometheus_client import Counter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.measures import route_of

REQUESTS = Counter(
    "parley_console_requests_total", "Requests to the console that were answered.", ["route", "status"]
)
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; media-src 'self';"
    " manifest-src 'self';"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""Nothing from elsewhere, and no script that stands in a page: what a caller said stays text."""
_HEADERS = [
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    # A link of the first log-in stands in its path; without any referrer forms would not tell where they come from.
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]


class Headers:
    """Adds them, and counts by the template of a path, never by the path itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                # Pages are never kept; styles and scripts are asked for again with what they were (ETag).
                kept = b"no-cache" if scope["path"].startswith("/static/") else b"no-store"
                message["headers"] = [*message["headers"], *_HEADERS, (b"cache-control", kept)]
            await send(message)

        try:
            await self._app(scope, receive, sent)
        finally:
            REQUESTS.labels(route_of(scope), status).inc()
