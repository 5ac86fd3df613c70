"""What the worker asks of a speech recognition engine."""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
"""Mono audio at 16 kHz, −1…1."""

Verdict = Literal["speech", "silence", "noise", "hallucination"]


@dataclass(frozen=True, slots=True)
class Heard:
    """What an engine made of a stretch of audio."""

    text: str
    """Empty unless the verdict is `speech`."""
    verdict: Verdict
    """`silence`: too quiet to be decoded; `noise`: nobody spoke; `hallucination`: words, but nobody's."""
    decodes: int
    """How often the model ran: more than once for long audio, and when a first text looked wrong."""
    confidence: float | None = None
    """Mean probability of the text's tokens, 0…1; None when the engine does not tell."""


class Transcriber(Protocol):
    """A speech recognition engine; its calls block, and come from one thread at a time."""

    @property
    def device(self) -> str:
        """What it runs on: `cpu` or `cuda`."""

    def transcribe(self, samples: Samples, language: str, vocabulary: str = "") -> Heard:
        """Write down what is said; `vocabulary` are words that the speaker is likely to use."""
