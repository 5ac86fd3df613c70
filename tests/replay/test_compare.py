from collections import Counter
from dataclasses import replace

import pytest

from records.sound.timeline import timeline
from replay.answers import Answer
from replay.compare import (
    Compared,
    Limits,
    Misheard,
    Run,
    Said,
    changed,
    compared,
    distance,
    misheard,
    totals,
)
from replay.course import Course, Overlap, Turn
from tests.fakes.kept_calls import CALL, events

LIMITS = Limits()
FIRST = Turn(2.0, 4.8, 5.6, "some words", went_on_s=9.5)
SECOND = Turn(9.5, 10.5, 11.1, "other words")
SAY = Answer("say", "At nine.")


def run(*turns: Turn, answer: Answer = SAY, overlaps: tuple[Overlap, ...] = ()) -> Run:
    return Run(Course(turns, overlaps), tuple(Said(turn, answer) for turn in turns))


def against(before: Run, after: Run) -> Compared:
    return compared(timeline(CALL, events()), before, after, LIMITS)


def flags(before: Run, after: Run) -> list[list[str]]:
    return [list(map(str, row.flags)) for row in against(before, after).rows]


def test_what_is_the_same_has_no_flags() -> None:
    assert flags(run(FIRST, SECOND), run(FIRST, SECOND)) == [[], []]


def test_a_turn_that_is_cut_off_stands_beside_the_whole_one() -> None:
    cut = Turn(2.0, 3.0, 3.4, "some", went_on_s=3.8, taken_up=True)
    rows = against(run(FIRST, SECOND), run(cut, replace(FIRST, decided_s=5.2), SECOND)).rows
    assert [(len(row.before), len(row.after)) for row in rows] == [(1, 2), (1, 1)]
    assert list(map(str, rows[0].flags)) == ["CUT OFF", "QUICKER 0.40 s"]
    assert flags(run(cut, FIRST), run(FIRST)) == [["NOT CUT OFF"]]


def test_one_turn_that_becomes_two_is_told() -> None:
    parts = Turn(2.0, 3.0, 3.4, "some"), Turn(3.5, 4.8, 5.6, "words")
    (row,) = against(run(FIRST), run(*parts)).rows
    assert "TURNS 1 → 2" in map(str, row.flags)


@pytest.mark.parametrize(
    ("after", "flag"),
    [
        (replace(FIRST, decided_s=6.0), "SLOWER 0.40 s"),
        (replace(FIRST, decided_s=5.3), "QUICKER 0.30 s"),
        (replace(FIRST, text="no words"), "WORDS CHANGED"),
        (replace(FIRST, by="nobody", decided_s=None), "ENDED BY silence → nobody"),
    ],
)
def test_what_is_different_is_flagged(after: Turn, flag: str) -> None:
    assert flags(run(FIRST), run(after)) == [[flag]]


@pytest.mark.parametrize("by_s", [0.1, -0.1])
@pytest.mark.parametrize("end_s", [4.8, 10.06, 3.96, 2.02])
def test_a_difference_of_exactly_the_limit_is_told(end_s: float, by_s: float) -> None:
    was = replace(FIRST, voice_end_s=end_s, decided_s=round(end_s + 0.54, 3))
    now = replace(was, decided_s=round(end_s + 0.54 + by_s, 3))
    assert flags(run(was), run(now)) == [["SLOWER 0.10 s" if by_s > 0 else "QUICKER 0.10 s"]]
    less = replace(was, decided_s=round(end_s + 0.54 + 0.9 * by_s, 3))
    assert flags(run(was), run(less)) == [[]]


def test_words_that_differ_in_marks_alone_are_the_same() -> None:
    assert flags(run(FIRST), run(replace(FIRST, text="Some words."))) == [[]]


def test_another_answer_and_turns_of_one_run_alone_are_flagged() -> None:
    before, after = run(FIRST), run(FIRST, answer=Answer("unknown", "I do not know."))
    assert flags(before, after) == [["ANSWER CHANGED"]]
    assert flags(run(FIRST, SECOND), run(FIRST)) == [[], ["NOT HEARD"]]
    assert flags(run(FIRST), run(FIRST, SECOND)) == [[], ["HEARD"]]
    found = changed([against(before, after), against(run(FIRST, SECOND), run(FIRST))])
    assert found == Counter({"ANSWER CHANGED": 1, "NOT HEARD": 1})


def test_totals_add_up() -> None:
    cut = Turn(2.0, 3.0, 3.4, "some", went_on_s=3.8, taken_up=True)
    over = Overlap(12.5, "resumed"), Overlap(13.0, "interrupted")
    found = totals([run(cut, FIRST, overlaps=over), run(SECOND)], LIMITS)
    assert (found.turns, found.cut_offs, found.interrupted, found.resumed) == (2, 1, 1, 1)
    assert found.wait_mean_s == pytest.approx((0.4 + 0.8 + 0.6) / 3)
    assert found.answers == Counter(say=2)
    assert totals([], LIMITS).wait_mean_s is None


def corrected(before: Run, after: Run, corrections: dict[int, str]) -> Misheard | None:
    return misheard([compared(timeline(CALL, events(), corrections), before, after, LIMITS)])


def test_words_are_held_against_what_was_really_said() -> None:
    found = corrected(run(FIRST, SECOND), run(replace(FIRST, text="Some worse!"), SECOND), {1: "some worse"})
    assert found == Misheard(turns=1, words=2, live=1, before=1, after=0)
    assert found.share(found.before) == "50.0 %"


def test_a_turn_that_became_two_is_held_against_as_a_whole() -> None:
    parts = Turn(2.0, 3.0, 3.4, "some", taken_up=True), Turn(2.0, 4.8, 5.6, "some thing")
    found = corrected(run(FIRST), run(*parts), {1: "some thing"})
    assert found == Misheard(turns=1, words=2, live=1, before=1, after=0)


def test_turns_that_became_one_count_where_all_were_corrected() -> None:
    both = replace(FIRST, voice_end_s=10.5, text="some words and other words")
    apart, truth = run(FIRST, SECOND), {1: "some words", 2: "other words"}
    assert corrected(apart, run(both), {1: "some words"}) is None
    assert corrected(apart, run(both), truth) == Misheard(turns=2, words=4, live=1, before=0, after=1)


def test_what_a_run_did_not_hear_is_wrong_and_what_is_over_is_left_out() -> None:
    late = Turn(14.5, 15.0, 15.5, "late words")
    found = corrected(run(FIRST, SECOND), run(SECOND, late), {1: "some words"})
    assert found == Misheard(turns=1, words=2, live=0, before=0, after=2)
    assert corrected(run(FIRST), run(FIRST), {}) is None


def test_words_are_counted_that_differ() -> None:
    assert distance(["a", "b", "c"], ["a", "b", "c"]) == 0
    assert distance(["a", "b", "c"], ["a", "x", "c", "d"]) == 2
    assert distance([], ["a"]) == distance(["a"], []) == 1
