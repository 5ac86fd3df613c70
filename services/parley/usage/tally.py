"""What engines did for one call, counted where they are asked.

Each job of a worker has a tally of its own. What is done for nobody's call (a prompt that is read at the start, a line
that is kept as speech) is in none. A worker tells its tally as the event `usage` when the job is over, also of one that
was called off: that costs, too.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from parley.experiment import choice

EVENT = "usage"
"""Kind of the event, whose `uses` have the fields of Use. It is no part of a call's course, and may come after it."""
LOCAL = "local"
"""The name of all engines of the stack's own."""

Part = Literal["stt", "llm", "tts"]


class Use(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one engine did."""

    part: Part
    engine: str = LOCAL
    """`local`, or the name of the model outside."""
    requests: int = 0
    seconds: float = 0.0
    """Of audio that was recognised."""
    read: int = 0
    """Tokens, those of `cached` among them."""
    cached: int = 0
    """Tokens that the server had read before."""
    written: int = 0
    """Tokens, thoughts among them."""
    characters: int = 0
    """That were spoken."""
    estimated: int = 0
    """Requests whose tokens the server did not tell, since the answer was called off before its end."""

    def __add__(self, other: "Use") -> "Use":
        """Both together; they must be of one engine."""
        return Use(
            part=self.part,
            engine=self.engine,
            requests=self.requests + other.requests,
            seconds=self.seconds + other.seconds,
            read=self.read + other.read,
            cached=self.cached + other.cached,
            written=self.written + other.written,
            characters=self.characters + other.characters,
            estimated=self.estimated + other.estimated,
        )


class Tally:
    """What was done for one job."""

    def __init__(self) -> None:
        self._uses: dict[tuple[Part, str], Use] = {}

    @property
    def uses(self) -> list[Use]:
        """By engine, in the order in which they were asked first."""
        return list(self._uses.values())

    def add(self, use: Use) -> None:
        """Count this as well."""
        key = use.part, use.engine
        known = self._uses.get(key)
        self._uses[key] = use if known is None else known + use


_current: ContextVar[Tally | None] = ContextVar("tally", default=None)


@contextmanager
def counting() -> Iterator[Tally]:
    """Have what is done in this, in tasks that begin in it as well, counted into one tally."""
    tally = Tally()
    token = _current.set(tally)
    try:
        yield tally
    finally:
        _current.reset(token)


def count(use: Use) -> None:
    """Count this into the tally of the job in hand; without one it is nobody's."""
    if (tally := _current.get()) is not None:
        tally.add(use)


async def tell(emit: Callable[..., Awaitable[None]], call: str, agent: str, tally: Tally) -> None:
    """Tell what was done for a call, if anything was; `emit` as Bus.emit, whose errors it raises."""
    if tally.uses:
        told = [msgspec.to_builtins(use) for use in tally.uses]
        uses = [{name: value for name, value in use.items() if value} for use in told]
        await emit(EVENT, call, agent=choice.name_of(agent), uses=uses)


def outside(model: str, url: str = "") -> str:
    """The name of an engine outside: its model's, or the host's where the model has none, or is named by a URL."""
    named = "" if model == LOCAL else model
    return urlsplit(named or url).hostname or named
