"""Which pages may chat with an agent: the origins that its file names, and the chat's own. An ASGI middleware.

A browser tells a page's origin with every request that changes something; programs tell none, and have no cookies or
keys that a page could abuse.
"""

import re
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import Problem
from chat import measures
from parley.agents import Agent

BASE = "/chat/v1"
_AGENT = re.compile(rf"{BASE}/agents/([a-z0-9_-]+)/")
_CHAT = re.compile(rf"{BASE}/chats/([A-Za-z0-9-]+)/")
_SHARED = "Authorization, Content-Type"
_AN_HOUR = "3600"

Owner = Callable[[str], Agent | None]
"""The agent of a name, or of a chat's id."""


class Origins:
    """Lets pages in, or refuses them."""

    def __init__(self, app: ASGIApp, by_name: Owner, by_chat: Owner) -> None:
        self._app = app
        self._by_name = by_name
        self._by_chat = by_chat

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        origin = headers.get("origin", "")
        if not origin or not scope["path"].startswith(BASE):
            await self._app(scope, receive, send)
            return
        if not self._allows(scope["path"], origin, headers.get("host", "")):
            measures.REFUSED.labels("origin").inc()
            refusal = Problem(403, "no-origin", "pages of this origin may not chat here")
            await refusal.response()(scope, receive, send)
            return

        async def shared(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                answer["Access-Control-Allow-Origin"] = origin
                answer["Access-Control-Expose-Headers"] = "Retry-After"
                answer["Vary"] = "Origin"
            await send(message)

        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await _preflight(shared)
        else:
            await self._app(scope, receive, shared)

    def _allows(self, path: str, origin: str, host: str) -> bool:
        if host and origin in (f"http://{host}", f"https://{host}"):
            return True
        agent = None
        if match := _AGENT.match(path):
            agent = self._by_name(match[1])
        elif match := _CHAT.match(path):
            agent = self._by_chat(match[1])
        return agent is not None and agent.file.chat.enabled and origin in agent.file.chat.origins


async def _preflight(send: Send) -> None:
    headers = {
        "Access-Control-Allow-Methods": "GET, POST",
        "Access-Control-Allow-Headers": _SHARED,
        "Access-Control-Max-Age": _AN_HOUR,
    }
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": 204, "headers": raw})
    await send({"type": "http.response.body", "body": b""})
