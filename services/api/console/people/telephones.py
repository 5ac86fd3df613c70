"""The telephones of the console's users: who can be rung now, and what each one is doing."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, Literal

from fastapi import WebSocket
from prometheus_client import Gauge
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from api.console.people.numbers import Numbers, Owner
from api.console.people.sip import Identity
from api.console.people.standing import Standing
from api.console.phone.line import SIP, Goes
from api.console.phone.messages import LONGEST
from parley import log
from parley.outside.push.box import PushBox

LINES = Gauge("parley_console_telephones", "Lines of telephones in the console that are open to Asterisk.")

STAYS_S = 15.0
"""How long a line stays without a page: the next page takes it over."""
MOST = 40
"""Lines at a time."""
MOST_OF_ONE = 5
"""Of one telephone, as many as Asterisk rings."""
RINGS_S = 45.0
"""Nobody is rung for longer, as a rule; a push that comes later would tell of nobody."""
_WAIT_S = 5.0
_log = log.get("telephone")

State = Literal["away", "wrap-up", "free", "ringing", "talking"]


class Telephone:
    """One user's, on as many lines as they have pages open."""

    def __init__(self, owner: Owner) -> None:
        self.owner = owner
        self.lines: set[Standing] = set()
        self.opening = 0
        """Lines that are about to be."""

    @property
    def state(self) -> State:
        """What it is doing."""
        stages = {stage for line in self.lines for stage in line.calls.values()}
        if "talking" in stages:
            return "talking"
        if "ringing" in stages:
            return "ringing"
        if not self.owner.available or not self.lines:
            return "away"
        return "wrap-up" if self.owner.wrap_up else "free"

    def closed(self) -> bool:
        """Whether it does not ring now, though Asterisk may ask."""
        return not self.owner.available or self.owner.wrap_up or self.state == "talking"

    @property
    def idle(self) -> Standing | None:
        """A line that no page has."""
        return next((line for line in self.lines if line.page is None), None)


class Telephones:
    """All of them."""

    def __init__(self, url: str, secret: str, numbers: Numbers, box: PushBox) -> None:
        """`url`: Asterisk's WebSocket; `secret`: it knows the console by it, empty: there are no telephones; `box`:
        who is told of calls while no page is open.
        """
        self._url = url
        self._secret = secret
        self.numbers = numbers
        self.box = box
        self._known: dict[str, Telephone] = {}
        self._paused = {owner.number for owner in numbers.owners() if owner.wrap_up}
        """Numbers that have a pause in their queues, as Asterisk was told last."""
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def there(self) -> bool:
        """Whether there can be telephones."""
        return bool(self._secret and self.numbers.all)

    def states(self) -> dict[str, State]:
        """What each one is doing that was used since the console began, by user."""
        return {name: telephone.state for name, telephone in self._known.items()}

    def know(self, owner: Owner) -> Telephone:
        """The telephone of a user, as they want it now."""
        known = self._known.get(owner.name)
        if known is None or known.owner.number != owner.number:
            if known is not None:
                self.drop(owner.name)
            known = self._known[owner.name] = Telephone(owner)
        known.owner = owner
        return known

    async def wish(self, owner: Owner) -> Telephone:
        """Have a telephone be as its user wants it."""
        telephone = self.know(owner)
        for line in telephone.lines:
            line.want(available=owner.available)
        if owner.wrap_up != (owner.number in self._paused) and telephone.lines:
            await self._pause(next(iter(telephone.lines)), owner)
        return telephone

    async def take_away(self, name: str) -> None:
        """Somebody has no telephone any more, and is told of calls by no browser."""
        await asyncio.to_thread(self.numbers.give, name, "")
        self.drop(name)
        await asyncio.to_thread(self.box.forget, name)

    def drop(self, name: str) -> None:
        """Somebody has no telephone any more, or another one."""
        telephone = self._known.pop(name, None)
        for line in telephone.lines if telephone else ():
            self._begin(line.close(), "a line ends")

    async def carry(self, page: WebSocket, owner: Owner, goes_on: Goes) -> bool:
        """Have a page be this telephone, until it goes; False: there is no line for it."""
        telephone = self._known.get(owner.name)
        if telephone is None or telephone.owner.number != owner.number:
            telephone = self.know(owner)
        line = telephone.idle or await self._open(telephone)
        if line is None:
            return False
        line.page = page  # at once: no other page takes the same line
        owner = telephone.owner  # the page may have wished for something since `owner` was looked up
        line.want(available=owner.available)
        # Asterisk may have been started anew; or a pause ended without a line, or was another user's.
        if owner.wrap_up or owner.number in self._paused:
            await self._pause(line, owner)
        await line.carry(page, goes_on)
        self._begin(self._leave(telephone, line, goes_on), "a line stays")
        return True

    async def close(self) -> None:
        """End all of them."""
        for telephone in self._known.values():
            for line in list(telephone.lines):
                await line.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _pause(self, line: Standing, owner: Owner) -> None:
        """Have queues give a telephone its pause, or end it."""
        (self._paused.add if owner.wrap_up else self._paused.discard)(owner.number)
        await line.ask("pause" if owner.wrap_up else "ready")

    async def _open(self, telephone: Telephone) -> Standing | None:
        lines = sum(len(each.lines) + each.opening for each in self._known.values())
        if lines >= MOST or len(telephone.lines) + telephone.opening >= MOST_OF_ONE:
            return None
        owner = telephone.owner
        telephone.opening += 1
        try:
            asterisk = await connect(
                self._url, subprotocols=[Subprotocol(SIP)], max_size=LONGEST, open_timeout=_WAIT_S, proxy=None
            )
        except (OSError, WebSocketException) as error:
            _log.warning("Asterisk cannot be reached", number=owner.number, error=str(error))
            return None
        finally:
            telephone.opening -= 1
        who = Identity(owner.number, owner.name, self._secret)
        line = Standing(asterisk, who, telephone.closed, lambda: self._tell(telephone))
        telephone.lines.add(line)
        LINES.inc()
        self._begin(self._live(line, lambda: telephone.lines.discard(line)), "a line")
        return line

    async def _live(self, line: Standing, over: Callable[[], None]) -> None:
        try:
            await line.live()
        finally:
            over()
            LINES.dec()

    async def _leave(self, telephone: Telephone, line: Standing, goes_on: Goes) -> None:
        """Keep a line without a page for a while, or while somebody can be told of a call who is still logged in."""
        pages = line.pages
        while True:
            await asyncio.sleep(STAYS_S)
            gone = line not in telephone.lines  # Asterisk has ended it
            if gone or line.page is not None or line.pages != pages:
                return
            await line.end_calls()  # whoever had one has left it
            only = line is min(telephone.lines, key=id)
            if not (only and await self._reachable(telephone) and await goes_on(False)):
                await line.close()
                return

    async def _reachable(self, telephone: Telephone) -> bool:
        found = await asyncio.to_thread(self.box.of, telephone.owner.name)
        return bool(found) and telephone.owner.available

    def _tell(self, telephone: Telephone) -> None:
        if all(line.page is None for line in telephone.lines):
            until = time.time() + RINGS_S
            self._begin(asyncio.to_thread(self.box.ring, telephone.owner.name, until), "a push")

    def _begin(self, coroutine: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(coroutine, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
