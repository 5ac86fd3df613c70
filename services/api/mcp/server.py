"""`/mcp`: the tools over streamable HTTP, without sessions, so that a restart loses none. An ASGI application.

It knows nothing of calls: each tool is a request to the API itself, with the key that came with it, so scopes, limits,
audit and errors are those of every other client.
"""

from functools import partial
from typing import TYPE_CHECKING, Any

import httpx
from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from jsonschema import Draft202012Validator
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from api.access.guard import Guard
from api.access.keys import Key
from api.bearer import shown
from api.bounds import MOST
from api.mcp.tools import TOOLS, Tool
from api.problems import Problem

if TYPE_CHECKING:
    from mcp.server.lowlevel import Server
    from mcp.types import CallToolResult

PATH = "/mcp"
_KEY = "parley.key"
_WAIT_S = 30.0
"""Longer than any of the API's own waits."""
_ABOUT = (
    "Telephone calls that an automatic agent answers or makes for a company: which there were and what was said,"
    " what an agent knows, and calls that are made or ended."
)


def install(app: FastAPI, base: str) -> None:
    """Have an application offer its tools; `base`: where its API begins."""
    route = Route(PATH, _Endpoint(app, base), include_in_schema=False)
    app.router.routes.append(route)


class _Endpoint:
    """Answers requests of the protocol."""

    def __init__(self, app: ASGIApp, base: str) -> None:
        self._app = app
        self._base = base
        self._server: Server[Any, Any] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one."""
        scope["route"] = _Named()  # for what is counted
        try:
            if scope["method"] != "POST":
                # Nothing is said unasked, and there is no session to end.
                raise Problem(405, "method-not-allowed", "by POST only", headers={"Allow": "POST"})
            scope[_KEY] = await run_in_threadpool(self._admitted, scope)
        except Problem as problem:
            await problem.response()(scope, receive, send)
            return
        await self._answer(scope, receive, send)

    def _admitted(self, scope: Scope) -> Key:
        guard: Guard = scope["app"].state.guard
        address = scope["client"][0] if scope.get("client") else ""
        return guard.admit(shown(Headers(scope=scope).get("authorization", "")), [], address)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._server is None:
            self._server = await run_in_threadpool(_server, partial(_done, self._app, self._base))
        # Loaded with the first request: most stacks never have one.
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager  # noqa: PLC0415 - as above

        manager = StreamableHTTPSessionManager(
            self._server, json_response=True, stateless=True, max_request_body_size=MOST
        )
        async with manager.run():
            await manager.handle_request(scope, receive, send)


class _Named:
    path = PATH


def _server(do: Any) -> "Server[Any, Any]":
    """The protocol's side of it."""
    from mcp import types  # noqa: PLC0415 - see above
    from mcp.server.lowlevel import Server  # noqa: PLC0415 - see above

    server: Server[Any, Any] = Server("parley", version="1", instructions=_ABOUT)

    @server.list_tools()  # type: ignore[no-untyped-call, untyped-decorator]
    async def list_tools() -> list[types.Tool]:
        key: Key = _request(server).scope[_KEY]
        return [
            types.Tool(
                name=tool.name,
                description=tool.description,
                inputSchema=tool.schema,
                annotations=types.ToolAnnotations(readOnlyHint=tool.looks, openWorldHint=not tool.looks),
            )
            for tool in TOOLS
            if tool.scope in key.scopes
        ]

    @server.call_tool(validate_input=False)  # type: ignore[untyped-decorator]
    async def call_tool(name: str, arguments: dict[str, Any]) -> "CallToolResult":
        text, well = await do(name, arguments, _request(server).headers["authorization"])
        return types.CallToolResult(content=[types.TextContent(type="text", text=text)], isError=not well)

    return server


def _request(server: "Server[Any, Any]") -> Request:
    """What came over HTTP with what is being answered."""
    request = server.request_context.request
    assert isinstance(request, Request)
    return request


async def _done(
    app: ASGIApp, base: str, name: str, arguments: dict[str, Any], authorization: str
) -> tuple[str, bool]:
    """What the API answers to a call of a tool, and whether it was done."""
    tool = next((tool for tool in TOOLS if tool.name == name), None)
    if tool is None:
        return f"there is no tool {name[:64]!r}", False
    if wrong := _wrong(tool, arguments):
        return wrong, False
    asked = tool.asks(arguments)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    headers = {"Authorization": authorization, **asked.headers}
    async with httpx.AsyncClient(transport=transport, base_url="http://api", timeout=_WAIT_S) as client:
        answer = await client.request(
            asked.method, base + asked.path, params=dict(asked.query), json=asked.body, headers=headers
        )
    if answer.is_success:
        return answer.text, True
    return str(answer.json().get("detail", answer.reason_phrase)), False


def _wrong(tool: Tool, arguments: dict[str, Any]) -> str:
    """What is wrong with the arguments of a tool; empty: nothing."""
    for error in Draft202012Validator(tool.schema).iter_errors(arguments):
        place = "/".join(str(part) for part in error.path) or "arguments"
        return f"{place}: {error.message[:200]}"
    return ""
