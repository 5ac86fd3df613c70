"""How many calls one caller, one source and all together may begin. Pure: time comes in as an argument.

The door (admission.py) looks at the load, and takes everybody while there is room. One telephone that dials without
end, or somebody who sends calls by the hundred, would take all of it: here each gets a share.
"""

from dataclasses import dataclass
from typing import Literal

Excess = Literal["caller_calls", "caller_rate", "source_rate", "rate"]
"""caller_calls: too many at a time; the others: too many begun lately."""

_KEPT = 10_000
"""Buckets that are kept; a full one says nothing and can go."""
_BURST_S = 2.0
"""A bucket holds what may come in so many seconds: callers do not arrive evenly."""


@dataclass(frozen=True, slots=True)
class LimitSettings:
    """A limit of 0 is none."""

    per_caller: int
    """Calls at a time."""
    per_caller_minute: float
    """Calls begun in a minute."""
    per_source_s: float
    """Calls begun in a second by one SIP user, or from one address of a trunk."""
    per_s: float
    """Calls begun in a second, by all."""


class Buckets:
    """Token buckets of one size and rate, by a key. `now` is in seconds and does not decrease."""

    def __init__(self, size: float, per_s: float) -> None:
        """A bucket begins full."""
        self._size = max(size, 1.0)
        self._per_s = per_s
        self._levels: dict[str, tuple[float, float]] = {}

    def has(self, key: str, now: float) -> bool:
        """Whether a token is left."""
        return self._per_s <= 0 or self._level(key, now) >= 1

    def take(self, key: str, now: float) -> None:
        """Take a token that is left."""
        if self._per_s <= 0:
            return
        self._levels[key] = (now, self._level(key, now) - 1)
        if len(self._levels) > _KEPT:
            self._drop_full(now)

    def _level(self, key: str, now: float) -> float:
        at, level = self._levels.get(key, (now, self._size))
        return min(self._size, level + (now - at) * self._per_s)

    def _drop_full(self, now: float) -> None:
        self._levels = {key: kept for key, kept in self._levels.items() if self._level(key, now) < self._size}


class Limits:
    """The shares. What is refused takes nothing: who has dialled too often may dial again when the minute is over."""

    def __init__(self, settings: LimitSettings) -> None:
        self._per_caller = settings.per_caller
        self._callers = Buckets(settings.per_caller_minute, settings.per_caller_minute / 60)
        self._sources = Buckets(settings.per_source_s * _BURST_S, settings.per_source_s)
        self._all = Buckets(settings.per_s * _BURST_S, settings.per_s)

    def excess(self, caller: str, source: str, now: float, calls: int) -> Excess | None:
        """Why a call is not taken; None to take it, which counts. `calls`: this caller's in progress.

        An empty caller is anybody who tells no number: only the source counts for them.
        """
        if caller and 0 < self._per_caller <= calls:
            return "caller_calls"
        if caller and not self._callers.has(caller, now):
            return "caller_rate"
        if not self._sources.has(source, now):
            return "source_rate"
        if not self._all.has("", now):
            return "rate"
        if caller:
            self._callers.take(caller, now)
        self._sources.take(source, now)
        self._all.take("", now)
        return None
