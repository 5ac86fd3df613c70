"""How many windows the voice activity detector judges in one tick, so that a tick never has to do the work of two.

Calls begin their windows at different ticks, which spreads the work while packets come evenly. They do not after a tick
that was late: then every call has more than one tick's audio waiting, and doing all of it at once would make the next
tick late, too. So what exceeds the budget is left to the next tick, which must do it: no window waits for longer than
one tick, which is less than a window lasts. Who is further behind, after a long stall, catches up at once.
"""

import math
from dataclasses import dataclass

import numpy as np

from gateway.media.rtp.packets import Bools, Ints
from gateway.media.speech.vad import WINDOW_SAMPLES

SHARE = 0.35
"""Windows a tick for every call. Each call has 0.625 of them, and most callers are silent most of the time."""
LEAST = 32
"""Windows that are granted however few calls there are: a small part of a tick's work."""
BEHIND_SAMPLES = 3 * WINDOW_SAMPLES
"""With so much waiting a call is granted whatever it asks for: the audio itself is kept for a second only."""


@dataclass(slots=True)
class BudgetCounts:
    """What has been granted since the start, over all calls, in windows."""

    granted: int = 0
    carried: int = 0
    """Left to the next tick."""
    over: int = 0
    """Granted beyond the budget, because they had waited for long enough."""


class WindowBudget:
    """Grants inferences tick by tick, a row per call."""

    def __init__(self, capacity: int) -> None:
        self.counts = BudgetCounts()
        self._carried = np.zeros(capacity, np.bool_)
        self._left = 0

    def reset(self, row: int) -> None:
        """Forget a call's past."""
        self._carried[row] = False

    def begin(self, calls: int) -> None:
        """Begin a tick with so many calls."""
        self._left = max(LEAST, math.ceil(SHARE * calls))

    def grant(self, rows: Ints, waiting: Ints) -> Bools:
        """Which of `rows`, each with a window to be judged, may have it judged now; the others are carried over.

        First come those carried over from the last tick and those far behind, which are granted in any case, then
        those that have most samples `waiting`.
        """
        granted = self._carried[rows] | (waiting >= BEHIND_SAMPLES)
        must = int(granted.sum())
        self.counts.over += max(0, must - self._left)
        self._left = max(0, self._left - must)
        others = np.nonzero(~granted)[0]
        chosen = others[np.argsort(-waiting[others], kind="stable")[: self._left]]
        granted[chosen] = True
        self._left -= len(chosen)
        self._carried[rows] = ~granted
        self.counts.granted += must + len(chosen)
        self.counts.carried += len(others) - len(chosen)
        return granted
