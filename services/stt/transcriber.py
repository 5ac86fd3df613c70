"""What the worker asks of a speech recognition engine, which takes long audio in pieces."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from parley.audio import SAMPLE_RATE as RATE
from parley.usage import tally

Samples = NDArray[np.float32]
"""Mono audio at 16 kHz, −1…1."""
LONGEST_S = 28.0
"""Longer audio is cut into pieces."""
CUT_WITHIN_S = 6.0
"""A cut is made at the quietest spot of so much audio before the limit."""

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
    engine: str = tally.LOCAL
    """Which one it was, by its name in the usage of calls; not told of what was joined."""


class Transcriber(Protocol):
    """A speech recognition engine; its calls block, and come from one thread at a time."""

    @property
    def device(self) -> str:
        """What it runs on: `cpu` or `cuda`."""

    def transcribe(self, samples: Samples, language: str, vocabulary: str = "") -> Heard:
        """Write down what is said; `vocabulary` are words that the speaker is likely to use."""


def pieces(samples: Samples) -> Iterator[Samples]:
    """Cut audio that is too long for one window, at quiet spots."""
    limit, within, step = int(LONGEST_S * RATE), int(CUT_WITHIN_S * RATE), RATE // 10
    while len(samples) > limit:
        tail = samples[limit - within : limit].reshape(-1, step)
        cut = limit - within + int(np.argmin(np.square(tail).mean(axis=1))) * step + step // 2
        yield samples[:cut]
        samples = samples[cut:]
    yield samples


def joined(found: Iterable[Heard]) -> Heard:
    """What was heard in all of the pieces; it is as sure as the least sure of them."""
    texts: list[str] = []
    confidences: list[float | None] = []
    verdict: Verdict = "silence"
    decodes = 0
    for heard in found:
        decodes += heard.decodes
        if heard.text:
            texts.append(heard.text)
            confidences.append(heard.confidence)
        if verdict != "speech":
            verdict = heard.verdict
    sure = [one for one in confidences if one is not None]
    return Heard(" ".join(texts), verdict, decodes, min(sure) if sure and len(sure) == len(texts) else None)
