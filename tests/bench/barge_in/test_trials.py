import dataclasses

import pytest

from bench.barge_in.trials import Result, figures, kinds

STOPPED = Result("human", "hello", -20.0, 1.0, True, "interrupted", 0.1, 0.08)
RESUMED = Result("cough", "cough 1", -20.0, 1.0, False, "resumed", silent_s=0.6)


def test_an_interruption_is_missed_when_the_agent_goes_on_or_stops_late() -> None:
    assert not STOPPED.missed
    assert dataclasses.replace(STOPPED, outcome="resumed").missed
    assert dataclasses.replace(STOPPED, outcome="none").missed
    assert dataclasses.replace(STOPPED, stop_s=1.2).missed
    # Between two sentences there is nothing to stop.
    assert not dataclasses.replace(STOPPED, stop_s=None).missed


def test_a_false_barge_in_ends_the_turn() -> None:
    assert not RESUMED.false
    assert not RESUMED.missed
    assert dataclasses.replace(RESUMED, outcome="interrupted").false
    assert not STOPPED.false


def test_figures_are_told_of_all_and_of_each_kind() -> None:
    slow = dataclasses.replace(STOPPED, stop_s=0.3, gateway_stop_s=0.3)
    missed = dataclasses.replace(STOPPED, kind="synthetic", outcome="none", stop_s=None)
    false = dataclasses.replace(RESUMED, outcome="interrupted")
    found = figures([RESUMED, STOPPED, slow, missed, false, RESUMED, RESUMED])
    assert found["stop_p50_ms"] == pytest.approx(200)
    assert found["missed_pct"] == pytest.approx(100 / 3)
    assert found["false_pct"] == 25.0
    assert found["human_missed_pct"] == 0.0
    assert found["synthetic_missed_pct"] == 100.0
    assert found["cough_false_pct"] == 25.0
    assert found["paused_p50_ms"] == pytest.approx(600)
    assert found["clock_difference_p50_ms"] == pytest.approx(10)


def test_interruptions_are_listed_first() -> None:
    assert kinds([RESUMED, STOPPED, RESUMED]) == ["human", "cough"]
