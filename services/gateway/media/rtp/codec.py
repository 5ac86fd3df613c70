"""The payload formats of the media leg: RTP payload bytes ↔ frames of 20 ms at 16 kHz, for many calls at once.

Receiving has two steps, since a resampler needs the frames in the order of speech, each once: `decode` on arrival, at
the payload's own rate, and `widen` after reordering.
"""

from typing import Literal, Protocol

import audioop
import numpy as np
from numpy.typing import NDArray

from gateway.media.rtp.packets import Bytes, Ints
from gateway.media.rtp.resample import Doubler, Halver
from parley.audio import FRAME_SAMPLES

MediaFormat = Literal["slin16", "ulaw", "alaw"]
Frames = NDArray[np.int16]
"""Shape (n, FRAME_SAMPLES), 16 kHz, where nothing else is said."""


class Codec(Protocol):
    """One payload format, with the state that its resampling needs for every call."""

    payload_type: int
    payload_bytes: int
    """Bytes of 20 ms."""
    clock_rate: int
    """RTP timestamp units, and samples, per second."""
    frame_samples: int
    """Samples of 20 ms at `clock_rate`."""

    def decode(self, payloads: Bytes) -> Frames:
        """Payloads (n, payload_bytes) → frames (n, frame_samples)."""

    def widen(self, rows: Ints, frames: Frames) -> Frames:
        """Frames (n, frame_samples) of the calls `rows`, each once → frames at 16 kHz."""

    def encode(self, rows: Ints, frames: Frames) -> Bytes:
        """Frames of the calls `rows`, each once → payloads (n, payload_bytes)."""

    def reset(self, row: int) -> None:
        """Forget a call's past."""


class Slin16:
    """Signed linear, 16 kHz, big-endian; Asterisk's dynamic payload type for it is 118."""

    payload_type = 118
    payload_bytes = FRAME_SAMPLES * 2
    clock_rate = 16_000
    frame_samples = FRAME_SAMPLES

    def decode(self, payloads: Bytes) -> Frames:
        """See Codec."""
        return payloads.view(">i2").astype(np.int16)

    def widen(self, rows: Ints, frames: Frames) -> Frames:
        """Already there."""
        return frames

    def encode(self, rows: Ints, frames: Frames) -> Bytes:
        """See Codec."""
        return frames.astype(">i2").view(np.uint8)

    def reset(self, row: int) -> None:
        """Nothing is kept."""


class G711:
    """A-law or μ-law at 8 kHz (ITU-T G.711; RFC 3551, section 4.5.14), companded by tables."""

    payload_bytes = FRAME_SAMPLES // 2
    clock_rate = 8_000
    frame_samples = FRAME_SAMPLES // 2

    def __init__(self, capacity: int, law: Literal["ulaw", "alaw"]) -> None:
        self.payload_type = 0 if law == "ulaw" else 8
        to_linear = audioop.ulaw2lin if law == "ulaw" else audioop.alaw2lin
        from_linear = audioop.lin2ulaw if law == "ulaw" else audioop.lin2alaw
        self._expand = np.frombuffer(to_linear(bytes(range(256)), 2), np.int16)
        every_sample = np.arange(65536, dtype=np.uint16).view(np.int16)
        self._compress = np.frombuffer(from_linear(every_sample.tobytes(), 2), np.uint8)
        self._up = Doubler(capacity)
        self._down = Halver(capacity)

    def decode(self, payloads: Bytes) -> Frames:
        """See Codec."""
        return self._expand[payloads]

    def widen(self, rows: Ints, frames: Frames) -> Frames:
        """See Codec."""
        return self._up(rows, frames)

    def encode(self, rows: Ints, frames: Frames) -> Bytes:
        """See Codec."""
        return self._compress[self._down(rows, frames).view(np.uint16)]

    def reset(self, row: int) -> None:
        """See Codec."""
        self._up.reset(row)
        self._down.reset(row)


def make_codec(name: MediaFormat, capacity: int) -> Codec:
    """Make the codec of a payload format for `capacity` calls."""
    return Slin16() if name == "slin16" else G711(capacity, name)
