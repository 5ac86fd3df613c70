"""Whether one more call can be taken without degrading the others. Pure: time comes in as an argument.

Three things are measured over a sliding window: how late the media plane's ticks are, how long jobs wait for speech
recognition, and how long callers wait for the first audio of an answer. When one of them is above its limit, new calls
are not taken until all are well below theirs again: a door that opens and closes at one point would flutter.
"""

import math
from collections import deque
from dataclasses import dataclass
from typing import Literal

Reason = Literal["calls", "tick", "stt_queue", "first_audio"]
Signal = Literal["tick", "stt_queue", "first_audio"]

QUANTILE = 0.9
"""Of the values in a window: what one in ten calls is worse off than."""
FEWEST = 10
"""Fewer values in a window say nothing: one that is slow would be the quantile of them by itself."""
REOPEN = 0.7
"""Part of a limit below which a closed door opens again."""
_EXTRAPOLATED: tuple[Signal, ...] = ("tick", "stt_queue")
"""Waits that are near zero without load and grow with it; the first audio takes its time in any case."""


@dataclass(frozen=True, slots=True)
class AdmissionSettings:
    """Limits; a limit of 0 is none."""

    max_calls: int
    tick_s: float
    """Lateness of a tick, seconds."""
    stt_queue_s: float
    """Wait for speech recognition, seconds."""
    first_audio_s: float
    """From an answer's job to its first audio, seconds."""
    window_s: float = 30.0


class Window:
    """Values of the last seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._values: deque[tuple[float, float]] = deque()

    def add(self, now: float, value: float) -> None:
        """Take a value in; `now` does not decrease."""
        self._values.append((now, value))

    def level(self, now: float) -> float | None:
        """The QUANTILE of the values; None for fewer than FEWEST."""
        while self._values and self._values[0][0] < now - self._seconds:
            self._values.popleft()
        if len(self._values) < FEWEST:
            return None
        ordered = sorted(value for _, value in self._values)
        return ordered[math.ceil(QUANTILE * len(ordered)) - 1]


class Admission:
    """The door. `now` is in monotonic seconds."""

    def __init__(self, settings: AdmissionSettings) -> None:
        self._max_calls = settings.max_calls
        self._limits: dict[Signal, float] = {
            "tick": settings.tick_s,
            "stt_queue": settings.stt_queue_s,
            "first_audio": settings.first_audio_s,
        }
        self._windows = {signal: Window(settings.window_s) for signal in self._limits}
        self._closed_by: Signal | None = None

    def note(self, signal: Signal, now: float, seconds: float) -> None:
        """Take a measurement in."""
        self._windows[signal].add(now, seconds)

    def loads(self, now: float) -> dict[Signal, float]:
        """Each signal as a part of its limit, as far as known; 1 is the limit."""
        loads = {}
        for signal, limit in self._limits.items():
            level = self._windows[signal].level(now)
            if limit > 0 and level is not None:
                loads[signal] = level / limit
        return loads

    def refusal(self, now: float, active: int, others: int = 0, place: bool | None = None) -> Reason | None:
        """Why a call that comes now must not be taken; None to take it.

        `active`: calls in progress here; `others`: at other gateways, which the limit of calls is about, too; `place`:
        whether the gateways have found a place for it together (`places.py`), None where nobody has looked for one.
        """
        if not (active + others < self._max_calls if place is None else place):
            return "calls"
        self._update(now)
        # Without a call there is nobody to spare, and nothing new would ever be measured.
        return self._closed_by if active else None

    def calls_left(self, now: float, active: int, others: int = 0) -> int:
        """How many more calls there is room for: the limit of calls, and as far as the load tells, what it leaves."""
        if self.refusal(now, active, others) is not None:
            return 0
        left = self._max_calls - active - others
        loads = self.loads(now)
        load = max((loads.get(signal, 0.0) for signal in _EXTRAPOLATED), default=0.0)
        if active and load > 0:
            left = min(left, max(1, int(active * (1 / load - 1))))
        return left

    def _update(self, now: float) -> None:
        loads = self.loads(now)
        if self._closed_by is not None and all(load <= REOPEN for load in loads.values()):
            self._closed_by = None
        for signal, load in loads.items():
            if load > 1:
                self._closed_by = signal
