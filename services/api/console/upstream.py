"""The API as the console asks it: over HTTP, with the visitor's own key, like every other client."""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import httpx
from fastapi.responses import StreamingResponse

_WAIT_S = 15.0
"""More than a trial question is waited for by the API."""


class Refused(Exception):
    """The API did not do it."""

    def __init__(self, status: int, kind: str, detail: str, errors: list[dict[str, Any]]) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        """The last part of the problem's type."""
        self.detail = detail
        self.errors = errors


class Upstream:
    """A client of the API."""

    def __init__(self, url: str) -> None:
        """`url`: where the API is, with its path."""
        self._client = httpx.AsyncClient(base_url=url, timeout=_WAIT_S, trust_env=False)

    async def get(self, key: str, path: str, **asked: Any) -> Any:
        """What there is at a path; empty parameters are left out."""
        given = {name: value for name, value in asked.items() if value not in ("", None)}
        return (await self._asked("GET", key, path, params=given)).json()

    async def send(self, key: str, method: str, path: str, **more: Any) -> Any:
        """Have something done; `more`: as httpx has it (json, content, headers)."""
        return (await self._asked(method, key, path, **more)).json()

    @asynccontextmanager
    async def streamed(
        self, key: str, path: str, headers: Mapping[str, str], **asked: str
    ) -> AsyncIterator[httpx.Response]:
        """An answer whose body is read as it comes, for as long as that takes."""
        given = {name: value for name, value in asked.items() if value}
        request = self._client.build_request(
            "GET", path, params=given, headers={**_shown(key), **headers}, timeout=httpx.Timeout(_WAIT_S)
        )
        try:
            answer = await self._client.send(request, stream=True)
        except httpx.HTTPError as error:
            raise _away() from error
        try:
            yield answer
        finally:
            await answer.aclose()

    async def passed_on(
        self, key: str, path: str, headers: Mapping[str, str], kept: Collection[str]
    ) -> StreamingResponse:
        """An answer as it comes, with those of its headers; raise Refused when it is none."""
        stream = self.streamed(key, path, headers)
        answer = await stream.__aenter__()
        if not answer.is_success:
            await answer.aread()
            await stream.__aexit__(None, None, None)
            raise refusal(answer)

        async def body() -> AsyncIterator[bytes]:
            try:
                async for piece in answer.aiter_raw():
                    yield piece
            finally:
                await stream.__aexit__(None, None, None)

        told = {name: answer.headers[name] for name in kept if name in answer.headers}
        return StreamingResponse(body(), answer.status_code, told)

    async def close(self) -> None:
        """Close its connections."""
        await self._client.aclose()

    async def _asked(self, method: str, key: str, path: str, **more: Any) -> httpx.Response:
        headers = {**_shown(key), **more.pop("headers", {})}
        try:
            answer = await self._client.request(method, path, headers=headers, **more)
        except httpx.HTTPError as error:
            raise _away() from error
        if answer.is_success:
            return answer
        raise refusal(answer)


def refusal(answer: httpx.Response) -> Refused:
    """What an answer says that is none."""
    try:
        told = answer.json()
    except ValueError:
        told = {}
    kind = str(told.get("type", "")).rpartition(":")[2]
    return Refused(answer.status_code, kind, str(told.get("detail", "")), list(told.get("errors", [])))


def part(text: str) -> str:
    """A text as one part of a path; raise Refused for what would lead to another one (RFC 3986, section 5.2.4)."""
    if text in (".", ".."):
        raise Refused(404, "not-found", "there is no such page", [])
    return quote(text, safe="")


def _shown(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def _away() -> Refused:
    return Refused(503, "unavailable", "the API cannot be reached now", [])
