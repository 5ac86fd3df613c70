"""How loud each caller speaks, and so how loud somebody has to be over the agent to be them."""

import numpy as np
from numpy.typing import NDArray

from gateway.media.rtp.packets import Bools, Ints

_FOLLOWS = 1 / 50
"""The estimate of the caller's own power is its mean over about a second of voice."""
_USUAL = 10 ** (-20 / 10)
"""Power of a caller who has not spoken yet: −20 dBFS."""
_UNDER = 10 ** (-14 / 10)
"""Who speaks softly is heard down to 14 dB under their own level."""
_UNKNOWN = 10 ** (-46 / 10)
"""Power down to which speech over the agent is noticed of a caller who has not spoken yet: it may be theirs."""


class CallerLevels:
    """A row per call; powers of full scale."""

    def __init__(self, capacity: int, over_agent_dbfs: float) -> None:
        """Whoever is louder than `over_agent_dbfs` is heard in any case."""
        self._loud = 10 ** (over_agent_dbfs / 10)
        self._power = np.full(capacity, _USUAL)
        self._known = np.zeros(capacity, np.bool_)

    def reset(self, row: int) -> None:
        """Make a row ready for a new call."""
        self._power[row] = _USUAL
        self._known[row] = False

    def note(self, rows: Ints, level: NDArray[np.float32], own: Bools) -> None:
        """Take in the levels of the newest frame of `rows`; those that are the caller's `own` voice count."""
        power = self._power[rows]
        self._power[rows] = np.where(own, power + (level * level - power) * _FOLLOWS, power)
        self._known[rows] |= own

    def gate(self, rows: Ints) -> NDArray[np.float64]:
        """Power that speech over the agent must have to silence it."""
        return np.minimum(self._loud, self._power[rows] * _UNDER)

    def least(self, rows: Ints) -> NDArray[np.float64]:
        """Power that speech over the agent must have to be noticed at all."""
        return np.where(self._known[rows], self.gate(rows), np.minimum(self.gate(rows), _UNKNOWN))
