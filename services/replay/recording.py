"""A recording becomes the caller's side of the call: what the gateway heard, as far as a recording tells.

Asterisk mixes both sides into one channel. The agent falls silent when the caller speaks, so what is there while the
agent speaks is the agent, and is left out; the events say when that was. A recording of two channels has the caller on
the left, and needs none of this.
"""

import io
import wave
from collections.abc import Sequence

import numpy as np
import soxr
from numpy.typing import NDArray

from parley.audio import FRAME_SAMPLES, SAMPLE_RATE, Pcm
from records.sound.timeline import Span, Timeline

LEAD_S, TAIL_S = 0.06, 0.12
"""So much before and after the agent's speech belongs to it: mixing, and the last sound's decay."""
_FURTHEST_FRAMES = 25
"""A recording begins so many frames before or after its event at most: half a second."""
_NEAR_FRAMES = 10
_CLEAR_DB = 6.0
"""The agent's speech has to stand out so much for the recording to be shifted by it."""
_FLOOR = 1e-4
_RATES = range(8000, 192_001)


class Unreadable(ValueError):
    """Not a recording that can be run again."""


def caller_side(wav: bytes, kept: Timeline) -> Pcm:
    """What the caller said in a recording, whole frames of it; raise Unreadable."""
    sides = [_with_gaps(side, kept.left_out) for side in _read(wav)]
    shifted = [_shifted(side, offset(sides[-1], kept.spans)) for side in sides]
    caller = shifted[0].copy()
    if len(shifted) == 1:
        for span in kept.spans:
            _silence(caller, span)
    for begin, end in kept.held:
        caller[_at(begin) : _at(end)] = 0
    if kept.end_s is not None:
        caller = caller[: _at(kept.end_s)]
    return caller[: len(caller) // FRAME_SAMPLES * FRAME_SAMPLES]


def _read(wav: bytes) -> list[Pcm]:
    """The channels of a WAV file at the rate of calls."""
    try:
        with wave.open(io.BytesIO(wav), "rb") as file:
            width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
            data = file.readframes(file.getnframes())
    except (
        wave.Error,
        EOFError,
        RuntimeError,
    ) as error:  # the last: a part of it says that it goes on beyond its end
        raise Unreadable(f"its recording is no WAV file ({str(error) or 'it is not whole'})") from error
    if width != 2 or channels > 2:
        raise Unreadable(f"its recording has {channels} channels of {8 * width} bits; needs one or two of 16")
    if rate not in _RATES:
        raise Unreadable(f"its recording has {rate} samples a second; needs {_RATES[0]} to {_RATES[-1]}")
    samples = np.frombuffer(data[: len(data) // (2 * channels) * 2 * channels], "<i2").reshape(-1, channels)
    if len(samples) < rate // 10:
        raise Unreadable("its recording holds no sound")
    sides = (np.ascontiguousarray(samples[:, number]) for number in range(channels))
    return [side if rate == SAMPLE_RATE else soxr.resample(side, rate, SAMPLE_RATE) for side in sides]


def _with_gaps(samples: Pcm, left_out: Sequence[tuple[float, float]]) -> Pcm:
    """The recording with silence where it paused."""
    for begin, end in left_out:
        at = min(_at(begin), len(samples))
        gap = np.zeros(_at(end) - _at(begin), np.int16)
        samples = np.concatenate([samples[:at], gap, samples[at:]])
    return samples


def offset(agent: Pcm, spans: Sequence[Span]) -> int:
    """Frames that the recording is late by what the events say: where the agent's speech begins in it, on the whole."""
    frames = agent[: len(agent) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    power = np.square(frames.astype(np.float64) / 32768).mean(axis=1)
    level = 10 * np.log10(power + _FLOOR**2)
    margin = _FURTHEST_FRAMES + _NEAR_FRAMES
    begins = [round(span.begin_s * SAMPLE_RATE / FRAME_SAMPLES) for span in spans]
    begins = [begin for begin in begins if margin <= begin < len(level) - margin]
    if not begins:
        return 0
    rises = {shift: _rise(level, begins, shift) for shift in range(-_FURTHEST_FRAMES, _FURTHEST_FRAMES + 1)}
    best = max(rises, key=lambda shift: (rises[shift], -abs(shift)))
    return best if rises[best] >= _CLEAR_DB else 0


def _rise(level: NDArray[np.float64], begins: Sequence[int], shift: int) -> float:
    """How much louder it is after these frames than before, in dB."""
    at = [begin + shift for begin in begins]
    after = np.mean([level[frame : frame + _NEAR_FRAMES].mean() for frame in at])
    before = np.mean([level[frame - _NEAR_FRAMES : frame].mean() for frame in at])
    return float(after - before)


def _shifted(samples: Pcm, frames: int) -> Pcm:
    if frames >= 0:
        return samples[frames * FRAME_SAMPLES :]
    return np.concatenate([np.zeros(-frames * FRAME_SAMPLES, np.int16), samples])


def _silence(caller: Pcm, span: Span) -> None:
    """Take the agent's speech out, but for where it fell silent for the caller."""
    begin = span.begin_s - LEAD_S
    for silent, until in span.silent:
        caller[_at(begin) : _at(silent)] = 0
        begin = until
    if begin < span.end_s:
        caller[_at(begin) : _at(span.end_s + TAIL_S)] = 0


def _at(seconds: float) -> int:
    return max(0, round(seconds * SAMPLE_RATE))
