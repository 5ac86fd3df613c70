"""The agent's speech on its way out: what plays, what is paused, what has been heard, for all calls at once."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from gateway.media.rtp.packets import Bools, Ints
from parley.audio import FRAME_SAMPLES, Pcm

RING_FRAMES = 100
RING_SAMPLES = RING_FRAMES * FRAME_SAMPLES
"""Speech that lies ready for the tick, two seconds; more waits in a queue behind it."""


class Playout:
    """A ring of samples per call, read by all calls together; positions count from the start of a reply."""

    def __init__(self, capacity: int) -> None:
        self._ring = np.zeros((capacity, RING_FRAMES, FRAME_SAMPLES), np.int16)
        self.read = np.zeros(capacity, np.int64)
        """Samples of the reply that have been played."""
        self._write = np.zeros(capacity, np.int64)
        self._pad = np.zeros(capacity, np.int64)
        """What to add to a position so that the next frame to be read begins at a frame of the ring."""
        self.paused = np.zeros(capacity, np.bool_)
        self.complete = np.zeros(capacity, np.bool_)
        """Whether everything of the reply has been queued."""
        self.active = np.zeros(capacity, np.bool_)
        """Whether a reply is being played or waits for more of its speech."""
        self.reply = np.zeros(capacity, np.int64)
        """The number that the call control gave the reply."""
        self._queues: list[deque[Pcm]] = [deque() for _ in range(capacity)]

    def clear(self, row: int) -> int:
        """Throw away what is left and make ready for a new reply; return the samples that were played."""
        played = int(self.read[row])
        self._queues[row].clear()
        for column in (self.read, self._write, self._pad, self.paused, self.complete, self.active):
            column[row] = 0
        return played

    def begin(self, row: int, reply: int) -> bool:
        """Make `reply` the one that is played, in place of any other; return whether it is a new one."""
        if self.active[row] and self.reply[row] == reply:
            return False
        self.clear(row)
        self.active[row] = True
        self.reply[row] = reply
        return True

    def append(self, row: int, pcm: Pcm) -> None:
        """Queue more of the reply."""
        self._queues[row].append(pcm)
        self._refill(row)

    def _refill(self, row: int) -> None:
        """Move as much as fits from the queue into the ring."""
        queue = self._queues[row]
        ring = self._ring[row].reshape(-1)
        if self.read[row] == self._write[row]:
            self._pad[row] = -self.read[row] % FRAME_SAMPLES  # after a last frame that was not full
        while queue and (room := RING_SAMPLES - int(self._write[row] - self.read[row])) > 0:
            pcm = queue.popleft()
            if len(pcm) > room:
                queue.appendleft(pcm[room:])
                pcm = pcm[:room]
            at = int(self._write[row] + self._pad[row]) % RING_SAMPLES
            first = min(len(pcm), RING_SAMPLES - at)
            ring[at : at + first] = pcm[:first]
            ring[: len(pcm) - first] = pcm[first:]
            self._write[row] += len(pcm)

    def next_frames(self, rows: Ints) -> tuple[NDArray[np.int16], Bools]:
        """One frame for each of `rows`, shape (n, FRAME_SAMPLES), silence where nothing is due.

        Second, which of them hold speech of a reply. Less than a frame waits for more, unless it is the last.
        """
        frames = np.zeros((len(rows), FRAME_SAMPLES), np.int16)
        left = self._write[rows] - self.read[rows]
        ready = ~self.paused[rows] & ((left >= FRAME_SAMPLES) | (self.complete[rows] & (left > 0)))
        playing, left = rows[ready], left[ready]
        if len(playing):
            at = (self.read[playing] + self._pad[playing]) // FRAME_SAMPLES % RING_FRAMES
            samples = self._ring[playing, at]
            for i in np.nonzero(left < FRAME_SAMPLES)[0]:
                samples[i, left[i] :] = 0
            frames[ready] = samples
            self.read[playing] += np.minimum(left, FRAME_SAMPLES)
            for row in playing[left < RING_SAMPLES // 2]:
                if self._queues[row]:
                    self._refill(int(row))
        return frames, ready

    def finished(self, rows: Ints) -> Ints:
        """Return those of `rows` whose complete reply has been played."""
        done = self.active[rows] & self.complete[rows] & ~self.paused[rows]
        return rows[done & (self._write[rows] == self.read[rows])]
