"""A call as a stereo WAV file: the caller on the left, the other side on the right, both by the same clock."""

import wave
from pathlib import Path

import numpy as np

from caller.sound.clip import Clip, Samples
from caller.sound.track import Track


def write_stereo(path: Path, left: Track, right: Track) -> None:
    """Write both directions of a call at the rate of `left`; makes the folder."""
    begins = [float(track.times[0]) for track in (left, right) if len(track.times)]
    if not begins:
        return
    sides = [_placed(track, min(begins), left.rate) for track in (left, right)]
    both = np.zeros((max(len(side) for side in sides), 2), np.int16)
    for channel, side in enumerate(sides):
        both[: len(side), channel] = side
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(left.rate)
        file.writeframes(both.astype("<i2").tobytes())


def _placed(track: Track, begin: float, rate: int) -> Samples:
    if not len(track.times):
        return np.zeros(0, np.int16)
    before = round((float(track.times[0]) - begin) * rate)
    return np.concatenate([np.zeros(before, np.int16), Clip(track.samples, track.rate).at(rate).samples])
