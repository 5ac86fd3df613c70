"""What comes of questions, and what is proposed."""

from collections import Counter
from typing import Any, cast

import pytest

from replay.answers import Answer
from replay.knowing.curve import (
    LEAST_ANSWERED,
    LEAST_UNKNOWN,
    Came,
    Point,
    came,
    lacking,
    most_willing,
    surest,
)
from replay.knowing.truth import Asked


def asked(*, has_answer: bool = True) -> Asked:
    return Asked(cast("Any", None), has_answer, lambda answer: "5" in answer.line)


@pytest.mark.parametrize(
    ("register", "line", "has_answer", "worth"),
    [
        ("say", "It costs 5.", True, "right"),
        ("say", "It costs 6.", True, "wrong"),
        ("say", "It costs 6.", False, "wrong"),
        ("likely", "Here is what I can tell you. It costs 5.", True, "near"),
        ("unsure", "I do not know that for sure. It costs 6.", True, "far"),
        ("unsure", "I do not know that for sure. It costs 5.", False, "far"),
        ("unknown", "I do not know that.", True, "refused"),
        ("unknown", "I do not know that.", False, "unknown"),
        ("between", "The 5 or the 6?", True, "open"),
        ("model", "It costs 5.", True, "open"),
        ("goodbye", "", True, None),
        ("person", "desk", True, None),
    ],
)
def test_what_an_answer_is_worth(register: str, line: str, has_answer: bool, worth: str | None) -> None:
    assert came(asked(has_answer=has_answer), Answer(register, line)) == worth


def point(name: str, **counts: int) -> Point:
    return Point(name, Counter(cast("dict[Came, int]", counts)))


def test_of_what_is_said_surely_only_so_much_may_be_wrong() -> None:
    present, bold, rash = (
        point("", right=30),
        point("bold", right=35, wrong=1),
        point("rash", right=40, wrong=4),
    )
    assert bold.wrong_pct == pytest.approx(100 / 36)
    assert surest([present, bold, rash], 3.0) is bold
    assert surest([present, bold, rash], 10.0) is rash
    assert surest([present, bold, rash], 1.0) is present
    assert surest([bold, rash], 1.0) is None


def test_where_nothing_is_won_the_settings_stay() -> None:
    present = point("", right=30, refused=2, unknown=9)
    assert surest([present, point("same", right=30)], 3.0) is present
    assert most_willing([present, point("same", refused=2, unknown=9)]) is present


def test_who_refuses_less_still_refuses_what_has_no_answer() -> None:
    present = point("", refused=4, unknown=9)
    less, least = point("less", refused=2, unknown=9), point("least", refused=0, unknown=8)
    assert most_willing([present, least, less]) is less
    assert most_willing([present, least]) is present


def test_without_enough_questions_nothing_is_proposed() -> None:
    answered, unknown = [asked()] * LEAST_ANSWERED, [asked(has_answer=False)] * LEAST_UNKNOWN
    assert lacking([*answered, *unknown]) == ""
    assert f"of {LEAST_ANSWERED - 1} questions with an answer and {LEAST_UNKNOWN} without" in lacking(
        [*answered[1:], *unknown]
    )
    assert f"and {LEAST_UNKNOWN - 1} without one" in lacking([*answered, *unknown[1:]])
