"""One way by which a telephone in the console is rung: a WebSocket to Asterisk that outlives the page that uses it.

Whoever goes from page to page would else be away in between, and callers who wait for them would be told that nobody is
there. So the console registers, not the page; and who is rung while no page is there yet is rung by the next one.
"""

import asyncio
import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import Literal

from fastapi import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from api.console.people.sip import Identity, answer
from api.console.phone.dialogs import Dialogs
from api.console.phone.line import LOOK_S, Goes
from api.console.phone.messages import Message, read
from parley import log

LASTS_S = 300
"""For so long Asterisk rings it; said again well before."""
_AGAIN_S = 120.0
_OVER, _WRONG, _AWAY = 1000, 1008, 1011
"""Why a page's line is closed: see `phone/line.py`."""
_ENDS = {"BYE", "CANCEL"}
_log = log.get("telephone")

Stage = Literal["ringing", "talking"]


class Standing:
    """One. `live` is its life; `carry` one page's with it."""

    def __init__(
        self, asterisk: ClientConnection, who: Identity, closed: Callable[[], bool], rings: Callable[[], None]
    ) -> None:
        """`closed`: whether nobody is to be rung now; `rings` is called when somebody is."""
        self._asterisk = asterisk
        self._who = who
        self._closed = closed
        self._rings = rings
        self.page: WebSocket | None = None
        """Which has it now."""
        self.calls: dict[str, Stage] = {}
        """By Call-ID."""
        self._rung: dict[str, str] = {}
        """What asks for the calls that nobody has answered yet, as it came, by Call-ID."""
        self._dialogs = Dialogs()
        self._registration = secrets.token_hex(12)
        self._sequence = 0
        self._proven = ""
        """Which registration had a proof: one that is challenged again is refused."""
        self._errands: dict[str, str] = {}
        """What the dialplan was asked for, by Call-ID."""
        self._tag = secrets.token_hex(6)
        self._wanted = asyncio.Event()
        self.available = False
        """Whether it is to be rung."""
        self.pages = 0
        """How many have had it."""

    # Its life

    async def live(self) -> None:
        """Hear Asterisk until that line ends, or is closed."""
        keeping = asyncio.create_task(self._keep(), name="registration")
        try:
            async for frame in self._asterisk:
                await self._hear(frame if isinstance(frame, str) else frame.decode())
        except ConnectionClosed:
            pass
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
            if self.page is not None:
                await _close(self.page, _AWAY)

    async def close(self) -> None:
        """End it; whoever rings hears that nobody is there, and who talks is hung up on."""
        await self.end_calls()
        for frame in list(self._rung.values()):
            if message := read(frame):
                await self._say(answer(message, 480, self._tag))
        await self._asterisk.close()

    async def end_calls(self) -> None:
        """Hang up."""
        for frame in self._dialogs.ends():
            await self._say(self._who.signed(frame))
        self.calls = {call: stage for call, stage in self.calls.items() if stage != "talking"}

    def want(self, *, available: bool) -> None:
        """Be rung from now on, or no more."""
        self.available = available
        self._wanted.set()

    async def ask(self, word: str) -> None:
        """Have the dialplan do an errand."""
        call = secrets.token_hex(12)
        self._errands[call] = word
        await self._say(self._who.errand(word, call))

    async def _keep(self) -> None:
        told = False
        while True:
            self._wanted.clear()
            if self.available or told:
                await self._register()
                told = self.available
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wanted.wait(), _AGAIN_S)

    async def _register(self, challenge: str = "") -> None:
        self._sequence += 1
        lasts_s = LASTS_S if self.available else 0
        await self._say(self._who.registration(self._registration, self._sequence, lasts_s, challenge))

    async def _say(self, frame: str) -> None:
        with suppress(ConnectionClosed):  # `live` ends by itself
            await self._asterisk.send(frame)

    # What Asterisk says

    async def _hear(self, frame: str) -> None:
        self._dialogs.heard(frame)
        message = read(frame)
        if message is not None and message.method:
            await self._asked(message, frame)
        elif message is not None and (message.call == self._registration or message.call in self._errands):
            await self._answered(message)
        else:
            await self._show(frame)

    async def _answered(self, message: Message) -> None:
        if message.status < 200:
            return
        if (word := self._errands.pop(message.call, None)) is not None:
            await self._say(self._who.acknowledgement(word, message))
        elif message.status == 401 and message.header("cseq") != self._proven:
            await self._register(message.header("www-authenticate"))
            self._proven = f"{self._sequence} REGISTER"
        elif message.status >= 300:
            _log.warning("a telephone is not rung", number=self._who.number, status=message.status)

    async def _asked(self, message: Message, frame: str) -> None:
        call = message.call
        if message.begins and self._closed():
            await self._say(answer(message, 486, self._tag))
        elif message.begins:
            self.calls[call], self._rung[call] = "ringing", frame
            await self._say(answer(message, 100))
            await self._show(frame)
            self._rings()
        elif message.method == "OPTIONS":
            await self._say(answer(message, 200, self._tag))
        elif self.page is not None:
            if message.method in _ENDS:
                self._forget(call)
            await self._show(frame)
        elif message.method != "ACK":
            await self._answer_alone(message)

    async def _answer_alone(self, message: Message) -> None:
        """No page is there."""
        rung = read(self._rung.get(message.call, ""))
        known = message.call in self.calls
        await self._say(answer(message, 200 if known and message.method in _ENDS else 481, self._tag))
        if message.method == "CANCEL" and rung is not None:
            await self._say(answer(rung, 487, self._tag))
        if message.method in _ENDS:
            self._forget(message.call)

    def _forget(self, call: str) -> None:
        self.calls.pop(call, None)
        self._rung.pop(call, None)

    async def _show(self, frame: str) -> None:
        if self.page is not None:
            with suppress(RuntimeError, WebSocketDisconnect):  # it has just gone; the next page is told
                await self.page.send_text(frame)

    # A page

    async def carry(self, page: WebSocket, goes_on: Goes) -> None:
        """Pass on what either says until the page goes. When `goes_on` says no, the line ends with it."""
        self.page = page
        self.pages += 1
        try:
            for frame in list(self._rung.values()):
                await self._show(frame)
            code = await self._follow(page, goes_on)
        finally:
            self.page = None
        if code == _WRONG:
            await self.close()
        await _close(page, code)

    async def _follow(self, page: WebSocket, goes_on: Goes) -> int:
        try:
            while True:
                frame = await _next(page)
                if not await goes_on(self._dialogs.in_call):
                    return _WRONG
                if frame:
                    message = self._who.signed(frame)
                    self._dialogs.said(frame)
                    await self._asterisk.send(message)
                    self._note(frame)
        except WebSocketDisconnect:
            return _OVER
        except ConnectionClosed:
            return _AWAY
        except (ValueError, KeyError) as error:  # KeyError: it is no text
            _log.warning("what a page says is not passed on", number=self._who.number, error=str(error))
            return _WRONG

    def _note(self, frame: str) -> None:
        """What the page says of a call."""
        message = read(frame)
        if message is None or message.call not in self.calls:
            return
        if message.method == "BYE" or (message.about == "INVITE" and message.status >= 300):
            self._forget(message.call)
        elif message.about == "INVITE" and message.status >= 200:
            self.calls[message.call] = "talking"
            self._rung.pop(message.call, None)


async def _next(page: WebSocket) -> str:
    """What a page says next; empty: nothing for a while."""
    try:
        return await asyncio.wait_for(page.receive_text(), LOOK_S)
    except TimeoutError:
        return ""


async def _close(page: WebSocket, code: int) -> None:
    with suppress(RuntimeError, WebSocketDisconnect):  # it has gone by itself
        await page.close(code)
