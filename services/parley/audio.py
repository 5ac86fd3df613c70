"""Audio as it crosses the containers: 16 kHz, mono, signed 16-bit little-endian."""

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 16_000
"""Samples per second on every stream."""
FRAME_MS = 20
"""One RTP packet, one tick (RFC 3551, section 4.2: the default packetization interval)."""
FRAME_SAMPLES = SAMPLE_RATE * FRAME_MS // 1000
LONGEST_TURN = 60 * SAMPLE_RATE
"""Samples after which a caller's turn is over, whether there was a pause or not: a minute."""
ONE_DECODE = 9 * SAMPLE_RATE
"""Samples that cost the recogniser as much as fewer do: its shortest window, but for the margin."""
MOST_HEARD = 90 * SAMPLE_RATE
"""Samples of a turn that are written down at most, its last ones: what was said in pauses and went on."""

Pcm = NDArray[np.int16]
"""Mono samples at SAMPLE_RATE."""


def from_bytes(pcm: bytes) -> Pcm:
    """Samples of s16le bytes; ValueError for half a sample."""
    return np.frombuffer(pcm, dtype="<i2").astype(np.int16, copy=False)


def to_bytes(samples: Pcm) -> bytes:
    """S16le bytes of samples."""
    return samples.astype("<i2", copy=False).tobytes()


def seconds(samples: int) -> float:
    """Duration of so many samples, in seconds."""
    return samples / SAMPLE_RATE


def level_dbfs(samples: Pcm) -> float:
    """RMS level in dB relative to a full-scale square wave; -inf for silence or nothing."""
    if not len(samples):
        return float("-inf")
    power = float(np.mean(np.square(samples.astype(np.float64) / 32768)))
    return 10 * np.log10(power).item() if power > 0 else float("-inf")
