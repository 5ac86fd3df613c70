"""When somebody may be called, on their own clock, as a setting says: `mon-fri 09:00-20:00, sat 10:00-18:00`. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from parley.agents.hours import DAYS, days_of

_DAY = "|".join(DAYS)
_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_PART = re.compile(rf"((?:{_DAY})(?:-(?:{_DAY}))?) +({_CLOCK})-({_CLOCK}|24:00)")


class Span(NamedTuple):
    """The same hours on some days."""

    days: frozenset[int]
    """0 is Monday."""
    start: int
    """Minutes from midnight."""
    end: int
    """The first minute that is too late."""


@dataclass(frozen=True, slots=True)
class Week:
    """The hours of a week."""

    text: str
    """As the setting has them."""
    spans: tuple[Span, ...]

    @classmethod
    def read(cls, text: str) -> "Week":
        """Take them from a setting; raise ValueError naming the part that cannot be read."""
        return cls(text, tuple(_span(part.strip()) for part in text.split(",")))

    def has(self, there: datetime) -> bool:
        """Whether a moment, as clocks there show it, is one of these."""
        minute = there.hour * 60 + there.minute
        return any(there.weekday() in days and start <= minute < end for days, start, end in self.spans)


def _span(part: str) -> Span:
    found = _PART.fullmatch(part)
    if found is None:
        raise ValueError(f"must be like mon-sat 09:00-20:00, not {part!r}")
    start, end = _minute(found[2]), _minute(found[3])
    if start >= end:
        raise ValueError(f"must end after it begins, on the same day: {part!r}")
    return Span(frozenset(days_of(found[1])), start, end)


def _minute(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])
