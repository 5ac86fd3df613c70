"""The way of SIP messages from a browser to Asterisk and back."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from fastapi import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from api.console.phone.messages import LONGEST, signed
from parley import log

SIP = "sip"
"""The subprotocol's name (RFC 7118, section 4.1)."""
MOST = 20
"""Browsers at a time; more cannot call than there is room for."""
_WAIT_S = 5.0
_OVER, _WRONG, _AWAY = 1000, 1008, 1011
"""Why it is closed (RFC 6455, section 7.4.1): done, what was sent or who sent it may not be, Asterisk is away."""
_log = log.get("line")

Goes = Callable[[], Awaitable[bool]]


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

    async def carry(self, browser: WebSocket, name: str, goes_on: Goes) -> None:
        """Pass on what either says, as that user of the console's, until one goes or `goes_on` says no."""
        self._open += 1
        try:
            async with connect(
                self._url, subprotocols=[Subprotocol(SIP)], max_size=LONGEST, open_timeout=_WAIT_S, proxy=None
            ) as asterisk:
                await self._both_ways(browser, asterisk, name, goes_on)
        except (OSError, WebSocketException) as error:
            _log.warning("a browser's call: Asterisk cannot be reached", error=str(error))
            await _close(browser, _AWAY)
        finally:
            self._open -= 1

    async def _both_ways(
        self, browser: WebSocket, asterisk: ClientConnection, name: str, goes_on: Goes
    ) -> None:
        ways = {
            asyncio.create_task(self._there(browser, asterisk, name, goes_on), name="to Asterisk"),
            asyncio.create_task(_back(browser, asterisk), name="from Asterisk"),
        }
        try:
            done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            await _close(browser, max(way.result() for way in done))
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _there(self, browser: WebSocket, asterisk: ClientConnection, name: str, goes_on: Goes) -> int:
        try:
            while True:
                message = signed(await browser.receive_text(), self._secret, name)
                if not await goes_on():
                    return _WRONG
                await asterisk.send(message)
        except WebSocketDisconnect:
            return _OVER
        except ConnectionClosed:
            return _AWAY
        except (ValueError, KeyError) as error:  # KeyError: it is no text
            _log.warning("a browser's call ends: what it sent is not passed on", user=name, error=str(error))
            return _WRONG


async def _back(browser: WebSocket, asterisk: ClientConnection) -> int:
    try:
        async for message in asterisk:
            await browser.send_text(message if isinstance(message, str) else message.decode())
    except WebSocketDisconnect:
        return _OVER
    return _AWAY


async def _close(browser: WebSocket, code: int) -> None:
    with suppress(RuntimeError, WebSocketDisconnect):  # it has gone by itself
        await browser.close(code)
