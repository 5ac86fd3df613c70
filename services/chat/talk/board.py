"""What a visitor sees of a chat: its lines, each of which may still grow, and what changes beside them.

Every change has a number. Who has seen those up to one asks for what is later, so that reading again after a lost
connection or a reload is the same as reading on.
"""

import asyncio
import time
from contextlib import suppress
from typing import Literal

import msgspec

Who = Literal["visitor", "agent", "person"]
MOST_LINES = 400
"""Lines that are kept; the oldest go."""


class Line(msgspec.Struct, kw_only=True):
    """Something that was written."""

    id: int
    """Counts from 1 in a chat."""
    who: Who
    text: str
    at: float
    """When it was begun, Unix time in seconds."""
    whole: bool = True
    """False: more of it is to come."""
    change: int
    """Number of the last change to it."""


class Board(msgspec.Struct, kw_only=True):
    """The lines of one chat, and who waits for the next."""

    lines: list[Line] = []
    changes: int = 0
    written: int = 0
    """Lines that there ever were."""
    typing: bool = False
    """Whether the agent writes."""

    def add(self, who: Who, text: str, *, whole: bool = True) -> Line:
        """Add a line."""
        self.written += 1
        self.changed()
        line = Line(id=self.written, who=who, text=text, at=time.time(), whole=whole, change=self.changes)
        self.lines.append(line)
        del self.lines[:-MOST_LINES]
        return line

    def grow(self, line: Line, text: str, *, whole: bool) -> None:
        """Give a line more words, or say that it is over."""
        line.text, line.whole = text, whole
        self.changed()
        line.change = self.changes

    def remove(self, line: Line) -> None:
        """Take a line back that was never shown."""
        self.lines.remove(line)

    def type(self, on: bool) -> None:
        """Say whether the agent writes."""
        if on is not self.typing:
            self.typing = on
            self.changed()

    def changed(self) -> None:
        """Tell that something is different."""
        self.changes += 1

    def after(self, change: int) -> list[Line]:
        """The lines that are new or have grown since a change."""
        return [line for line in self.lines if line.change > change]


class Bell:
    """Wakes everybody who waits for a chat's next change."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake them."""
        self._rung.set()
        self._rung = asyncio.Event()

    def listen(self) -> asyncio.Event:
        """What the next ring sets. Taken before one looks at the chat, it misses no change that comes meanwhile."""
        return self._rung


async def heard(rung: asyncio.Event, timeout_s: float) -> None:
    """Wait for the ring that `listen` gave, or as long."""
    with suppress(TimeoutError):
        async with asyncio.timeout(timeout_s):
            await rung.wait()
