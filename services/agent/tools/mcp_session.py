"""One conversation with an MCP server, by the official SDK over streamable HTTP; what is not known here is what for.

It is as short as can be: hello, what is wanted, goodbye. So a server that was restarted is no special case, and nothing
of a server's reaches us when we do not ask. No answer is believed to be small, whole or in time (see parley/remote.py).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING

import httpx

from parley import remote
from parley.errors import EngineError

if TYPE_CHECKING:
    from mcp import ClientSession

MOST_REQUESTS = 24
"""HTTP requests of one conversation: more are those of a server that keeps asking us."""
_GOODBYE_S = 2.0
"""So much longer it may take to end what is over."""


@dataclass(frozen=True, slots=True)
class Where:
    """A server, as it is to be asked."""

    url: str
    headers: dict[str, str] = field(repr=False)
    timeout_s: float
    """Longest wait for what is wanted."""
    most: int
    """Bytes of all its answers together."""


class Sessions:
    """Holds conversations, any number at a time."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        """`transport` goes where requests may go."""
        self._transport = transport
        self._open: set[asyncio.Task[None]] = set()
        self._loaded = False

    async def ask[T](self, where: Where, want: Callable[["ClientSession"], Awaitable[T]]) -> T:
        """What `want` gets of a server. Raises EngineError."""
        if not self._loaded:  # that takes half a second, in which others want to be answered
            await asyncio.to_thread(import_module, "mcp.client.streamable_http")
            self._loaded = True
        loop = asyncio.get_running_loop()
        got: asyncio.Future[T] = loop.create_future()
        broken: asyncio.Future[EngineError] = loop.create_future()
        wire = _Wire(self._transport, where.most, broken)
        talk = asyncio.create_task(_talk(wire, where, want, got), name="talk to an MCP server")
        self._open.add(talk)
        talk.add_done_callback(self._ended)
        try:
            await asyncio.wait(
                (got, broken, talk), timeout=where.timeout_s, return_when=asyncio.FIRST_COMPLETED
            )
            if got.done():
                return got.result()
            if broken.done():
                raise broken.result()
            if not talk.done():
                raise EngineError("timeout", f"no answer within {where.timeout_s:g} s")
            raise _failure(talk.exception())
        finally:
            if not got.done():  # otherwise it says goodbye
                talk.cancel()

    def _ended(self, talk: asyncio.Task[None]) -> None:
        self._open.discard(talk)
        if not talk.cancelled():
            talk.exception()  # seen: it has been told by `broken`, or comes after what was wanted

    async def close(self) -> None:
        """End all conversations."""
        for talk in self._open:
            talk.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        await self._transport.aclose()


async def _talk[T](
    wire: "_Wire",
    where: Where,
    want: Callable[["ClientSession"], Awaitable[T]],
    got: asyncio.Future[T],
) -> None:
    # Loaded when an agent has a server: it takes 22 MB.
    from mcp import ClientSession  # noqa: PLC0415 - as above
    from mcp.client.streamable_http import streamable_http_client  # noqa: PLC0415 - as above
    from mcp.types import Implementation  # noqa: PLC0415 - as above

    headers = where.headers | remote.PLAIN
    us = Implementation(name="parley", version="1")
    try:
        async with (
            asyncio.timeout(where.timeout_s + _GOODBYE_S),
            httpx.AsyncClient(transport=wire, headers=headers, timeout=where.timeout_s) as client,
            streamable_http_client(where.url, http_client=client) as (read, write, _),
            ClientSession(read, write, client_info=us) as session,
        ):
            await session.initialize()
            got.set_result(await want(session))
    except Exception:
        if not got.done():  # how it ends is nothing that anybody waits for
            raise


def _failure(error: BaseException | None) -> EngineError:
    """The first of the errors of a conversation that has ended without what was wanted."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, (EngineError, httpx.HTTPError, TimeoutError)):
        return remote.failure(error)
    return EngineError("protocol", f"{type(error).__name__}: {error}"[:200])


class _Wire(httpx.AsyncBaseTransport):
    """Carries the requests of one conversation; ends it at what no server should do."""

    def __init__(
        self, transport: httpx.AsyncBaseTransport, most: int, broken: asyncio.Future[EngineError]
    ) -> None:
        self._transport = transport
        self._broken = broken
        self._left = most
        self._most = most
        self._requests = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if (
            request.method == "GET"
        ):  # what servers say unasked, which they may not offer, and nobody listens to
            return httpx.Response(405, request=request)
        self._requests += 1
        if self._requests > MOST_REQUESTS:
            raise self._breaks("it keeps asking back")
        response = await self._transport.handle_async_request(request)
        if response.is_redirect:
            await response.aclose()
            raise self._breaks("a redirect that is not followed")
        coding = response.headers.get("content-encoding", "identity").strip().lower()
        if coding != "identity":
            await response.aclose()
            raise self._breaks(f"the answer is compressed ({coding[:20]}), which was not asked for")
        stream = response.stream
        assert isinstance(stream, httpx.AsyncByteStream)
        return httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=_Counted(stream, self.read),
            extensions=response.extensions,
        )

    def read(self, chunk: bytes) -> bytes:
        """Count what was read."""
        self._left -= len(chunk)
        if self._left < 0:
            raise self._breaks(f"the answer is longer than {self._most} bytes")
        return chunk

    def _breaks(self, why: str) -> httpx.HTTPError:
        if not self._broken.done():
            self._broken.set_result(EngineError("protocol", why))
        return httpx.RemoteProtocolError(why)


class _Counted(httpx.AsyncByteStream):
    """An answer whose bytes are counted as they arrive."""

    def __init__(self, stream: httpx.AsyncByteStream, count: Callable[[bytes], bytes]) -> None:
        self._stream = stream
        self._count = count

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            yield self._count(chunk)

    async def aclose(self) -> None:
        await self._stream.aclose()
