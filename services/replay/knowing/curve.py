"""What comes of questions at every setting, and which setting is proposed. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from replay.answers import Answer
from replay.knowing.truth import Asked

Came = Literal["right", "wrong", "near", "far", "refused", "unknown", "open"]
"""Said surely, rightly or not; said as what may be the answer, rightly or not; said not to be known, where there is an
answer, and where there is none; asked back, or left to the language model."""
LEAST_ANSWERED, LEAST_UNKNOWN = 30, 10
"""Questions with an answer and without one from which on something is proposed."""


@dataclass(frozen=True, slots=True)
class Point:
    """What came of one choice."""

    name: str
    """As .env has it; empty: the settings as they are."""
    came: Counter[Came] = field(default_factory=Counter)
    """Of questions of which the answer is known."""
    said: Counter[str] = field(default_factory=Counter)
    """Of all that callers said in the calls, by the answer's register."""

    @property
    def sure(self) -> int:
        """How many are said surely."""
        return self.came["right"] + self.came["wrong"]

    @property
    def wrong_pct(self) -> float:
        """Of what is said surely, per cent."""
        return 100 * self.came["wrong"] / max(1, self.sure)


def came(asked: Asked, answer: Answer) -> Came | None:
    """What an answer is worth; None: it is none of the knowledge's, as a goodbye."""
    match answer.register:
        case "say":
            return "right" if asked.is_right(answer) else "wrong"
        case "likely" | "unsure":
            return "near" if asked.has_answer and asked.is_right(answer) else "far"
        case "unknown":
            return "refused" if asked.has_answer else "unknown"
        case "between" | "model":
            return "open"
    return None


def lacking(asked: Sequence[Asked]) -> str:
    """Why nothing can be proposed from these; empty: there are enough."""
    answered = sum(one.has_answer for one in asked)
    unknown = len(asked) - answered
    if answered >= LEAST_ANSWERED and unknown >= LEAST_UNKNOWN:
        return ""
    return (
        f"Nothing is proposed: it is known what is right of {answered} questions with an answer and {unknown} without "
        f"one, and that takes {LEAST_ANSWERED} and {LEAST_UNKNOWN}. Correct what callers said in the console, or write "
        "tests into the agents' folders."
    )


def surest(points: Sequence[Point], most_wrong_pct: float) -> Point | None:
    """The one that says most surely and rightly, and of what it says surely at most so much wrongly; of equals the
    first. None: there is none.
    """
    good = [point for point in points if point.wrong_pct <= most_wrong_pct]
    return max(good, key=lambda point: point.came["right"], default=None)


def most_willing(points: Sequence[Point]) -> Point:
    """The one that refuses least of what has an answer, and of what has none no less than the first; of equals the
    first.
    """
    good = [point for point in points if point.came["unknown"] >= points[0].came["unknown"]]
    return min(good, key=lambda point: point.came["refused"])
