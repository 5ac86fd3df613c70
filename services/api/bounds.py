"""How much a request may send: the framework reads all of it before it looks at the key. An ASGI middleware."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import Problem

MOST = 64 << 10
"""Bytes of a body; the longest that makes sense has some hundred."""


class Bounded:
    """Refuses what is longer, by what it says of itself or when it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        told = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if not told.isdigit() or int(told) > MOST:
            await _too_much().response()(scope, receive, send)
            return
        got = 0

        async def bounded() -> Message:
            nonlocal got
            message = await receive()
            got += len(message.get("body", b""))
            if got > MOST:
                raise _too_much()
            return message

        await self._app(scope, bounded, send)


def _too_much() -> Problem:
    return Problem(413, "too-much", f"a request has at most {MOST} bytes", headers={"Connection": "close"})
