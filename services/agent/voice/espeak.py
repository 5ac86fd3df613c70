"""espeak-ng as a voice: for languages in which there is no Piper voice at hand. A program, called for each sentence."""

import io
import re
import subprocess
import wave
from collections.abc import Iterator

import numpy as np
import soxr

from agent.voice.saying import spoken
from agent.voice.tts import Piece, limited
from parley import audio
from parley.errors import EngineError

PREFIX = "espeak-ng:"
"""A voice named `espeak-ng:de` is this engine's voice `de`."""
_TIMEOUT_S = 5.0
_WORDS_PER_MINUTE = 150
_SILENCE = 1 / 1000
"""Samples below this are the silence that espeak-ng puts around a sentence."""
_PAUSE_S = 0.18
_NAME = re.compile(r"^[a-z]{2,3}(?:[-+][A-Za-z0-9]+)*\Z")


class EspeakVoice:
    """One voice of espeak-ng's; may be used by several threads at a time."""

    def __init__(self, name: str, *, level_dbfs: float) -> None:
        """Try the voice out, some 20 ms; EngineError when espeak-ng has none of this name, `de` for example."""
        if not _NAME.match(name):
            raise EngineError("internal", f"espeak-ng has no voice {name!r}")
        self._name = name
        self._language = re.split(r"[-+]", name)[0]
        self._level = 10 ** (level_dbfs / 20)
        for _ in self.speak("a"):
            pass

    def speak(self, text: str) -> Iterator[Piece]:
        """Synthesise a sentence, in one step; it comes out in pieces of 200 ms with the words that end in them."""
        found = spoken.words(text, self._language)
        words = [word.written for word in found]
        if not words:
            return
        said = " ".join(word.said for word in found if word.said)
        samples = self._samples(said)
        pcm = np.concatenate([limited(samples), np.zeros(int(_PAUSE_S * audio.SAMPLE_RATE), np.int16)])
        ends = _ends(words, len(samples))
        size = audio.SAMPLE_RATE // 5
        for at in range(0, len(pcm), size):
            last = at + size >= len(pcm)
            text_here = "".join(
                f"{word} "
                for word, end in zip(words, ends, strict=True)
                if at < end <= at + size or (last and end > at + size)
            )
            yield Piece(text_here, pcm[at : at + size])

    def _samples(self, text: str) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        """Samples of ±1 at 16 kHz, at the level that was asked for, without silence around them."""
        command = [
            "espeak-ng",
            "-v",
            self._name,
            "-s",
            str(_WORDS_PER_MINUTE),
            "--stdout",
            "-b",
            "1",
            "--stdin",
        ]
        try:
            # By standard input, so that no text can be taken for an option.
            done = subprocess.run(
                command, input=text.encode(), capture_output=True, timeout=_TIMEOUT_S, check=True
            )
            # The header of what goes to a pipe does not tell the length.
            with wave.open(io.BytesIO(done.stdout)) as file:
                rate = file.getframerate()
                raw = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        except (OSError, subprocess.SubprocessError, wave.Error, EOFError, ValueError) as error:
            raise EngineError("internal", f"espeak-ng, voice {self._name}: {error}") from error
        samples: np.ndarray[tuple[int], np.dtype[np.float32]] = soxr.resample(
            raw.astype(np.float32) / 32768, rate, audio.SAMPLE_RATE
        )
        loud = np.flatnonzero(np.abs(samples) > _SILENCE)
        if not len(loud):
            raise EngineError("internal", f"espeak-ng, voice {self._name}: no sound")
        samples = samples[loud[0] : loud[-1] + 1]
        return samples * np.float32(self._level / max(1e-6, _loudness(samples)))


def _loudness(samples: np.ndarray[tuple[int], np.dtype[np.float32]]) -> float:
    """RMS of what is within 25 dB of the loudest 20 ms."""
    count = max(1, len(samples) // audio.FRAME_SAMPLES)
    power = np.array([float(np.mean(np.square(part))) for part in np.array_split(samples, count)])
    return float(np.sqrt(power[power > power.max() * 10**-2.5].mean()))


def _ends(words: list[str], samples: int) -> list[int]:
    """Where each word ends, in proportion to its letters: espeak-ng does not tell."""
    letters = np.cumsum([len(word) + 1 for word in words])
    return [int(samples * at / letters[-1]) for at in letters]
