"""The way of SIP messages from a browser to Asterisk and back."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from fastapi import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from api.console.phone.dialogs import Dialogs
from api.console.phone.messages import LONGEST, signed
from parley import log

SIP = "sip"
"""The subprotocol's name (RFC 7118, section 4.1)."""
MOST = 20
"""Browsers at a time; more cannot call than there is room for."""
LOOK_S = 5.0
"""So often it is looked at whether somebody may still have what is open."""
_WAIT_S = 5.0
_OVER, _WRONG, _AWAY = 1000, 1008, 1011
"""Why it is closed (RFC 6455, section 7.4.1): done, what was sent or who sent it may not be, Asterisk is away."""
_log = log.get("line")

Goes = Callable[[bool], Awaitable[bool]]
"""Whether what is open may go on; told whether there is a call."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls from a page."""

    name: str
    """Of the console's user."""
    goes_on: Goes
    begins: Callable[[], Awaitable[None]]
    """Awaited when they call somebody."""


class Line:
    """To one Asterisk, for all browsers."""

    def __init__(self, url: str, secret: str) -> None:
        """`secret`: Asterisk knows by it what comes from here; empty: nobody calls."""
        self._url = url
        self._secret = secret
        self._open = 0

    @property
    def there(self) -> bool:
        """Whether anybody can call."""
        return bool(self._secret)

    @property
    def full(self) -> bool:
        """Whether there are as many as there may be."""
        return self._open >= MOST

    async def carry(self, browser: WebSocket, caller: Caller) -> None:
        """Pass on what either says until one goes, or the caller may not go on; either ends the calls there are."""
        self._open += 1
        try:
            async with connect(
                self._url, subprotocols=[Subprotocol(SIP)], max_size=LONGEST, open_timeout=_WAIT_S, proxy=None
            ) as asterisk:
                await _Way(browser, asterisk, self._secret, caller).carry()
        except (OSError, WebSocketException) as error:
            _log.warning("a browser's call: Asterisk cannot be reached", error=str(error))
            await _close(browser, _AWAY)
        finally:
            self._open -= 1


class _Way:
    """One browser's."""

    def __init__(self, browser: WebSocket, asterisk: ClientConnection, secret: str, caller: Caller) -> None:
        self._browser = browser
        self._asterisk = asterisk
        self._secret = secret
        self._caller = caller
        self._dialogs = Dialogs()

    async def carry(self) -> None:
        ways = {
            asyncio.create_task(self._there(), name="to Asterisk"),
            asyncio.create_task(self._back(), name="from Asterisk"),
            asyncio.create_task(self._watch(), name="who may go on"),
        }
        try:
            done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            code = max(way.result() for way in done)
        finally:
            for way in ways:
                way.cancel()
            # First, since whoever is cancelled gets no further than this.
            await self._end_calls()
            await asyncio.gather(*ways, return_exceptions=True)
        await _close(self._browser, code)

    async def _there(self) -> int:
        try:
            while True:
                frame = await self._browser.receive_text()
                message = self._sign(frame)
                if not await self._caller.goes_on(self._dialogs.in_call):
                    return _WRONG
                if self._dialogs.said(frame):
                    await self._caller.begins()
                await self._asterisk.send(message)
        except WebSocketDisconnect:
            return _OVER
        except ConnectionClosed:
            return _AWAY
        except (ValueError, KeyError) as error:  # KeyError: it is no text
            _log.warning(
                "a browser's call ends: what it sent is not passed on",
                user=self._caller.name,
                error=str(error),
            )
            return _WRONG

    async def _back(self) -> int:
        try:
            async for message in self._asterisk:
                frame = message if isinstance(message, str) else message.decode()
                self._dialogs.heard(frame)
                await self._browser.send_text(frame)
        except WebSocketDisconnect:
            return _OVER
        return _AWAY

    async def _watch(self) -> int:
        while True:
            if not await self._caller.goes_on(self._dialogs.in_call):
                return _WRONG
            await asyncio.sleep(LOOK_S)

    def _sign(self, frame: str) -> str:
        return signed(frame, self._secret, self._caller.name)

    async def _end_calls(self) -> None:
        with suppress(ConnectionClosed):  # and so does Asterisk by itself, once no sound comes
            for frame in self._dialogs.ends():
                await self._asterisk.send(self._sign(frame))


async def _close(browser: WebSocket, code: int) -> None:
    with suppress(RuntimeError, WebSocketDisconnect):  # it has gone by itself
        await browser.close(code)
