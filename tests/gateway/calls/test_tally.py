"""Calls that are counted."""

from prometheus_client import REGISTRY

from gateway.calls.tally import Tally


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_a_call_is_active_from_its_arrival_to_its_end() -> None:
    first, second = Tally("tally"), Tally("tally")
    assert value("parley_calls_active", agent="tally") == 2
    first.ended("completed")
    assert value("parley_calls_active", agent="tally") == 1
    second.ended("failed")
    assert value("parley_calls_active", agent="tally") == 0
    assert value("parley_calls_ended_total", agent="tally", outcome="completed") == 1
    assert value("parley_calls_ended_total", agent="tally", outcome="failed") == 1
    assert value("parley_call_duration_seconds_count", agent="tally") == 2


def test_a_caller_who_gives_up_before_has_not_started() -> None:
    before = value("parley_call_setup_seconds_count")
    Tally("early").ended("caller_hung_up")
    assert value("parley_calls_started_total", agent="early") == 0
    assert value("parley_call_setup_seconds_count") == before
    heard = Tally("early")
    heard.started()
    heard.ended("completed")
    assert value("parley_calls_started_total", agent="early") == 1
    assert value("parley_call_setup_seconds_count") == before + 1
