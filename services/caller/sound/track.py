"""What went one way during a call, with the clock of every packet.

**The clock.** All times are seconds of CLOCK_MONOTONIC. A packet's time is

- on the `wire` clock: the kernel's timestamp of the packet on this host's network device, leaving or arriving;
- on the `pcm` clock, for sent audio when the SIP stack took the 20 ms from its source, for received audio when the
  decoded 20 ms were found in its buffer, at most one poll (10 ms) late. The SIP stack sends by a second clock of its
  own, so what it took leaves 0 to 45 ms later, and on a busy machine more: latencies come out that much too long. It
  is the second choice.

A sample's time is the time of the packet that carries it. So voice-to-voice latency is measured from the packet with
the last voiced sample that left to the packet with the first voiced sample that arrived, which is what a service that
stamps its own packets measures, one network transit apart.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from caller.sound.clip import Clip, Samples

Clock = Literal["wire", "pcm"]
Times = NDArray[np.float64]
Indices = NDArray[np.int64]
_LONGEST_PACKET_S = 0.06


@dataclass(frozen=True)
class Track:
    """One direction of a call.

    `samples` has a place for every moment from the first packet on; where nothing came it holds zeros. `starts[i]`
    is the first sample of packet i, ascending, and `times[i]` its time in seconds.
    """

    samples: Samples
    rate: int
    starts: Indices
    times: Times
    clock: Clock

    @property
    def seconds(self) -> float:
        """Duration in seconds."""
        return len(self.samples) / self.rate

    def time_of(self, sample: int) -> float:
        """Time of the packet that carries `sample`; in a gap, the packet's before it and the samples since."""
        packet = max(0, int(np.searchsorted(self.starts, sample, side="right")) - 1)
        since = (sample - int(self.starts[packet])) / self.rate
        return float(self.times[packet]) + (since if since >= _LONGEST_PACKET_S else 0.0)

    def sample_at(self, time: float) -> int:
        """First sample that is not before `time`, 0…len."""
        if not len(self.times):
            return 0
        packet = int(np.searchsorted(self.times, time, side="left"))
        return int(self.starts[packet]) if packet < len(self.starts) else len(self.samples)

    def between(self, start: float, end: float) -> Clip:
        """Return what went by from `start` to `end`."""
        return Clip(self.samples[self.sample_at(start) : self.sample_at(end)], self.rate)


def empty(rate: int, clock: Clock) -> Track:
    """Return a track on which nothing went."""
    return Track(np.zeros(0, np.int16), rate, np.zeros(0, np.int64), np.zeros(0), clock)


def assembled(blocks: list[tuple[float, Samples]], rate: int, clock: Clock, late_s: float = 0.06) -> Track:
    """Lay blocks of sound, each with its time, one after the other.

    A block follows the one before it directly, unless it is more than `late_s` later than that allows: then there was a
    gap, and zeros fill it.
    """
    if not blocks:
        return empty(rate, clock)
    starts: list[int] = []
    origin, end = blocks[0][0], 0
    for time, samples in blocks:
        due = round((time - origin) * rate)
        if due - end > late_s * rate:
            end = due
        elif end - due > late_s * rate:  # early: the clock of what went before was slow, so it is set again
            origin = time - end / rate
        starts.append(end)
        end += len(samples)
    sound = np.zeros(end, np.int16)
    for start, (_, samples) in zip(starts, blocks, strict=True):
        sound[start : start + len(samples)] = samples
    return Track(sound, rate, np.array(starts, np.int64), np.array([time for time, _ in blocks]), clock)
