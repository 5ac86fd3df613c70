"""What is kept of a call's analysis: names and figures, and nothing that was said."""

from statistics import fmean

import msgspec

from parley.outside.readings import By
from records.insight.course import Course
from records.insight.outcome import Outcome, outcome
from records.insight.score import parts, score
from records.insight.tags import Tag, tags


class Sentiment(msgspec.Struct, frozen=True, kw_only=True):
    """How pleased the caller was: -1 (displeased) to 1 (pleased)."""

    turns: list[float | None]
    """Of each of the caller's lines; None: it has no words."""
    mean: float
    change: float
    """From the first third of the lines to the last."""


class Insight(msgspec.Struct, frozen=True, kw_only=True):
    """The analysis of a call that is over."""

    outcome: Outcome
    tags: list[Tag]
    score: int | None
    """0 to 100; None: the caller said nothing."""
    parts: dict[str, int]
    """What the score is made of, 0 to 100 each, see score.py."""
    category: str = ""
    """What it was about, one of the agent's or a topic; empty: none of them, or nobody has read it."""
    category_by: By = ""
    """How that was found."""
    sentiment: Sentiment | None = None
    """None: nobody has read it, or the caller said nothing."""


def analyse(course: Course) -> Insight:
    """Analyse a call."""
    reached = outcome(course)
    found = parts(course, reached)
    return Insight(outcome=reached, tags=tags(course), score=score(found), parts=found)


def course_of(turns: list[float | None]) -> Sentiment | None:
    """What the sentiments of a caller's lines come to; None without any."""
    told = [value for value in turns if value is not None]
    if not told:
        return None
    third = max(1, len(told) // 3)
    change = fmean(told[-third:]) - fmean(told[:third])
    return Sentiment(turns=turns, mean=round(fmean(told), 2), change=round(change, 2))
