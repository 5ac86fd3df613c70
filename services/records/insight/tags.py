"""What happened in a call that should not, or that somebody wants to know: names that calls are found by."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Literal, get_args

from parley.languages.said import plain
from parley.privacy.masking import has_mark
from records.insight import words
from records.insight.course import VOICE, Course, Said
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
    long = [silence for silence in course.silences if silence.seconds >= (OWED_S if silence.owed else ANY_S)]
    callers = course.callers
    # Lines stand in the order of their ends: the earliest begin of each and of all after it tells which was the last.
    begins = [*accumulate((line.begin for line in reversed(callers)), min)][::-1]
    said = [bisect_right(begins, silence.begin) for silence in long]
    return [
        silence.seconds
        for silence, number in zip(long, said, strict=True)
        if not (number and words.wants_wait(callers[number - 1].text))
    ]


def repetitions(course: Course) -> list[Said]:
    """What the caller asked once more, or said that they had asked before."""
    callers = course.callers
    again = _asked_before([words.telling(line.text) for line in callers])
    return [
        line for line, is_again in zip(callers, again, strict=True) if is_again or words.says_again(line.text)
    ]


def _asked_before(asked: Sequence[frozenset[str]]) -> list[bool]:
    """Of each question whether one before it was the same.

    Two that have so many of their words in common have one in common among the few rarest of each, so that only those
    are held against each other that do (Chaudhuri, Ganti, Kaushik, 2006, "A primitive operator for similarity joins").
    """
    counts = Counter(word for question in asked for word in question)
    earlier: defaultdict[str, set[frozenset[str]]] = defaultdict(set)
    found = []
    for now in asked:
        rarest = sorted(now, key=lambda word: (counts[word], word))
        telling = rarest[: len(now) - max(_FEWEST, int(_SAME * len(now))) + 1]
        found.append(any(_is_same(before, now) for word in telling for before in earlier[word]))
        for word in telling:
            earlier[word].add(now)
    return found


def _is_same(before: frozenset[str], now: frozenset[str]) -> bool:
    both = len(before & now)
    return both >= _FEWEST and both >= _SAME * len(before | now)


def loops(course: Course) -> list[str]:
    """What the agent answered again and again: the same line three times, the caller having spoken in between."""
    return [line for line, count in Counter(_answers(course.said)).items() if count >= _LOOP]


def _answers(said: Sequence[Said]) -> Iterator[str]:
    """The agent's lines that follow something of the caller's, in plain words.

    Of those in which something is masked nobody knows whether they are the same: they may read back other numbers.
    """
    for before, line in pairwise(said):
        answers = line.who == "agent" and before.who == "caller" and not has_mark(line.text)
        if answers and len(text := plain(line.text)) > _SHORT:
            yield text


def _wanted_person(course: Course) -> bool:
    started = any(step.what == "started" for step in course.people) and not course.sent_to_people
    return started or any(words.wants_person(line.text) for line in course.callers)


def slow_s(course: Course) -> float:
    """A wait for an answer that is noticed, in seconds."""
    return SLOW_S[course.channel == VOICE]
