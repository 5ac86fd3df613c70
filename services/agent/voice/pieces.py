"""What every voice made here does with its samples: pieces with the words that end in them, levels, and hush.

A voice gives out pieces of at most 200 ms, so that it is known which words were heard.
"""

from collections.abc import Iterator

import numpy as np
import onnxruntime as ort

from agent.voice.tts import Piece
from parley import audio
from parley.voice import QUIETEST

PIECE_SAMPLES = audio.SAMPLE_RATE // 5
"""Longest piece given out: short enough to tell which words were heard."""
PAUSES_S = {".": 0.18, "!": 0.18, "?": 0.18, "…": 0.18, ",": 0.06, ";": 0.1, ":": 0.1}
"""Silence after a sentence in seconds, by its last character."""
CALIBRATION = "Good morning. This is how loud the voice is, from the first word to the last."

BREATH = audio.SAMPLE_RATE // 25
"""A sentence may begin with a breath or the closure of a plosive; at most 40 ms of it are left out."""

_BLOCK = audio.SAMPLE_RATE // 200


class Cutter:
    """Cuts samples into pieces, without the hush before the first, and gives each the words that end in it."""

    def __init__(self, words: list[str], ends: list[int], most_hush: int = BREATH) -> None:
        """Take the words with the samples at which they end, counted with the hush, of which so much may go."""
        self._words = list(zip(words, ends, strict=True))
        self._most_hush = most_hush
        self._at = 0

    def feed(self, pcm: audio.Pcm, *, last: bool = False) -> Iterator[Piece]:
        """Give out what is there; with the `last` samples go the words that are left."""
        if not self._at:
            # It counts as spoken: it is in the words' ends.
            self._at = hush(pcm[: self._most_hush])
            pcm = pcm[self._at :]
        # Even pieces: no tiny one at the end that would cost a message.
        count = max(1, -(-len(pcm) // PIECE_SAMPLES))
        for number, part in enumerate(np.array_split(pcm, count)):
            self._at += len(part)
            text = self._until(self._at, last and number == count - 1)
            if len(part) or text:
                yield Piece(text, part)

    def _until(self, sample: int, last: bool) -> str:
        text = ""
        while self._words and (last or self._words[0][1] <= sample):
            text += self._words.pop(0)[0] + " "
        return text


def session(model: bytes, threads: int) -> ort.InferenceSession:
    """A network on so many cores; onnxruntime's own errors for one that is broken."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Idle threads that spin take the core from recognition and from the language model.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def hush(pcm: audio.Pcm) -> int:
    """Samples before the first 5 ms that can be heard; a packet of them would be waited for."""
    heard = np.flatnonzero(_heard(pcm))
    return (int(heard[0]) if len(heard) else len(pcm) // _BLOCK) * _BLOCK


def sounding(pcm: audio.Pcm) -> int:
    """Samples up to the last 5 ms that can be heard, and 20 ms more in which they die away."""
    heard = np.flatnonzero(_heard(pcm))
    return min(len(pcm), (int(heard[-1]) + 5) * _BLOCK) if len(heard) else 0


def _heard(pcm: audio.Pcm) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which blocks of 5 ms can be heard."""
    blocks = pcm[: len(pcm) // _BLOCK * _BLOCK].astype(np.float64).reshape(-1, _BLOCK)
    return np.sqrt(np.square(blocks).mean(axis=1)) > QUIETEST * 32768


def speech_level(pcm: audio.Pcm) -> float:
    """RMS in dBFS of the 20 ms frames that are within 25 dB of the loudest."""
    frames = pcm[: len(pcm) // audio.FRAME_SAMPLES * audio.FRAME_SAMPLES].reshape(-1, audio.FRAME_SAMPLES)
    power = np.mean(np.square(frames.astype(np.float64) / 32768), axis=1)
    speaking = power[power > power.max() * 10**-2.5]
    return float(10 * np.log10(speaking.mean()))
