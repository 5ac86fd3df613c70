"""Whether the clock can be believed when it says that something is old. Pure but for what is kept of the last look.

A clock that jumps ahead, by a wrong time server or a machine without a battery, makes everything old at once, and what
is deleted then does not come back.
"""

from collections.abc import Callable

from parley import log

JUMP_S = 3600.0
"""The clock has jumped when it went ahead so much more than time passed: more than any clock is corrected by."""
AWAY_S = 7 * 86_400.0
"""So long a machine may have been off without that being a jump."""
DOUBT_S = 86_400.0
"""How long nothing is deleted after a jump: somebody can be told, and correct the clock."""

_log = log.get("clock")


class Clock:
    """Compares the clock (Unix time) with the time that passed (monotonic), look by look."""

    def __init__(self, last: Callable[[float], float | None]) -> None:
        """`last` gives the time of the last look before this process, and keeps the one it is given."""
        self._last = last
        self._before: tuple[float, float] | None = None
        self._doubted_until = 0.0

    def look(self, now: float, passed: float) -> bool:
        """Whether what is old by `now` may be deleted."""
        kept = self._last(now)
        if self._before is not None:
            ahead, most = (now - self._before[0]) - (passed - self._before[1]), JUMP_S
        else:
            ahead, most = now - (now if kept is None else kept), AWAY_S
        self._before = (now, passed)
        if ahead > most:
            self._doubted_until = passed + DOUBT_S
            _log.error(
                "the clock has jumped ahead: nothing is deleted for its age for a day", seconds=round(ahead)
            )
        return passed >= self._doubted_until
