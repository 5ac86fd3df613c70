"""From packets in the order of arrival to frames in the order of speech, for all calls at once.

Every call has a small window of slots, indexed by sequence number. A frame leaves the window when its turn has come;
a hole is waited for (reordering) and then filled (loss); a sender that goes quiet (DTX, RFC 3551 section 4.1) yields
silence, so that time goes on.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gateway.media.rtp import Bools, Ints, sequence_distance
from parley.audio import FRAME_SAMPLES

WINDOW = 16
"""Slots per call: 320 ms."""
PATIENCE_TICKS = 2
"""How long a hole is waited for."""
DTX_TICKS = 3
"""After so many ticks without a frame, silence is delivered."""
SSRC_QUIET_TICKS = 5
"""A new SSRC is accepted when the old one has been quiet for so long."""
_CONCEAL_GAIN = 0.5


@dataclass(slots=True)
class InboxCounts:
    """What has happened since the start, over all calls, in packets."""

    accepted: int = 0
    lost: int = 0
    reordered: int = 0
    late: int = 0
    """Duplicates, and packets whose place had already been filled."""
    foreign: int = 0
    """From an SSRC that is not the call's."""


class Inbox:
    """The receive side of `capacity` calls; a row per call."""

    def __init__(self, capacity: int) -> None:
        self.counts = InboxCounts()
        self.idle = np.zeros(capacity, np.int64)
        """Ticks since a call's last frame from the network."""
        self._frames = np.zeros((capacity, WINDOW, FRAME_SAMPLES), np.int16)
        self._arrivals = np.zeros((capacity, WINDOW))
        self._present = np.zeros((capacity, WINDOW), np.bool_)
        self._expected = np.zeros(capacity, np.uint16)
        self._started = np.zeros(capacity, np.bool_)
        self._waited = np.zeros(capacity, np.int64)
        self._ssrc = np.zeros(capacity, np.uint32)
        self._last = np.zeros((capacity, FRAME_SAMPLES), np.int16)
        self.lost = np.zeros(capacity, np.int64)
        """Frames that never came, per call."""
        self.received = np.zeros(capacity, np.int64)
        """Frames that came, per call."""

    def reset(self, row: int) -> None:
        """Make a row ready for a new call."""
        self._present[row] = False
        self._started[row] = False
        self._last[row] = 0
        for column in (self.idle, self._waited, self.lost, self.received):
            column[row] = 0

    def known_ssrc(self, rows: Ints, ssrc: NDArray[np.uint32], sequence: NDArray[np.uint16]) -> Bools:
        """Which packets carry their call's SSRC; a first or a successor SSRC is adopted here.

        The SSRC of a call may change when Asterisk re-invites or masquerades; a stray second stream must not
        get through. So a new one is adopted only when the old one has fallen silent (RFC 3550, section 8.2).
        """
        known = self._started[rows] & (ssrc == self._ssrc[rows])
        for i in np.nonzero(~known)[0]:
            row = rows[i]
            if self._started[row] and ssrc[i] == self._ssrc[row]:
                known[i] = True  # adopted a moment ago, from the same batch
            elif not self._started[row] or self.idle[row] >= SSRC_QUIET_TICKS:
                self._ssrc[row] = ssrc[i]
                self._restart(int(row), sequence[i])
                known[i] = True
            else:
                self.counts.foreign += 1
        return known

    def _restart(self, row: int, sequence: np.uint16) -> None:
        self._started[row] = True
        self._present[row] = False
        self._waited[row] = 0
        self._expected[row] = sequence
        self.idle[row] = 0

    def put(self, rows: Ints, sequence: NDArray[np.uint16], frames: NDArray[np.int16], now: float) -> None:
        """Place the frames of accepted packets; `now` is their time of arrival in monotonic seconds."""
        distance = sequence_distance(sequence, self._expected[rows])
        for i in np.nonzero(distance >= WINDOW)[0]:
            # So far ahead that the window would have to be given up anyway: go on from there.
            if sequence_distance(sequence[i : i + 1], self._expected[rows[i] : rows[i] + 1])[0] >= WINDOW:
                self.counts.lost += int(distance[i])
                self.lost[rows[i]] += int(distance[i])
                self._restart(int(rows[i]), sequence[i])
        distance = sequence_distance(sequence, self._expected[rows])
        slots = sequence % WINDOW
        fresh = (distance >= 0) & (distance < WINDOW) & ~self._present[rows, slots]
        self.counts.late += int((~fresh).sum())
        rows, slots = rows[fresh], slots[fresh]
        self._frames[rows, slots] = frames[fresh]
        self._arrivals[rows, slots] = now
        self._present[rows, slots] = True
        self.counts.accepted += len(rows)
        np.add.at(self.received, rows, 1)

    def take(self, rows: Ints, *, first: bool) -> tuple[Ints, NDArray[np.int16], NDArray[np.float64]]:
        """The next frame of each of the calls `rows` that has one: their rows, frames, times of arrival.

        Called once with `first` per tick, which counts time, fills holes and yields silence; and then again
        for as long as it returns anything, to catch up with what came in a bunch.
        """
        slots = self._expected[rows] % WINDOW
        ready = self._started[rows] & self._present[rows, slots]
        ready_rows, ready_slots = rows[ready], slots[ready]
        frames = self._frames[ready_rows, ready_slots]
        arrivals = self._arrivals[ready_rows, ready_slots]
        self._present[ready_rows, ready_slots] = False
        self._expected[ready_rows] += np.uint16(1)
        self.counts.reordered += int((self._waited[ready_rows] > 0).sum())
        self._waited[ready_rows] = 0
        self.idle[ready_rows] = 0
        self._last[ready_rows] = frames
        if not first:
            return ready_rows, frames, arrivals
        missing = rows[~ready]
        self.idle[missing] += 1
        filled, filler = self._fill(missing)
        quiet = missing[(self.idle[missing] > DTX_TICKS) & ~self._present[missing].any(axis=1)]
        silence = np.zeros((len(quiet), FRAME_SAMPLES), np.int16)
        return (
            np.concatenate([ready_rows, filled, quiet]),
            np.concatenate([frames, filler, silence]),
            np.concatenate([arrivals, np.zeros(len(filled) + len(quiet))]),
        )

    def _fill(self, rows: Ints) -> tuple[Ints, NDArray[np.int16]]:
        """Conceal holes that have been waited for long enough, by the fading last frame (ITU-T G.711 App. I)."""
        waiting = rows[self._started[rows] & self._present[rows].any(axis=1)]
        self._waited[waiting] += 1
        holes = waiting[self._waited[waiting] > PATIENCE_TICKS]
        self._expected[holes] += np.uint16(1)
        self.lost[holes] += 1
        self.counts.lost += len(holes)
        filler = (self._last[holes] * _CONCEAL_GAIN).astype(np.int16)
        self._last[holes] = filler
        return holes, filler
