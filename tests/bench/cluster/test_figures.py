"""What becomes of calls over several cells, counted."""

import math

import pytest

from bench.cluster.figures import (
    Call,
    Level,
    answer_times,
    both,
    cells_of,
    channels,
    course,
    evenly,
    kill,
    most_known,
    new_calls,
    questions,
    right,
    spread,
)
from bench.faults.turns import Probe, Question, Turn

AT = 100.0


def call(number: str, answered: float | None = 50.0, over: float = math.inf, **more: bool) -> Call:
    return Call(number, 49.0, answered, over, **more)


def turn(delay: float | None, answered: bool = True) -> Turn:
    stretches = [] if delay is None else [(10.0 + delay, 12.0 + delay)]
    return Turn(Question("?", ("x",)), 10.0, stretches, answered=answered)


def level(calls: int, delay: float, lost: int = 0) -> Level:
    return Level(calls, [delay] * 20, lost, 50.0)


def test_calls_of_the_edge_are_found_among_asterisks_channels() -> None:
    listed = (
        "PJSIP/edge-0000002a!agents-by-ari!100!9!Up!Stasis!parley-1!2001!!!3!12!bridge!1700000000.1\n"
        "UnicastRTP/172.20.0.3:40000-0x7f!default!s!1!Up!AppDial2!(Outgoing Line)!!!!3!12!bridge!1700000000.2\n"
        "PJSIP/1001-0000002b!from-phones!!1!Ringing!AppDial!(Outgoing Line)!1001!!!3!2!!1700000000.3\n"
        "PJSIP/edge-0000002c!from-edge\n"
    )
    assert channels(listed) == {"PJSIP/edge-0000002a": "2001"}
    assert cells_of({"a": channels(listed), "b": {"PJSIP/edge-1": "2002"}}) == {"2001": "a", "2002": "b"}
    assert spread({"a": {"x": "1", "y": "2"}, "b": {}}) == {
        "calls": 2,
        "most_in_a_cell": 2,
        "fewest_in_a_cell": 0,
    }


def test_a_cell_that_dies_takes_its_own_calls_and_no_others() -> None:
    calls = [
        call("1", over=115.0, mute=True),
        call("2", over=101.0, dropped=True),
        call("3"),
        call("4"),
        call("4", over=90.0, dropped=True),  # before
        call("1", answered=118.0),  # calls anew
    ]
    cells = {"1": "a", "2": "a", "3": "b", "4": "b"}
    found = kill(calls, AT, cells, "a", [Probe(2.5, refused=1), Probe(1.0)])
    assert found == {
        "own_calls": 2,
        "own_calls_lost": 2,
        "other_calls": 3,
        "other_calls_lost": 0,
        "calls_refused": 0,
        "new_call_after_s": 2.5,
        "new_calls_refused": 1,
    }


def test_what_another_cell_loses_and_a_refused_call_are_told() -> None:
    calls = [call("3", over=110.0, dropped=True), call("1", answered=None, over=112.0)]
    found = kill(calls, AT, {"1": "a", "3": "b"}, "a", [Probe(None)])
    assert (found["own_calls"], found["other_calls_lost"], found["calls_refused"]) == (0, 1, 1)
    assert found["new_call_after_s"] is None


def test_only_calls_that_could_have_been_ended_are_counted() -> None:
    calls = [
        call("1", over=120.0),
        call("2", over=99.0, dropped=True),
        call("3", answered=130.0, over=140.0, mute=True),
        call("4", answered=None, over=131.0),
        call("5", answered=None),
    ]
    assert course(calls, AT) == {"calls": 2, "calls_lost": 1, "calls_refused": 1}


def test_of_two_deaths_calls_are_added_and_the_longer_wait_counts() -> None:
    first = {"own_calls_lost": 3, "new_call_after_s": 2.0, "phone_rung": 1}
    second = {"own_calls_lost": 2, "new_call_after_s": 4.0, "phone_rung": None}
    assert both(first, second) == {"own_calls_lost": 5, "new_call_after_s": 4.0, "phone_rung": None}
    assert new_calls([Probe(1.0, 1, 1), Probe(3.0)]) == {"new_call_after_s": 3.0, "new_calls_refused": 2}


def test_an_answer_is_timed_from_the_end_of_its_question() -> None:
    calls = [call("1"), call("2")]
    calls[0].turns, calls[1].turns = [turn(0.5), turn(None)], [turn(1.5)]
    assert answer_times(calls) == pytest.approx([0.5, 1.5])
    calls.append(call("3", mute=True))
    calls[2].turns = [turn(None)]
    assert questions(calls) == {"questions": 3, "questions_unanswered": 1}
    assert right([turn(0.5), turn(0.5, answered=False)]) == 50.0


def test_one_cell_bears_what_comes_before_the_first_level_that_is_late() -> None:
    found = most_known([level(2, 0.8), level(4, 1.5), level(6, 1.6), level(8, 1.0)], 1.5)
    assert (found["calls_one_cell"], found["calls_p95_s"]) == (4, 1.5)
    assert (found["calls_p95_s_6"], found["calls_lost_6"]) == (1.6, 0)


@pytest.mark.parametrize("first", [level(2, 1.6), level(2, 1.0, lost=1), Level(2, [], 0, 50.0)])
def test_who_does_not_bear_the_first_level_bears_none(first: Level) -> None:
    assert most_known([first], 1.5)["calls_one_cell"] == 0


def test_answers_that_are_judged_are_of_all_the_time() -> None:
    turns = [turn(float(number)) for number in range(10)]
    assert [one.stretches[0][0] for one in evenly(turns, 4)] == [10.0, 13.0, 16.0, 19.0]
    assert evenly(turns, 20) == turns
