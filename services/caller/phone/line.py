"""The audio of one call: what is to be said goes out ahead of time, what is heard is kept with its times.

Everything here runs on the pump's thread except where a method says so. The softphone's own real-time thread takes a
frame of 20 ms every 20 ms and sends silence when there is none; so speech is written `LEAD_S` ahead, which rides out a
busy interpreter, and a frame's time is found by watching the buffer drain.
"""

import asyncio
import threading
from collections import deque
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from caller.sound.clip import Clip, Samples
from caller.sound.measure import LiveVoice
from caller.sound.track import Clock, Track, assembled, empty

LEAD_S = 0.3
FRAME_S = 0.020


@dataclass(frozen=True)
class Format:
    """What a call's audio buffers hold; sound inside the caller is always mono."""

    rate: int
    channels: int


class Buffers(Protocol):
    """The PCM buffers of a call, as far as a line needs them. Both raise LookupError while there is no media."""

    def format(self) -> Format:
        """Return the format."""

    def read(self) -> bytes:
        """Return what was received since the last time."""

    def write(self, pcm: bytes) -> int:
        """Queue for sending; return how many bytes found room."""

    def unsent(self) -> int:
        """Return how many bytes are queued and not yet taken for sending."""

    def flush(self) -> None:
        """Drop what is queued."""


@dataclass(eq=False)
class Utterance:
    """Something being said on a line."""

    clip: Clip
    finished: asyncio.Future[None]
    """Done when its last sample has left, or when it was cut short."""
    loop: asyncio.AbstractEventLoop
    start: float | None = None
    """Time of its first frame, None until then."""
    end: float | None = None
    """Time of its last frame plus a frame."""
    _written: int = 0
    _taken: list[tuple[float, int]] = field(default_factory=list)

    def finish(self) -> None:
        """Wake whoever waits; from any thread."""
        self.loop.call_soon_threadsafe(self._finish)

    def _finish(self) -> None:
        if not self.finished.done():
            self.finished.set_result(None)


class Line:
    """The audio of one call."""

    def __init__(self, buffers: Buffers) -> None:
        self._buffers = buffers
        self._format: Format | None = None
        self._queue: deque[Utterance] = deque()
        self._lock = threading.Lock()
        self._last_poll = 0.0
        self._sent: list[tuple[float, Samples]] = []
        self._received: list[tuple[float, Samples]] = []
        self.voice: LiveVoice | None = None
        """What is heard, as it arrives; None until there is media."""

    @property
    def rate(self) -> int | None:
        """Samples per second of the call's sound, None until there is media."""
        return self._format.rate if self._format else None

    @property
    def heard_at(self) -> float | None:
        """When audio of any kind last arrived, silence too; None until then (any thread)."""
        return self._received[-1][0] if self._received else None

    def say(self, utterance: Utterance) -> None:
        """Queue an utterance (any thread)."""
        with self._lock:
            self._queue.append(utterance)

    def hush(self) -> None:
        """Drop what is being said and what is queued (any thread)."""
        with self._lock:
            dropped = list(self._queue)
            self._queue.clear()
            if dropped and self._format:
                try:
                    self._note_progress(dropped[0], self._last_poll)
                    self._buffers.flush()
                except LookupError:
                    pass
        for utterance in dropped:
            self._close(utterance)

    def poll(self, now: float) -> None:
        """Move audio both ways; called about every 10 ms."""
        try:
            if self._format is None:
                self._format = self._buffers.format()
                self.voice = LiveVoice(self._format.rate)
                self._buffers.read()  # what came before anyone listened has no time
            self._receive(now, self._format)
            self._send(now, self._format)
        except LookupError:
            pass  # not yet, or no more: `hush` ends what is still queued
        self._last_poll = now

    def _receive(self, now: float, form: Format) -> None:
        data = self._buffers.read()
        if not data:
            return
        samples = np.frombuffer(data, np.int16)
        if form.channels > 1:
            whole = len(samples) // form.channels * form.channels
            samples = samples[:whole].reshape(-1, form.channels).mean(axis=1).astype(np.int16)
        frame = round(form.rate * FRAME_S)
        late = max(0, (len(samples) - 1) // frame)
        for i in range(0, len(samples), frame):
            # Of several frames found at once only the last has just come.
            self._received.append((now - (late - i // frame) * FRAME_S, samples[i : i + frame]))
        assert self.voice is not None
        self.voice.feed(samples, now - late * FRAME_S)

    def _send(self, now: float, form: Format) -> None:
        with self._lock:
            if not self._queue:
                return
            utterance = self._queue[0]
            self._write(utterance, form)
            self._note_progress(utterance, now)
            if utterance._written < len(utterance.clip.samples) or self._buffers.unsent():
                return
            self._queue.popleft()
        self._close(utterance)

    def _write(self, utterance: Utterance, form: Format) -> None:
        ahead = self._buffers.unsent() // (2 * form.channels)
        room = round(form.rate * LEAD_S) - ahead
        part = utterance.clip.samples[utterance._written : utterance._written + max(0, room)]
        if len(part):
            taken = self._buffers.write(np.repeat(part, form.channels).tobytes())
            utterance._written += taken // (2 * form.channels)

    def _note_progress(self, utterance: Utterance, now: float) -> None:
        """Note how many frames have been taken; they were taken between the last poll and this one."""
        form = self._format
        if form is None:
            return
        taken = utterance._written - self._buffers.unsent() // (2 * form.channels)
        before = utterance._taken[-1][1] if utterance._taken else 0
        if taken > before:
            utterance._taken.append(((now + max(self._last_poll, now - FRAME_S)) / 2, taken))

    def _close(self, utterance: Utterance) -> None:
        """Give every frame of a finished utterance its time, and wake who waits."""
        if self._format and utterance._taken:
            blocks = frame_times(utterance._taken, self._format.rate)
            samples = utterance.clip.samples
            frame = round(self._format.rate * FRAME_S)
            self._sent += [(time, samples[i * frame : (i + 1) * frame]) for i, time in enumerate(blocks)]
            utterance.start, utterance.end = blocks[0], blocks[-1] + FRAME_S
        utterance.finish()

    def sent(self) -> Track:
        """Return what was said so far, on the pcm clock (any thread)."""
        return self._track(list(self._sent), "pcm")

    def received(self) -> Track:
        """Return what was heard so far, on the pcm clock (any thread)."""
        return self._track(list(self._received), "pcm")

    def _track(self, blocks: list[tuple[float, Samples]], clock: Clock) -> Track:
        return assembled(blocks, self._format.rate, clock) if self._format else empty(8_000, clock)


def frame_times(taken: list[tuple[float, int]], rate: int) -> list[float]:
    """Times of the frames of an utterance, from noisy notes of (time, samples taken so far).

    Frames are 20 ms apart; where the notes fall behind that by more than a frame, the source had run dry, and a new run
    of frames begins.
    """
    frame = round(rate * FRAME_S)
    noted = [(time, -(-samples // frame)) for time, samples in taken]
    runs: list[list[tuple[float, int]]] = [[]]
    for time, count in noted:
        run = runs[-1]
        if run and time - run[0][0] - (count - run[0][1]) * FRAME_S > 1.5 * FRAME_S:
            runs.append(run := [])
        run.append((time, count))
    times: list[float] = []
    for run in runs:
        first = float(np.median([time - (count - 1) * FRAME_S for time, count in run]))
        times += [first + i * FRAME_S for i in range(len(times), run[-1][1])]
    return times


def padded(clip: Clip, rate: int) -> Clip:
    """Return a clip at `rate`, filled up to whole frames so that its last one is not sent half empty."""
    samples = clip.at(rate).samples
    frame = round(rate * FRAME_S)
    return Clip(np.concatenate([samples, np.zeros(-len(samples) % frame, np.int16)]), rate)
