"""How much a request may send: the framework reads all of it before it looks at the key. An ASGI middleware."""

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import Problem
from parley.agents import document

MOST = 64 << 10
"""Bytes of a body; the longest that makes sense has some hundred."""
MOST_OF = (
    (re.compile("/api/v1/agents/[^/]+/knowledge/"), 20_000_000),
    (re.compile("/api/v1/agents/"), document.MOST_BYTES),
    (re.compile("/api/v1/campaigns$"), 10_000_000),
)
"""More, of paths that begin so. A file of knowledge is written to the disk as it comes in; the
longest list of a campaign has some six million."""


class Bounded:
    """Refuses what is longer, by what it says of itself or when it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = next((most for path, most in MOST_OF if path.match(scope["path"])), MOST)
        told = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if not told.isdigit() or int(told) > most:
            await _too_much(most).response()(scope, receive, send)
            return
        got = 0

        async def bounded() -> Message:
            nonlocal got
            message = await receive()
            got += len(message.get("body", b""))
            if got > most:
                raise _too_much(most)
            return message

        await self._app(scope, bounded, send)


def _too_much(most: int) -> Problem:
    return Problem(413, "too-much", f"this request has at most {most} bytes", headers={"Connection": "close"})
