"""Tools of companies' MCP servers as functions of the language model: known before they are needed, and never trusted.

What a tool takes is asked of its server at the start and ever again; what it is for, the agent's own file says. A
server that is away, or has become another, costs no call more than what is said in the tool's place.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from prometheus_client import Gauge

from agent.tools.call import Json
from agent.tools.foreign_schema import harmless
from agent.tools.mcp_session import Sessions, Where
from parley import log, remote
from parley.agents import Agent
from parley.agents.schema import Server, ServerTool
from parley.breaker import Breaker
from parley.errors import EngineError

if TYPE_CHECKING:
    from mcp import ClientSession
    from mcp.types import CallToolResult

MAX_BYTES = 64_000
"""Longest answer that is read."""
MOST_OF_LIST = 512_000
"""The same of what a server says of its tools, of which an agent may have few."""
MOST_PAGES = 10
_LIST_S = 10.0
"""So long a server may take to tell of its tools: no caller waits for that."""
_EVERY_S = 60.0
"""Between two looks at a server's tools..."""
_AGAIN_S = 10.0
"""... and when it did not answer, or was never asked in its present form."""
_LOOK_S = 1.0
_COOL_DOWN_S = 30.0

_missing = Gauge(
    "parley_mcp_tools_missing",
    "Tools of MCP servers that agents' files name and that are not there: by agent and server.",
    ["agent", "server"],
)
_log = log.get("servers")


class Refusal(Exception):
    """A tool has answered that it did not do what it was asked for, and why."""


@dataclass(frozen=True, slots=True)
class Borrowed:
    """A tool as the model may call it; it has what a webhook has (see parley/agents/schema.py)."""

    agent: str
    server: Server
    tool: ServerTool
    parameters: Json
    lender: "Servers" = field(repr=False, compare=False)
    """Who calls it."""

    @property
    def name(self) -> str:
        """Of the function."""
        return self.tool.name

    @property
    def description(self) -> str:
        """The agent's words, not the server's."""
        return self.tool.description

    @property
    def method(self) -> str:
        """As of a webhook: GET only looks."""
        return "GET" if self.tool.looks else "POST"

    @property
    def fallback(self) -> str:
        """Spoken when there is no answer in time."""
        return self.server.fallback


@dataclass(slots=True)
class _Known:
    """What is known of a server of an agent's."""

    server: Server
    schemas: dict[str, Json] = field(default_factory=dict)
    due: float = 0.0
    """Monotonic time of the next look."""
    complaint: str = ""
    breaker: Breaker = field(default_factory=lambda: Breaker(_COOL_DOWN_S))


class Servers:
    """All MCP servers of the agents."""

    def __init__(self, agents: Mapping[str, Agent], sessions: Sessions, secrets: Path) -> None:
        """`agents` may change; `secrets` is the folder of what headers only name."""
        self._agents = agents
        self._sessions = sessions
        self._secrets = secrets
        self._known: dict[tuple[str, str], _Known] = {}

    def of(self, agent: Agent) -> tuple[Borrowed, ...]:
        """The tools that an agent's model may call now."""
        return tuple(
            Borrowed(agent.name, server, tool, schemas[tool.name], self)
            for server in agent.file.mcp
            if (schemas := self._schemas(agent.name, server))
            for tool in server.tools
            if tool.name in schemas
        )

    def _schemas(self, agent: str, server: Server) -> dict[str, Json]:
        known = self._known.get((agent, server.name))
        return known.schemas if known is not None and known.server.url == server.url else {}

    async def run(self) -> None:
        """Look at the servers' tools for ever."""
        while True:
            await self.look()
            await asyncio.sleep(_LOOK_S)

    async def look(self) -> None:
        """Ask all servers that it is time to ask."""
        wanted = {(a.name, server.name): server for a in list(self._agents.values()) for server in a.file.mcp}
        for gone in self._known.keys() - wanted.keys():
            del self._known[gone]
            _missing.remove(*gone)
        for key, server in wanted.items():
            known = self._known.get(key)
            if known is None or known.server != server:
                self._known[key] = _Known(server)
        now = time.monotonic()
        due = [(key, known) for key, known in self._known.items() if known.due <= now]
        await asyncio.gather(*(self._learn(key, known) for key, known in due))

    async def _learn(self, key: tuple[str, str], known: _Known) -> None:
        agent, name = key
        try:
            where = Where(known.server.url, self._headers(known.server), _LIST_S, MOST_OF_LIST)
            listed = await self._sessions.ask(where, _list)
            complaints = _take(known, listed)
        except EngineError as error:
            known.schemas = {}
            complaints = [f"{error.kind}: {error.detail}"]
        except Exception as error:  # what a server says must end nobody's work
            known.schemas = {}
            complaints = [f"{type(error).__name__}: {error}"[:200]]
        known.due = time.monotonic() + (_AGAIN_S if complaints else _EVERY_S)
        if self._known.get(key) is not known:  # its file was changed meanwhile
            return
        _missing.labels(agent, name).set(len(known.server.tools) - len(known.schemas))
        complaint = "; ".join(complaints)
        if complaint != known.complaint:
            tell = _log.warning if complaint else _log.info
            tell(
                "tools of an MCP server",
                agent=agent,
                server=name,
                tools=sorted(known.schemas),
                wrong=complaint,
            )
        known.complaint = complaint

    async def call(self, tool: Borrowed, arguments: Json, key: str) -> str:
        """What a tool answers; `key` is the same when its turn is answered again. Raises EngineError, Refusal."""
        known = self._known.get((tool.agent, tool.server.name))
        breaker = known.breaker if known is not None else Breaker(_COOL_DOWN_S)
        if not breaker.allows(time.monotonic()):
            raise EngineError("refused", "the server counts as down")

        async def want(session: "ClientSession") -> "CallToolResult":
            return await _call(session, tool.name, arguments)

        try:
            headers = {"Idempotency-Key": key, **self._headers(tool.server)}
            where = Where(tool.server.url, headers, tool.server.timeout_s, MAX_BYTES)
            result = await self._sessions.ask(where, want)
        except EngineError:
            breaker.failed(time.monotonic())
            raise
        breaker.succeeded()
        text = _text(result)
        if result.isError:
            raise Refusal(text)
        return text

    def _headers(self, server: Server) -> dict[str, str]:
        return {name: remote.secret(value, self._secrets) for name, value in server.headers.items()}

    async def close(self) -> None:
        """Close all connections."""
        await self._sessions.close()


def _take(known: _Known, listed: dict[str, Any]) -> list[str]:
    """Keep what a server said its tools take; return what is wrong with those that are wanted."""
    schemas: dict[str, Json] = {}
    complaints = []
    for tool in known.server.tools:
        try:
            if tool.name not in listed:
                raise ValueError("there is none")
            schemas[tool.name] = harmless(listed[tool.name])
        except (ValueError, RecursionError) as error:
            complaints.append(f"{tool.name}: {error}"[:200])
        changed = known.schemas.get(tool.name, schemas.get(tool.name)) != schemas.get(tool.name)
        if changed and tool.name in schemas:
            _log.warning("a tool of an MCP server takes something else now", tool=tool.name)
    known.schemas = schemas
    return complaints


async def _list(session: "ClientSession") -> dict[str, Any]:
    """What each of a server's tools takes, by its name."""
    from mcp.types import PaginatedRequestParams  # noqa: PLC0415 - see mcp_session.py

    found: dict[str, Any] = {}
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        page = await session.list_tools(params=PaginatedRequestParams(cursor=cursor))
        found |= {tool.name: tool.inputSchema for tool in page.tools}
        cursor = page.nextCursor
        if not cursor:
            break
    return found


async def _call(session: "ClientSession", name: str, arguments: Json) -> "CallToolResult":
    # Not by call_tool: that asks for the list as well, to hold the answer against what the server says of it.
    from mcp import types  # noqa: PLC0415 - see mcp_session.py

    asked = types.CallToolRequest(params=types.CallToolRequestParams(name=name, arguments=arguments))
    return await session.send_request(types.ClientRequest(asked), types.CallToolResult)


def _text(result: "CallToolResult") -> str:
    """The words of an answer; what is no text is nothing for a telephone."""
    words = [block.text for block in result.content if block.type == "text"]
    if words or result.structuredContent is None:
        return "\n".join(words)
    return msgspec.json.encode(result.structuredContent).decode()
