"""A company's own HTTP services as functions of the language model: asked with a time-out, and never trusted."""

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import msgspec

from agent.tools.servers import Borrowed
from parley import remote
from parley.agents.schema import Tool
from parley.errors import EngineError

MAX_BYTES = 64_000
"""Longest answer that is read."""
MAX_REDIRECTS = 3
KEPT_S = 20.0
"""So long what was looked up is kept for its turn: longer than the pauses of one."""


class Services:
    """All services of the agents' companies."""

    def __init__(self, client: httpx.AsyncClient, secrets: Path) -> None:
        """`client` follows no redirects, and goes where requests may go; `secrets` is the folder of what headers only
        name.
        """
        self._client = client
        self._secrets = secrets
        self._found: dict[tuple[str, str, bytes], tuple[float, str]] = {}
        """What lookups found, and when, by turn, tool and arguments."""

    async def call(self, tool: Tool | Borrowed, arguments: Mapping[str, Any], turn: str, call_id: str) -> str:
        """Return the body of the answer; `call_id` tells calls of one turn apart. Raises EngineError, Refusal.

        The answer to a turn is prepared at each of its pauses: what was looked up for it is not asked for again.
        """
        if tool.method != "GET":
            return await self._ask(tool, arguments, f"{turn}-{call_id}")
        now = time.monotonic()
        self._found = {asked: found for asked, found in self._found.items() if now - found[0] < KEPT_S}
        asked = (turn, tool.name, msgspec.json.encode(arguments, order="sorted"))
        if asked not in self._found:
            self._found[asked] = now, await self._ask(tool, arguments, f"{turn}-{call_id}")
        return self._found[asked][1]

    async def _ask(self, tool: Tool | Borrowed, arguments: Mapping[str, Any], key: str) -> str:
        if isinstance(tool, Borrowed):
            return await tool.lender.call(tool, dict(arguments), key)
        own = {name: remote.secret(value, self._secrets) for name, value in tool.headers.items()}
        headers = {"Idempotency-Key": key, **own, **remote.PLAIN}
        try:
            async with asyncio.timeout(tool.timeout_s):
                return await _request(self._client, tool, arguments, headers)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise remote.failure(error) from error

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()


async def _request(
    client: httpx.AsyncClient, tool: Tool, arguments: Mapping[str, Any], headers: dict[str, str]
) -> str:
    url = tool.url
    for _ in range(MAX_REDIRECTS + 1):
        query = {name: _text(value) for name, value in arguments.items()} if tool.method == "GET" else None
        body = dict(arguments) if tool.method != "GET" else None
        async with client.stream(tool.method, url, params=query, json=body, headers=headers) as response:
            if not response.is_redirect:
                return await _read(response)
            url = _next(url, tool.method, response)
    raise EngineError("protocol", "too many redirects")


async def _read(response: httpx.Response) -> str:
    if not response.is_success:
        raise EngineError("http", str(response.status_code))
    return (await remote.body(response, MAX_BYTES)).decode(errors="replace")


def _next(url: str, method: str, response: httpx.Response) -> str:
    """Where a redirect leads: to the same host only, and only what changes nothing is asked for twice."""
    try:
        there = urljoin(url, response.headers.get("location", ""))
        followed = method == "GET" and urlsplit(there)[:2] == urlsplit(url)[:2]
    except ValueError as error:
        raise EngineError("protocol", f"a redirect to nowhere: {error}") from error
    if not followed:
        raise EngineError("protocol", "a redirect that is not followed")
    return there


def _text(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
