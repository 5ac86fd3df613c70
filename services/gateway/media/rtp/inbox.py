"""From packets in the order of arrival to frames in the order of speech, for all calls at once.

Every call has a small window of slots, indexed by sequence number. A frame leaves the window when its turn has come;
a hole is waited for (reordering) and then filled (loss); a sender that goes quiet (DTX, RFC 3551 section 4.1) yields
silence, so that time goes on.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gateway.media.rtp.packets import Bools, Ints, sequence_distance

WINDOW = 32
"""Slots per call: 640 ms, which is what may arrive in a bunch after a stall."""
PATIENCE_TICKS = 2
"""How long a hole is waited for."""
DTX_TICKS = 3
"""After so many ticks without a frame, silence is delivered."""
SSRC_QUIET_TICKS = 5
"""A new SSRC, or a new range of sequence numbers, is accepted when the old one has been quiet for so long."""
MAX_MISORDER = 100
"""A packet further behind than this is not late but of a new range (RFC 3550, appendix A.1)."""
MAX_DROPOUT = 3000
"""A jump further ahead than this is a new range, and nothing was lost (ibid.)."""
_CONCEAL_GAIN = 0.5


@dataclass(slots=True)
class InboxCounts:
    """What has happened since the start, over all calls, in packets."""

    accepted: int = 0
    lost: int = 0
    reordered: int = 0
    late: int = 0
    """Duplicates, and packets whose place had already been filled or was too far away."""
    foreign: int = 0
    """From an SSRC that is not the call's."""


class Inbox:
    """The receive side of `capacity` calls; a row per call."""

    def __init__(self, capacity: int, frame_samples: int) -> None:
        self.counts = InboxCounts()
        self.idle = np.zeros(capacity, np.int64)
        """Ticks since a call's last frame from the network."""
        self.lost = np.zeros(capacity, np.int64)
        """Frames that never came, per call."""
        self.received = np.zeros(capacity, np.int64)
        """Frames that came, per call."""
        self._frames = np.zeros((capacity, WINDOW, frame_samples), np.int16)
        self._arrivals = np.zeros((capacity, WINDOW))
        self._present = np.zeros((capacity, WINDOW), np.bool_)
        self._held = np.zeros(capacity, np.int64)
        """Frames in the window, per call."""
        self._stamp = np.zeros((capacity, WINDOW), np.int64)
        self._expected = np.zeros(capacity, np.uint16)
        self._newest = np.zeros(capacity, np.uint16)
        """The highest sequence number that has come."""
        self._probation = np.zeros(capacity, np.int64)
        """The sequence number that would confirm a jump; −1 for none."""
        self._started = np.zeros(capacity, np.bool_)
        self._waited = np.zeros(capacity, np.int64)
        self._silences = np.zeros(capacity, np.int64)
        """Frames of silence delivered since the last frame."""
        self._ssrc = np.zeros(capacity, np.uint32)
        self._last = np.zeros((capacity, frame_samples), np.int16)

    def reset(self, row: int) -> None:
        """Make a row ready for a new call."""
        self._restart(row, np.uint16(0))
        self._started[row] = False
        self._last[row] = 0
        self.lost[row] = 0
        self.received[row] = 0

    def known_ssrc(self, rows: Ints, ssrc: NDArray[np.uint32], sequence: NDArray[np.uint16]) -> Bools:
        """Which packets carry their call's SSRC; a first or a successor SSRC is adopted here.

        The SSRC of a call may change when Asterisk re-invites or masquerades; a stray second stream must not
        get through. So a new one is adopted only when the old one has fallen silent (RFC 3550, section 8.2).
        """
        known = self._started[rows] & (ssrc == self._ssrc[rows])
        for i in np.nonzero(~known)[0]:
            row = int(rows[i])
            if self._started[row] and ssrc[i] == self._ssrc[row]:
                known[i] = True  # adopted a moment ago, from the same batch
            elif not self._started[row] or self.idle[row] >= SSRC_QUIET_TICKS:
                self._ssrc[row] = ssrc[i]
                self._restart(row, sequence[i])
                known[i] = True
            else:
                self.counts.foreign += 1
        return known

    def _restart(self, row: int, sequence: np.uint16) -> None:
        self._started[row] = True
        self._present[row] = False
        self._held[row] = 0
        self._waited[row] = 0
        self._silences[row] = 0
        self._probation[row] = -1
        self._expected[row] = sequence
        self._newest[row] = sequence
        self.idle[row] = 0

    def put(
        self,
        rows: Ints,
        sequence: NDArray[np.uint16],
        frames: NDArray[np.int16],
        arrivals: NDArray[np.float64],
    ) -> None:
        """Place the frames of packets with known SSRC; `arrivals` in monotonic seconds."""
        self._skip_what_silence_stood_for(rows, sequence)
        distance = sequence_distance(sequence, self._expected[rows])
        far = (distance >= WINDOW) | (distance < -MAX_MISORDER)
        if far.any():
            for i in np.nonzero(far)[0]:
                self._jump(int(rows[i]), sequence[i])
            distance = sequence_distance(sequence, self._expected[rows])
        slots = sequence % WINDOW
        fresh = (distance >= 0) & (distance < WINDOW) & ~self._present[rows, slots]
        # Of two packets with one number in a batch the later one has the last word here, and is the one that stays.
        numbers = np.arange(len(rows))
        self._stamp[rows[fresh], slots[fresh]] = numbers[fresh]
        fresh &= self._stamp[rows, slots] == numbers
        self._count(rows, sequence, fresh)
        rows, slots = rows[fresh], slots[fresh]
        self._frames[rows, slots] = frames[fresh]
        self._arrivals[rows, slots] = arrivals[fresh]
        self._present[rows, slots] = True
        np.add.at(self._held, rows, 1)
        np.add.at(self.received, rows, 1)

    def _count(self, rows: Ints, sequence: NDArray[np.uint16], fresh: Bools) -> None:
        accepted = int(fresh.sum())
        self.counts.accepted += accepted
        self.counts.late += len(rows) - accepted
        before = self._newest[rows]
        order = np.argsort(rows, kind="stable")
        again = np.nonzero(rows[order][1:] == rows[order][:-1])[0]
        if len(again):  # several of one call: each is compared with the one before it
            before[order[again + 1]] = sequence[order[again]]
        ahead = sequence_distance(sequence, before)
        self.counts.reordered += int((fresh & (ahead < 0)).sum())
        newer = fresh & (sequence_distance(sequence, self._newest[rows]) > 0)
        self._newest[rows[newer]] = sequence[newer]

    def _skip_what_silence_stood_for(self, rows: Ints, sequence: NDArray[np.uint16]) -> None:
        """Do not wait for packets in whose place silence has been delivered already: they would delay the rest."""
        quiet = self._silences[rows] > 0
        if not quiet.any():
            return
        for i in np.nonzero(quiet)[0]:
            row = rows[i]
            ahead = int(sequence_distance(sequence[i : i + 1], self._expected[row : row + 1])[0])
            if 0 < ahead < WINDOW and not self._held[row]:
                skipped = min(ahead, int(self._silences[row]))
                self._expected[row] += np.uint16(skipped)
                self._lose(row, skipped)
            self._silences[row] = 0

    def _jump(self, row: int, sequence: np.uint16) -> None:
        """Go on from a number far away: at once when nothing else comes, otherwise when the next one confirms it."""
        one = np.array([sequence], np.uint16)
        distance = int(sequence_distance(one, self._expected[row : row + 1])[0])
        if -MAX_MISORDER <= distance < WINDOW:
            return  # a packet of the same batch has been there already
        if self.idle[row] >= SSRC_QUIET_TICKS or self._probation[row] == sequence:
            if 0 < distance < MAX_DROPOUT:
                self._lose(row, distance - int(self._held[row]))
            self._restart(row, sequence)
        else:
            self._probation[row] = (int(sequence) + 1) % 65536

    def _lose(self, row: int, frames: int) -> None:
        self.lost[row] += frames
        self.counts.lost += frames

    def take(self, rows: Ints, *, first: bool) -> tuple[Ints, NDArray[np.int16], NDArray[np.float64]]:
        """The next frame of each of the calls `rows` that has one: their rows, frames, times of arrival.

        Called with `first` once for every tick gone by, which counts time and yields silence; and then again
        for as long as it returns anything, to catch up with what came in a bunch. A made-up frame has arrival 0.
        """
        if not first:
            rows = rows[self._held[rows] > 0]
            if not len(rows):
                return rows, self._last[rows], np.zeros(0)
        slots = self._expected[rows] % WINDOW
        is_ready = self._present[rows, slots]
        ready, slots = rows[is_ready], slots[is_ready]
        frames = self._frames[ready, slots]
        arrivals = self._arrivals[ready, slots]
        self._present[ready, slots] = False
        self._held[ready] -= 1
        self._expected[ready] += np.uint16(1)
        self._waited[ready] = 0
        self._silences[ready] = 0
        self.idle[ready] = 0
        self._last[ready] = frames
        missing = rows[~is_ready]
        if not len(missing):
            return ready, frames, arrivals
        made_up, filler = self._make_up(missing, first=first)
        return (
            np.concatenate([ready, made_up]),
            np.concatenate([frames, filler]),
            np.concatenate([arrivals, np.zeros(len(made_up))]),
        )

    def _make_up(self, rows: Ints, *, first: bool) -> tuple[Ints, NDArray[np.int16]]:
        """Frames for calls whose next one is not there: for holes waited for long enough, and for long quiet.

        A hole is concealed by the fading last frame (as in ITU-T G.711, appendix I).
        """
        self.idle[rows] += first
        waiting = self._held[rows] > 0
        self._waited[rows[waiting]] += first
        holes = rows[waiting & (self._waited[rows] > PATIENCE_TICKS)]
        self._expected[holes] += np.uint16(1)
        self.lost[holes] += 1
        self.counts.lost += len(holes)
        filler = (self._last[holes] * _CONCEAL_GAIN).astype(np.int16)
        self._last[holes] = filler
        quiet = rows[~waiting & (self.idle[rows] > DTX_TICKS)] if first else rows[:0]
        self._silences[quiet] += 1
        silence = np.zeros((len(quiet), self._last.shape[1]), np.int16)
        return np.concatenate([holes, quiet]), np.concatenate([filler, silence])
