"""Who speaks beside the caller: a television, music, a second person. They are much fainter than the caller.

How loud the caller speaks is known after a second or two of their voice. What stays far below that is not theirs: it
begins no turn and holds none open. But a caller may speak softly for once; so what is faint and followed by a silence,
as of somebody who waits for an answer, is told of after all, later than other speech. A television goes on.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gateway.media.rtp.packets import Bools, Ints
from gateway.media.speech.vad import WINDOW_SAMPLES
from parley.audio import SAMPLE_RATE

_UNDER_DB = 10.0
"""What is fainter than the caller's loud syllables by more than this is far."""
_SOFTER_DB = 3.0
"""A frame of the caller's may be softer by this."""
_KNOWN_FRAMES = 75
"""Voiced frames of the caller's, 1.5 s, after which their level is known."""
_RISE, _FALL = 1 / 80, 1 / 400
"""The estimate of it rises faster than it falls: it is that of the louder one of two, and of loud syllables."""
_HOLD = SAMPLE_RATE * 3 // 10
"""So long after a near sound a faint one may be the end of the same word..."""
_HOLD_ALONE = SAMPLE_RATE * 12 // 10
"""... and where nobody has been heard beside the caller yet, of the same sentence..."""
_HOLD_AFTER = SAMPLE_RATE * 6 // 10
"""... or, after a pause, of what they go on with."""
_ACTIVE_WINDOWS = 15
"""After so much faint speech, half a second, there is somebody beside the caller..."""
_FORGOTTEN = 30 * SAMPLE_RATE
"""... until they have not been heard for so long."""
_FAR_RISE, _FAR_FALL = 1 / 10, 1 / 100
"""The same for the loudest of those beside them, by windows."""
_OVER_DB = 6.0
"""Whoever speaks over the agent is louder than those beside the caller by this..."""
_LEAST_DB = 4.0
"""... or no fainter than the caller by more than that."""
_SILENCE = SAMPLE_RATE
"""After faint speech this is how somebody waits for an answer..."""
_SHORTEST, _LONGEST = SAMPLE_RATE // 4, 10 * SAMPLE_RATE
"""... to what was neither a noise nor a broadcast."""
_SOFT_DB = 15.0
"""A caller who speaks softly is fainter than usual by no more than this..."""
_ABOVE_DB = 5.0
"""... and louder by this than whoever had been heard beside them before."""
_WAITED = 8 * SAMPLE_RATE
"""When neither caller nor agent has been heard for so long, whoever speaks is the caller after all: the
telephone may lie on the table by now."""
_PREROLL = 3 * SAMPLE_RATE // 10
_NONE = -1
_LEAST_POWER = 1e-12


@dataclass(frozen=True, slots=True)
class Murmurs:
    """Faint speech, by rows."""

    begun: Ints
    ended: Ints
    """It was followed by a silence: it may be for the agent."""
    dropped: Ints
    """It was for nobody, or the caller's nearer voice, or the agent's, has followed it."""


class Background:
    """A row per call; powers of full scale, positions in samples."""

    def __init__(self, capacity: int) -> None:
        self.begin = np.full(capacity, _NONE)
        """First sample of the present or last faint stretch, with pre-roll."""
        self.end = np.zeros(capacity, np.int64)
        """One past the last window of faint speech."""
        self._open, self._fresh, self._lasting = (np.zeros(capacity, np.bool_) for _ in range(3))
        self._own_db, self._far_db = (np.zeros(capacity) for _ in range(2))
        self._own_frames, self._far_windows = (np.zeros(capacity, np.int64) for _ in range(2))
        # Where the caller's voice and the agent's were heard last.
        self._near_at, self._agent_at = (np.zeros(capacity, np.int64) for _ in range(2))
        # Of the present stretch: the sum of its windows' power, their number, and how loud others were before it.
        self._sum, self._windows, self._before_db = (np.zeros(capacity) for _ in range(3))

    def reset(self, row: int) -> None:
        """Make a row ready for a new call."""
        self.begin[row] = _NONE
        self._open[row] = self._fresh[row] = self._lasting[row] = False
        for column in (self.end, self._own_frames, self._far_windows, self._near_at, self._agent_at):
            column[row] = 0

    def note(self, rows: Ints, level: NDArray[np.float32], own: Bools) -> None:
        """Take in the levels, RMS of full scale, of the newest frame of `rows`; the caller's `own` voice counts."""
        rows, heard = rows[own], _db(np.square(level[own].astype(np.float64)))
        known = self._own_frames[rows] >= _KNOWN_FRAMES
        near = ~known | (heard >= self._own_db[rows] - _UNDER_DB)
        rows, heard, known = rows[near], heard[near], known[near]
        over = heard - self._own_db[rows]
        share = np.where(known, np.where(over > 0, _RISE, _FALL), 1 / (self._own_frames[rows] + 1))
        self._own_db[rows] += over * share
        self._own_frames[rows] += 1

    def may_be_callers(self, rows: Ints, level: NDArray[np.float32]) -> Bools:
        """Whether frames of these levels may be the caller's voice; any may where nobody speaks beside them."""
        loud = _db(np.square(level.astype(np.float64))) >= self._own_db[rows] - _UNDER_DB - _SOFTER_DB
        return loud | ~self._active(rows)

    def far(self, rows: Ints, power: NDArray[np.float64], end: Ints, talking: Bools) -> Bools:
        """Whether what is heard up to sample `end` of each of `rows`, at this power, is not the caller's."""
        near = _db(power) >= self._own_db[rows] - _UNDER_DB
        self._near_at[rows[near]] = end[near]
        hold = np.where(self._active(rows), _HOLD, np.where(talking, _HOLD_ALONE, _HOLD_AFTER))
        return (self._own_frames[rows] >= _KNOWN_FRAMES) & ~near & (end - self._near_at[rows] > hold)

    def heard(self, rows: Ints, power: NDArray[np.float64], end: Ints, alone: Bools) -> None:
        """Note a window of speech, up to sample `end`, that is not the caller's; `alone`: nobody else speaks."""
        since = end - self.end[rows]
        self._lasting[rows] &= since < _SILENCE
        fresh = alone & ~self._open[rows] & ~self._lasting[rows]
        begun = rows[fresh]
        self.begin[begun] = np.maximum(end[fresh] - WINDOW_SAMPLES - _PREROLL, 0)
        self._before_db[begun] = np.where(self._active(begun), self._far_db[begun], -np.inf)
        self._sum[begun] = self._windows[begun] = 0
        self._open[begun] = self._fresh[begun] = True
        self._sum[rows] += power
        self._windows[rows] += 1
        self._far_windows[rows] = np.where(since > _FORGOTTEN, 1, self._far_windows[rows] + 1)
        first = self._far_windows[rows] == 1
        over = _db(power) - self._far_db[rows]
        self._far_db[rows] += np.where(first, 1, np.where(over > 0, _FAR_RISE, _FAR_FALL)) * over
        self.end[rows] = end

    def find(self, rows: Ints, clock: Ints, talking: Bools, agent: Bools) -> Murmurs:
        """What has become of faint speech by now; of every call whether the caller is `talking`, or the `agent` is."""
        nobody = ~(talking | agent)
        self._agent_at[rows] = np.where(agent[rows], clock[rows], self._agent_at[rows])
        fresh = rows[self._fresh[rows]]
        self._fresh[fresh] = False
        live = rows[self._open[rows]]
        length = self.end[live] - self.begin[live] - _PREROLL
        silent = clock[live] - self.end[live] >= _SILENCE
        # What lasts is not listened to any more until it has been silent.
        self._lasting[live] = lasting = length > _LONGEST
        whole = silent & nobody[live] & (length >= _SHORTEST) & ~lasting
        level = _db(self._sum[live] / np.maximum(self._windows[live], 1))
        waited = self.begin[live] - np.maximum(self._near_at[live], self._agent_at[live]) >= _WAITED
        soft = (level >= self._own_db[live] - _SOFT_DB) & (level >= self._before_db[live] + _ABOVE_DB)
        self._know(live[whole & waited], level[whole & waited])
        whole &= soft | waited
        over = silent | lasting | ~nobody[live]
        self._open[live[over]] = False
        return Murmurs(fresh, live[whole], live[over & ~whole])

    def _know(self, rows: Ints, level: NDArray[np.float64]) -> None:
        """The callers of `rows` are as faint as this from now on."""
        self._own_db[rows] = level
        self._far_windows[rows] = 0

    def gate(self, rows: Ints) -> NDArray[np.float64]:
        """Power that speech over the agent must have where somebody speaks beside the caller; 0: any."""
        least = np.minimum(self._far_db[rows] + _OVER_DB, self._own_db[rows] - _LEAST_DB)
        return np.where(self._active(rows), 10 ** (least / 10), 0.0)

    def _active(self, rows: Ints) -> Bools:
        return self._far_windows[rows] >= _ACTIVE_WINDOWS


def _db(power: NDArray[np.float64]) -> NDArray[np.float64]:
    return 10 * np.log10(np.maximum(power, _LEAST_POWER))
