"""How loud a recording is, piece by piece: what a waveform is drawn of, and where in it somebody speaks. Blocking."""

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PIECE_S = 0.02
QUIETEST_DB = -60.0
"""Silence, as far as anybody sees."""
_AT_ONCE = 3000
"""Pieces that are read together, a minute."""
_VOICE_DB = 12.0
"""So much above what is always there is a voice..."""
_SURELY_DB, _HARDLY_DB = -30.0, -50.0
"""... but what is so loud is one in any case, and what is so faint is none."""
_ALWAYS = 0.1
"""The share of pieces that are no louder than what is always there."""


class NoSound(ValueError):
    """The file is no recording that can be looked at."""


@dataclass(frozen=True, slots=True)
class Loudness:
    """Of a whole recording, both sides together."""

    levels: NDArray[np.float32]
    """Of each piece of PIECE_S, dB below full scale, QUIETEST_DB at the least."""

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.levels) * PIECE_S

    def outline(self, most: int) -> list[int]:
        """The recording in at most so many parts of one length: the loudest piece of each, 0 (silence) to 100."""
        if not len(self.levels):
            return []
        whole = -(-len(self.levels) // most)
        parts = -(-len(self.levels) // whole)
        padded = np.full(parts * whole, QUIETEST_DB, np.float32)
        padded[: len(self.levels)] = self.levels
        loudest = padded.reshape(parts, whole).max(axis=1)
        return [round(100 * (1 - float(level) / QUIETEST_DB)) for level in loudest]

    def voiced(self) -> NDArray[np.bool_]:
        """Of each piece whether somebody speaks in it."""
        if not len(self.levels):
            return np.zeros(0, np.bool_)
        least = float(np.quantile(self.levels, _ALWAYS)) + _VOICE_DB
        return self.levels > min(max(least, _HARDLY_DB), _SURELY_DB)


def loudness(path: Path) -> Loudness:
    """Of a WAV file of 16 bits, read bit by bit; raise NoSound for what is none."""
    try:
        with wave.open(str(path), "rb") as file:
            if file.getsampwidth() != 2 or file.getnchannels() > 2 or file.getframerate() < 1000:
                raise NoSound("the recording is none of 16 bits with one or two channels")
            piece = round(file.getframerate() * PIECE_S)
            found = []
            while data := file.readframes(piece * _AT_ONCE):
                samples = np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(np.float32)
                found.append(_levels(samples, piece * file.getnchannels()))
    except (wave.Error, EOFError) as error:
        raise NoSound("the recording is no WAV file") from error
    return Loudness(np.concatenate(found) if found else np.zeros(0, np.float32))


def _levels(samples: NDArray[np.float32], piece: int) -> NDArray[np.float32]:
    whole = samples[: len(samples) // piece * piece].reshape(-1, piece) / 32768
    power = np.square(whole).mean(axis=1, dtype=np.float64)
    return (10 * np.log10(np.maximum(power, 10 ** (QUIETEST_DB / 10)))).astype(np.float32)
