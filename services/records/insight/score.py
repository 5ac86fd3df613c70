"""How good a call was, as one figure and the parts that it is made of."""

from collections.abc import Mapping
from statistics import fmean

from records.insight.course import VOICE, Course
from records.insight.outcome import Outcome
from records.insight.tags import loops, quiet, repetitions

WEIGHTS = {
    "answers": 30,
    "resolved": 20,
    "latency": 15,
    "interruptions": 10,
    "repetitions": 10,
    "dead_air": 10,
    "sound": 5,
}
"""What each part counts; one that a call does not have, as a chat has no sound, is left out."""

_ANSWERED = {"": 1.0, "likely": 0.8, "unsure": 0.5, "unknown": 0.0, "refused": 0.0}
"""By how sure the answer was (see `open_question`)."""
_REACHED: Mapping[Outcome, float] = {
    "resolved": 1.0,
    "handed_over": 0.8,
    "message_taken": 0.7,
    "unknown_answer": 0.3,
    "abandoned": 0.0,
    "failed": 0.0,
}
_BUDGET_S = {True: (1.2, 4.0), False: (5.0, 30.0)}
"""An answer by voice, or by text, that comes within the first time has all, one after the second nothing."""
_DEAD_SHARE = 0.2
"""Of the call's time, dead: nothing is left."""
_MOS = (2.0, 4.2)
"""A sound nobody wants to listen to, and one as good as telephones have it."""


def parts(course: Course, outcome: Outcome) -> dict[str, int]:
    """The parts, 0 to 100 each, in the order of WEIGHTS; none of a call in which the caller said nothing."""
    wanted = course.wishes
    waits = [line.wait_s for line in course.callers if line.wait_s is not None]
    turns = len(course.callers)
    if not turns:
        return {}
    good, bad = _BUDGET_S[course.channel == VOICE]
    found = {
        "answers": fmean(_ANSWERED.get(line.register, 0.0) for line in wanted) if wanted else None,
        "resolved": _REACHED[outcome],
        "latency": fmean(_between(wait, bad, good) for wait in waits) if waits else None,
        "interruptions": 1 - (course.went_on + course.stopped_for_nothing) / turns,
        "repetitions": 1 - (len(repetitions(course)) + len(loops(course))) / turns,
        "dead_air": 1 - sum(quiet(course)) / (_DEAD_SHARE * course.seconds) if course.seconds else None,
        "sound": None if course.mos is None else _between(course.mos, *_MOS),
    }
    if course.channel != VOICE:
        found["dead_air"] = found["interruptions"] = None
    return {name: round(100 * min(1.0, max(0.0, part))) for name, part in found.items() if part is not None}


def score(parts: Mapping[str, int]) -> int | None:
    """The parts by their weights, 0 to 100; None without any."""
    if not parts:
        return None
    return round(
        sum(WEIGHTS[name] * part for name, part in parts.items()) / sum(WEIGHTS[name] for name in parts)
    )


def _between(value: float, nothing: float, all_of_it: float) -> float:
    return min(1.0, max(0.0, (value - nothing) / (all_of_it - nothing)))
