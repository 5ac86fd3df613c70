"""A piece of sound to speak: mono samples and their rate."""

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from caller.errors import ClipError

Samples = NDArray[np.int16]


@dataclass(frozen=True)
class Clip:
    """Mono signed 16-bit samples at `rate` samples per second."""

    samples: Samples
    rate: int

    @property
    def seconds(self) -> float:
        """Duration in seconds."""
        return len(self.samples) / self.rate

    def at(self, rate: int) -> "Clip":
        """Return the same sound at another rate."""
        if rate == self.rate:
            return self
        return Clip(soxr.resample(self.samples, self.rate, rate), rate)

    def gained(self, db: float) -> "Clip":
        """Return the same sound `db` decibels louder, clipped at full scale."""
        louder = self.samples.astype(np.float64) * 10 ** (db / 20)
        return Clip(np.clip(np.rint(louder), -32768, 32767).astype(np.int16), self.rate)

    def write(self, path: Path) -> None:
        """Write a WAV file."""
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(self.rate)
            file.writeframes(self.samples.astype("<i2").tobytes())


def silence(seconds: float, rate: int) -> Clip:
    """Return digital silence."""
    return Clip(np.zeros(round(seconds * rate), np.int16), rate)


def joined(clips: list[Clip]) -> Clip:
    """Return clips one after the other, at the first one's rate."""
    rate = clips[0].rate
    return Clip(np.concatenate([clip.at(rate).samples for clip in clips]), rate)


def from_wav(path: Path) -> Clip:
    """Read a 16-bit PCM WAV file, stereo mixed to mono; ClipError when it is missing or something else."""
    try:
        with wave.open(str(path), "rb") as file:
            width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
            data = file.readframes(file.getnframes())
    except OSError as error:
        raise ClipError(path, error.strerror or str(error)) from error
    except (wave.Error, EOFError) as error:
        raise ClipError(path, f"not a PCM WAV file ({error or 'it is too short'})") from error
    if width != 2:
        raise ClipError(path, f"needs 16-bit samples, has {8 * width}-bit")
    samples = np.frombuffer(data[: len(data) // (2 * channels) * 2 * channels], "<i2").reshape(-1, channels)
    if not len(samples):
        raise ClipError(path, "holds no sound")
    return Clip(np.rint(samples.mean(axis=1)).astype(np.int16), rate)
