"""An answer while it is written: each sentence is shown as it comes."""

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from chat.talk.answers import Part
from chat.talk.board import Bell, Board, Line
from parley import log
from parley.messages import ReplyEnd, Speech

_log = log.get("answering")


@dataclass(slots=True)
class Shown:
    """What became of one answer."""

    line: Line | None = None
    """None: nothing of it was shown."""
    end: ReplyEnd | None = None
    """None: it failed, or was cut off."""
    cut: bool = False
    """Whether somebody else has the chat now."""
    first_s: float = 0.0
    """Seconds until its first sentence."""
    whole_s: float = 0.0


async def show(answer: AsyncIterator[Part], board: Board, bell: Bell, wanted: Callable[[], bool]) -> Shown:
    """Show an answer on a board, as long as it is wanted."""
    shown, began = Shown(), time.monotonic()
    try:
        async for part in answer:
            if not wanted():
                shown.cut = True
                break
            if not isinstance(part, Speech):
                shown.end = part if isinstance(part, ReplyEnd) else None
                break
            shown.first_s = shown.first_s or time.monotonic() - began
            shown.line = _grown(board, shown.line, part.text.strip())
            bell.ring()
    except TimeoutError:
        _log.error("no worker has answered")
    shown.whole_s = time.monotonic() - began
    if shown.line is not None:
        board.grow(shown.line, shown.line.text, whole=True)
    return shown


def _grown(board: Board, line: Line | None, text: str) -> Line:
    if line is None:
        return board.add("agent", text, whole=False)
    board.grow(line, f"{line.text} {text}", whole=False)
    return line
