"""The caller's line: their way to the media plane, from which Asterisk takes them while people talk to them."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from gateway.conversation.leg import Leg, Way
from gateway.media.events import MediaEnded

_MEDIA_END_S = 1.0
"""A media plane that ticks tells within 20 ms what was heard to the end; one that does not tick must hold up nobody."""


class Line:
    """One caller's; a handover's `Lines`."""

    def __init__(self, call: str, way: Way, register: Callable[[], None]) -> None:
        """`register` has Redis know of the call, afresh each time that its samples count from 0."""
        self._call = call
        self._way = way
        self._register = register
        self._leg = Leg(call, way)
        self._on_plane = False
        self._ended = asyncio.Event()
        self.figures: MediaEnded | None = None
        """What the media plane told at the end of the last leg."""

    @property
    def is_up(self) -> bool:
        """Whether the ExternalMedia channel is there."""
        return self._leg.is_up

    def on_up(self) -> None:
        """The ExternalMedia channel has entered the application and can be bridged."""
        self._leg.on_up()

    def on_ended(self, figures: MediaEnded) -> None:
        """The media plane serves the caller no more, and has told everything before."""
        self.figures = figures
        self._ended.set()

    async def open(self, answer: Callable[[], Awaitable[None]]) -> None:
        """Bring the caller to the media plane; `answer` answers the call on the way."""
        self._register()
        await self._leg.open(lambda: self._answered(answer))

    def resume_away(self) -> None:
        """Be as another gateway has left it: Asterisk has the caller."""
        self._register()

    async def _answered(self, answer: Callable[[], Awaitable[None]]) -> None:
        self._on_plane = True
        await answer()

    async def release(self) -> None:
        """Take the caller off the media plane: Asterisk has them now."""
        await self._leg.close()
        self._on_plane = False

    async def regain(self) -> None:
        """Bring a caller back whom Asterisk had. The samples of the caller's audio count from 0 again."""
        self._ended.clear()
        self._register()
        await self._leg.open()
        self._on_plane = True

    async def end(self) -> None:
        """Take the caller off the media plane for good, once it has told what was heard to the end."""
        self._way.plane.remove(self._call)
        if not self._on_plane:  # there is no row, and so nothing to be told
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), _MEDIA_END_S)
