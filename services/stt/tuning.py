"""How many threads decode an utterance, and how many are decoded at once: measured at start, on the machine at hand.

Whisper's small models wait for memory more than for cores: on two cores a second thread gains little or nothing, and
takes a core from the language model and the voice. How it is elsewhere no table tells.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from parley import audio, languages, log
from stt.transcriber import Samples, Transcriber

WORTH = 0.85
"""So much of the time with fewer threads has to be enough with more, for more to be taken."""
WORTH_AT_ONCE = 0.75
"""The same for decodes at once, each of which gets slower."""
MOST_THREADS = 8
MOST_AT_ONCE = 8
_REPEATS = 3
"""The shortest of so many decodes counts: the other services are starting."""
_BUDGET_S = 6.0
"""What has not been measured by then is not tried: the callers are waiting."""
_SECONDS = 3

Make = Callable[[int, int], Transcriber]
"""Loads a model for so many threads a decode, and so many decodes at once."""

_log = log.get("tuning")


@dataclass(frozen=True, slots=True)
class Tuning:
    """What was found."""

    threads: int
    """Of one decode."""
    at_once: int
    """Decodes at a time."""


def tune(make: Make, cores: int, *, threads: int = 0, at_once: int = 0) -> tuple[Transcriber, Tuning]:
    """Load the model as it is best on `cores` cores; what is not 0 has been decided by the settings."""
    budget_end = time.monotonic() + _BUDGET_S
    best, threads = _threads(make, threads or _powers(cores, MOST_THREADS), budget_end)
    most = max(1, cores // threads)
    if at_once == 0:
        at_once = 1
        if most > 1 and time.monotonic() < budget_end:
            best = make(threads, min(most, MOST_AT_ONCE))
            at_once = _at_once(best, _powers(most, MOST_AT_ONCE), budget_end)
    elif at_once > 1:
        best = make(threads, at_once)
    tuning = Tuning(threads, at_once)
    _log.info("tuned", cores=cores, threads=threads, at_once=at_once)
    return best, tuning


def _threads(make: Make, choices: int | list[int], budget_end: float) -> tuple[Transcriber, int]:
    if isinstance(choices, int):
        return make(choices, 1), choices
    chosen, threads = make(choices[0], 1), choices[0]
    took = _time(chosen, 1)
    for more in choices[1:]:
        if time.monotonic() > budget_end:
            break
        other = make(more, 1)
        other_took = _time(other, 1)
        if other_took > WORTH * took:
            break
        chosen, threads, took = other, more, other_took
    return chosen, threads


def _at_once(transcriber: Transcriber, choices: list[int], budget_end: float) -> int:
    chosen, took = 1, _time(transcriber, 1)
    for more in choices[1:]:
        if time.monotonic() > budget_end:
            break
        each = _time(transcriber, more) / more
        if each > WORTH_AT_ONCE * took:
            break
        chosen, took = more, each
    return chosen


def _time(transcriber: Transcriber, at_once: int) -> float:
    """Seconds of so many decodes at once; the shortest of some tries."""
    noise = np.random.default_rng(0).standard_normal(_SECONDS * audio.SAMPLE_RATE) * 0.1
    samples: Samples = noise.astype(np.float32)
    shortest = float("inf")
    with ThreadPoolExecutor(at_once) as pool:
        for _ in range(_REPEATS):
            began = time.monotonic()
            jobs = [pool.submit(transcriber.transcribe, samples, languages.DEFAULT) for _ in range(at_once)]
            for job in jobs:
                job.result()
            shortest = min(shortest, time.monotonic() - began)
    return shortest


def _powers(most: int, bound: int) -> list[int]:
    """1, 2, 4, … up to `most`, and not beyond `bound`."""
    found = [1]
    while found[-1] * 2 <= min(most, bound):
        found.append(found[-1] * 2)
    return found
