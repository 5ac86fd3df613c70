"""A company's own HTTP services as functions of the language model: asked with a time-out, and never trusted."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import msgspec

from parley import remote
from parley.agents.schema import Tool
from parley.errors import EngineError

MAX_BYTES = 64_000
"""Longest answer that is read."""
MAX_REDIRECTS = 3


async def call(client: httpx.AsyncClient, tool: Tool, arguments: Mapping[str, Any], key: str) -> str:
    """Return the body of the answer. `key` is the same when the same call is made again. Raises EngineError."""
    try:
        async with asyncio.timeout(tool.timeout_s):
            return await _request(client, tool, arguments, key)
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        raise remote.failure(error) from error


async def _request(client: httpx.AsyncClient, tool: Tool, arguments: Mapping[str, Any], key: str) -> str:
    url = tool.url
    headers = {"Idempotency-Key": key, **tool.headers, **remote.PLAIN}
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
    there = urljoin(url, response.headers.get("location", ""))
    if method != "GET" or urlsplit(there)[:2] != urlsplit(url)[:2]:
        raise EngineError("protocol", "a redirect that is not followed")
    return there


def _text(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
