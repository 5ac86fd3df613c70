"""Where there is voice on a track, and what follows from it: delays, levels, gaps. Seconds and dBFS throughout.

A stretch of voice is found by its windows of 10 ms: a window is voiced when its level reaches a threshold that follows
the noise, 12 dB above the noise floor (the 10th percentile of all windows), between -50 and -30 dBFS. A stretch begins
with the first of three voiced windows among five, so that a click is none, and ends before `JOIN_S` without any.
Its first and last voiced packets, by which everything is timed, are those of `parley.voice`: the gateway's clocks go
by the same.
"""

from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from caller.sound.clip import Samples
from caller.sound.track import Track
from parley.voice import voiced_packets

WINDOW_S = 0.010
JOIN_S = 0.30
"""Silence up to this long belongs to the utterance around it: stops, commas, breath."""
_NEEDED, _AMONG = 3, 5
_QUIET_DBFS = -50.0
_LOUD_DBFS = -30.0
_OVER_NOISE_DB = 12.0
_PACKET_S = 0.020
_REACH_S = 0.10
"""How far beyond its windows a stretch's voiced packets may reach."""
_FLOOR_DBFS = -96.0


@dataclass(frozen=True)
class Span:
    """A stretch of voice; times are those of the packets with its first and its last voiced sample."""

    start: float
    end: float
    first: int
    """First voiced sample."""
    last: int
    """Last voiced sample."""
    level_dbfs: float
    """Level of its voiced windows."""


def levels(samples: Samples, rate: int) -> NDArray[np.float64]:
    """Level of every whole window of 10 ms, in dB relative to a full-scale square wave, at least -96."""
    width = round(rate * WINDOW_S)
    windows = samples[: len(samples) // width * width].reshape(-1, width).astype(np.float64) / 32768
    power = np.mean(np.square(windows), axis=1)
    return 10 * np.log10(np.maximum(power, 10 ** (_FLOOR_DBFS / 10)))


def threshold(window_levels: NDArray[np.float64]) -> float:
    """Level from which a window is voiced."""
    if not len(window_levels):
        return _QUIET_DBFS
    floor = float(np.percentile(window_levels, 10))
    return min(max(floor + _OVER_NOISE_DB, _QUIET_DBFS), _LOUD_DBFS)


def voiced(window_levels: NDArray[np.float64], limit: float) -> NDArray[np.bool_]:
    """Whether each window is voiced: loud enough, and one of at least three among the five around it."""
    loud = window_levels >= limit
    if not len(loud):
        return loud
    counts = np.convolve(loud, np.ones(_AMONG, np.int64))  # counts[i + 4]: windows i … i + 4
    good = counts[_AMONG - 1 :] >= _NEEDED  # a run of five begins here
    near = np.convolve(good, np.ones(_AMONG, np.int64))[: len(loud)] > 0
    result: NDArray[np.bool_] = loud & near
    return result


def spans(track: Track, join: float = JOIN_S) -> list[Span]:
    """Return every stretch of voice on a track, in order."""
    found = levels(track.samples, track.rate)
    where = np.flatnonzero(voiced(found, threshold(found)))
    if not len(where):
        return []
    ends = _packet_ends(track)
    packets = np.flatnonzero(voiced_packets(_packet_levels(track, ends)))
    cuts = np.flatnonzero(np.diff(where) > round(join / WINDOW_S)) + 1
    reach = round(track.rate * min(_REACH_S, join / 2))
    width = round(track.rate * WINDOW_S)
    result: list[Span] = []
    for run in np.split(where, cuts):
        first, last = int(run[0]) * width, (int(run[-1]) + 1) * width - 1
        mine = packets[(ends[packets] > first - reach) & (track.starts[packets] <= last + reach)]
        if len(mine):
            first, last = int(track.starts[mine[0]]), int(ends[mine[-1]]) - 1
        level = round(_mean_dbfs(found[run]), 1)
        result.append(Span(track.time_of(first), track.time_of(last), first, last, level))
    return result


def _packet_ends(track: Track) -> NDArray[np.int64]:
    """One past the last sample of every packet."""
    following = np.append(track.starts[1:], len(track.samples))
    ends: NDArray[np.int64] = np.minimum(following, track.starts + round(track.rate * _PACKET_S))
    return ends


def _packet_levels(track: Track, ends: NDArray[np.int64]) -> NDArray[np.float64]:
    """RMS of every packet, of full scale."""
    energy = np.concatenate([[0.0], np.cumsum(np.square(track.samples.astype(np.float64) / 32768))])
    power = (energy[ends] - energy[track.starts]) / np.maximum(ends - track.starts, 1)
    rms: NDArray[np.float64] = np.sqrt(np.maximum(power, 0))
    return rms


def _mean_dbfs(window_levels: NDArray[np.float64]) -> float:
    """Level of windows together: the mean of their power."""
    return 10 * float(np.log10(np.mean(10 ** (window_levels / 10))))


def first_after(found: list[Span], time: float) -> Span | None:
    """Return the first stretch that begins at or after `time`."""
    return next((span for span in found if span.start >= time), None)


def speaking_at(found: list[Span], time: float) -> Span | None:
    """Return the stretch that is under way at `time`."""
    return next((span for span in found if span.start < time <= span.end), None)


def answer_delay(said_start: float, said_end: float, heard: list[Span]) -> float | None:
    """Voice-to-voice latency: from `said_end` to the first voice that begins after `said_start`.

    Negative when the answer began before the caller had ended; None when there was none.
    """
    answer = first_after(heard, said_start)
    return None if answer is None else answer.start - said_end


def stop_delay(said_start: float, heard: list[Span]) -> float | None:
    """Barge-in: from the caller's first voiced packet to the last voiced packet of what was interrupted.

    None when nothing was under way at `said_start`. Voice that comes back within JOIN_S counts as not having stopped.
    """
    interrupted = speaking_at(heard, said_start)
    return None if interrupted is None else interrupted.end - said_start


def last_voice(start: float, until: float, heard: list[Span]) -> float | None:
    """Return how long after `start` what was under way then, or came back, is last heard before `until`.

    None when nothing was under way at `start`.
    """
    if speaking_at(heard, start) is None:
        return None
    return max(min(span.end, until) for span in heard if span.start < until and span.end >= start) - start


def pauses(track: Track, start: float, end: float, least: float = 0.1) -> list[tuple[float, float]]:
    """Return (time, duration) of every silence of at least `least` seconds between voice from `start` to `end`."""
    inner = [s for s in spans(track, join=least) if s.end >= start and s.start <= end]
    return [
        (a.end, (b.first - a.last) / track.rate)
        for a, b in pairwise(inner)
        if a.end >= start and b.start <= end
    ]


@dataclass
class LiveVoice:
    """Follows voice while it arrives, by the same rule as `spans` but for the noise floor, which is the last 5 s's.

    `stretches` holds [start, end] of every stretch so far, in seconds; the last one may still be growing.
    """

    rate: int
    stretches: list[list[float]] = field(default_factory=list)
    _levels: deque[float] = field(default_factory=lambda: deque(maxlen=500))
    _loud: deque[bool] = field(default_factory=lambda: deque([False] * (_AMONG - 1), maxlen=_AMONG))
    _rest: Samples = field(default_factory=lambda: np.zeros(0, np.int16))
    _limit: float = _QUIET_DBFS
    _until_next: int = 0

    def feed(self, samples: Samples, time: float) -> None:
        """Take samples of which the first has this time."""
        begin = time - len(self._rest) / self.rate
        together = np.concatenate([self._rest, samples])
        found = levels(together, self.rate)
        self._rest = together[len(found) * round(self.rate * WINDOW_S) :]
        self._levels.extend(found.tolist())
        self._until_next -= len(found)
        if self._until_next <= 0:  # a percentile for every packet would be most of a call's cost
            self._until_next = 25
            self._limit = threshold(np.array(self._levels))
        for i, level in enumerate(found):
            self._loud.append(bool(level >= self._limit))
            if self._loud[-1] and sum(self._loud) >= _NEEDED:
                self._mark(begin + i * WINDOW_S)

    def _mark(self, time: float) -> None:
        if self.stretches and time - self.stretches[-1][1] <= JOIN_S:
            self.stretches[-1][1] = time
        else:
            # The window that tips the balance is the third voiced one: the first was at least two before it.
            self.stretches.append([time - 2 * WINDOW_S, time])
