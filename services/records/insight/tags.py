"""What happened in a call that should not, or that somebody wants to know: names that calls are found by."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from typing import Literal, get_args

from parley.languages.said import plain
from records.insight import words
from records.insight.course import VOICE, Course, Said, Silence
from records.insight.outcome import UNKNOWN

Tag = Literal["DEAD_AIR", "ASKED_TWICE", "WANTED_PERSON", "LOOP", "CUT_OFF", "NOT_KNOWN", "SLOW", "BAD_LINE"]
TAGS: tuple[Tag, ...] = get_args(Tag)

OWED_S, ANY_S = 4.0, 8.0
"""Silences from which on the line seems dead: of who waits for an answer, and of whoever it is."""
SLOW_S = {True: 3.0, False: 15.0}
"""Waits for an answer that somebody notices who speaks; who writes waits longer."""
BAD_MOS = 3.1
"""Below it nearly all users are dissatisfied (ITU-T G.107, annex B)."""
_SAME = 0.6
"""Share of the words of two questions that both have, from which on one is the other once more."""
_FEWEST = 2
"""Words that a question has at least, beside those that every sentence has."""
_LOOP = 3
_SHORT = 12
"""Characters of a line that may be said any number of times: "Yes, we do."."""


def tags(course: Course) -> list[Tag]:
    """The tags of a call, in their order."""
    found = {
        "DEAD_AIR": bool(quiet(course)),
        "ASKED_TWICE": bool(repetitions(course)),
        "WANTED_PERSON": _wanted_person(course),
        "LOOP": bool(loops(course)),
        "CUT_OFF": course.went_on > 0,
        "NOT_KNOWN": any(line.register in UNKNOWN for line in course.callers),
        "SLOW": any(line.wait_s is not None and line.wait_s >= slow_s(course) for line in course.callers),
        "BAD_LINE": course.mos is not None and course.mos < BAD_MOS,
    }
    return [tag for tag in TAGS if found[tag]]


def quiet(course: Course) -> list[float]:
    """Lengths of the silences on a line that seemed dead, in seconds: not those that the caller had asked for."""
    return [
        silence.seconds
        for silence in course.silences
        if silence.seconds >= (OWED_S if silence.owed else ANY_S) and not _is_wanted(course, silence)
    ]


def _is_wanted(course: Course, silence: Silence) -> bool:
    before = [line for line in course.callers if line.begin <= silence.begin]
    return bool(before) and words.wants_wait(before[-1].text)


def repetitions(course: Course) -> list[Said]:
    """What the caller asked once more, or said that they had asked before."""
    asked = [(line, words.telling(line.text)) for line in course.callers]
    again = {line for (_, before), (line, now) in combinations(asked, 2) if _is_same(before, now)}
    return [line for line, _ in asked if line in again or words.says_again(line.text)]


def _is_same(before: frozenset[str], now: frozenset[str]) -> bool:
    both = len(before & now)
    return both >= _FEWEST and both >= _SAME * len(before | now)


def loops(course: Course) -> list[str]:
    """What the agent answered again and again: the same line three times, the caller having spoken in between."""
    return [line for line, count in Counter(_answers(course.said)).items() if count >= _LOOP]


def _answers(said: Sequence[Said]) -> Iterator[str]:
    """The agent's lines that follow something of the caller's, in plain words."""
    for before, line in pairwise(said):
        if line.who == "agent" and before.who == "caller" and len(text := plain(line.text)) > _SHORT:
            yield text


def _wanted_person(course: Course) -> bool:
    started = any(step.what == "started" for step in course.people) and not course.sent_to_people
    return started or any(words.wants_person(line.text) for line in course.callers)


def slow_s(course: Course) -> float:
    """A wait for an answer that is noticed, in seconds."""
    return SLOW_S[course.channel == VOICE]
