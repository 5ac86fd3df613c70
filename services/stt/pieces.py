"""Long audio is written down in pieces, each as long as a recogniser takes at once."""

from collections.abc import Iterable, Iterator

import numpy as np

from parley.audio import SAMPLE_RATE as RATE
from stt.transcriber import Heard, Samples, Verdict

LONGEST_S = 28.0
"""Longer audio is cut into pieces."""
CUT_WITHIN_S = 6.0
"""A cut is made at the quietest spot of so much audio before the limit."""


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
