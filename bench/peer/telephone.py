"""A telephone of ours in the place of the peer's transport: frames in and out on an absolute clock, no network."""

import asyncio
import sys
import time
from array import array
from dataclasses import dataclass, field

from pipecat.frames.frames import (
    Frame,
    InputAudioRawFrame,
    OutputAudioRawFrame,
    StartFrame,
    UserStoppedSpeakingFrame,
)
from pipecat.processors.frame_processor import FrameDirection
from pipecat.transports.base_input import BaseInputTransport
from pipecat.transports.base_output import BaseOutputTransport
from pipecat.transports.base_transport import TransportParams

RATE = 16_000
FRAME_S = 0.02
SILENT_PEAK = 328
"""Of 32768: -40 dBFS. A frame of the bot's that stays below is silence."""


@dataclass
class Line:
    """What went over the line, both ways; times are seconds of CLOCK_MONOTONIC."""

    heard: list[tuple[float, bool]] = field(default_factory=list)
    """When each frame of the bot's began to sound, and whether it is louder than silence."""
    stops: list[float] = field(default_factory=list)
    """When the bot found a turn of the caller's to be over."""

    def voiced(self, since: float) -> list[float]:
        """Return when the bot's voiced frames after a moment began."""
        return [at for at, loud in self.heard if loud and at > since]


@dataclass
class Said:
    """A recording that is fed in."""

    samples: bytes
    first_byte: int
    last_byte: int
    done: asyncio.Future[None]
    started_at: float = 0.0
    """When the frame with the first voiced sample went in."""
    ended_at: float = 0.0
    """When the frame with the last voiced sample went in."""


class Microphone(BaseInputTransport):
    """Feeds frames in on an absolute clock."""

    def __init__(self, params: TransportParams) -> None:
        super().__init__(params)
        self._saying: Said | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self, frame: StartFrame) -> None:
        await super().start(frame)
        await self.set_transport_ready(frame)
        self._task = self.create_task(self._run())

    async def cleanup(self) -> None:
        if self._task:
            await self.cancel_task(self._task)
            self._task = None
        await super().cleanup()

    async def say(self, said: Said) -> Said:
        """Feed a recording in, and wait until its last frame has gone."""
        self._saying = said
        await said.done
        return said

    async def _run(self) -> None:
        size = round(RATE * FRAME_S) * 2
        at, begun = 0, time.monotonic()
        for number in range(sys.maxsize):
            await asyncio.sleep(max(0.0, begun + number * FRAME_S - time.monotonic()))
            piece, said = b"", self._saying
            if said is not None:
                piece = said.samples[at : at + size]
                self._note(said, at, at + len(piece))
                at += size
                if at >= len(said.samples):
                    self._saying, at = None, 0
                    said.done.set_result(None)
            audio = piece.ljust(size, b"\0")
            await self.push_audio_frame(InputAudioRawFrame(audio=audio, sample_rate=RATE, num_channels=1))

    @staticmethod
    def _note(said: Said, begin: int, end: int) -> None:
        if begin <= said.first_byte < end:
            said.started_at = time.monotonic()
        if begin <= said.last_byte < end:
            said.ended_at = time.monotonic()


class Loudspeaker(BaseOutputTransport):
    """Takes frames at the pace at which they sound, one ahead at most, and notes when."""

    def __init__(self, params: TransportParams, line: Line) -> None:
        super().__init__(params)
        self._line = line
        self._free = 0.0

    async def start(self, frame: StartFrame) -> None:
        await super().start(frame)
        await self.set_transport_ready(frame)

    async def write_audio_frame(self, frame: OutputAudioRawFrame) -> bool:
        begin = max(time.monotonic(), self._free)
        samples = array("h", frame.audio)
        self._free = begin + len(samples) / frame.sample_rate
        self._line.heard.append((begin, max(map(abs, samples), default=0) >= SILENT_PEAK))
        await asyncio.sleep(max(0.0, begin - time.monotonic()))
        return True

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        if isinstance(frame, UserStoppedSpeakingFrame):
            self._line.stops.append(time.monotonic())
        await super().process_frame(frame, direction)
