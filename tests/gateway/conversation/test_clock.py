"""The waterfall of a turn."""

import pytest
from prometheus_client import REGISTRY

from gateway.conversation.clock import TurnClock, endpoint_reason
from parley.messages import ReplyTiming

TIMING = ReplyTiming(queue_s=0.01, llm_s=0.3, tts_s=0.1)


def count(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(f"{name}_count", {"agent": "clock", **labels}) or 0.0


def test_an_answer_that_waited_for_the_end_of_the_turn() -> None:
    clock = TurnClock(voice_end=10.0, asked=10.2, stt_s=0.15, ready=10.8, timing=TIMING, committed=11.0)
    assert clock.waterfall(sent=11.02) == pytest.approx(
        {"endpoint": 1.0, "stt": 0.15, "llm": 0.31, "tts": 0.1, "transport": 0.04, "playout": 0.02}
    )


def test_an_answer_that_came_after_the_end_of_the_turn() -> None:
    clock = TurnClock(voice_end=10.0, asked=10.2, stt_s=0.15, ready=10.8, timing=TIMING, committed=10.5)
    found = clock.waterfall(sent=10.81)
    assert (found["endpoint"], found["playout"]) == pytest.approx((0.5, 0.01))


def test_what_is_not_known_counts_as_nothing() -> None:
    clock = TurnClock(voice_end=10.0, asked=10.2)
    assert clock.waterfall(sent=10.5) == pytest.approx(
        {"endpoint": 0.5, "stt": 0.0, "llm": 0.0, "tts": 0.0, "transport": 0.3, "playout": 0.0}
    )


def test_workers_that_overlap_make_no_negative_transport() -> None:
    clock = TurnClock(voice_end=10.0, asked=10.2, stt_s=5.0, ready=10.8, timing=TIMING, committed=11.0)
    assert clock.waterfall(sent=11.0)["transport"] == 0.0


def test_a_report_is_in_the_histograms_once_per_stage() -> None:
    clock = TurnClock(voice_end=10.0, asked=10.2, stt_s=0.15, ready=10.8, timing=TIMING, committed=11.0)
    report = clock.report("clock", 11.02, budget_s=1.0)
    assert report["voice_to_voice"] == pytest.approx(1.02)
    assert (report["asked_at"], report["ready_at"]) == pytest.approx((0.2, 0.8))
    assert count("parley_turn_voice_to_voice_seconds") == 1
    assert count("parley_turn_asked_seconds") == 1
    for stage in ("endpoint", "stt", "llm", "tts", "transport", "playout"):
        assert count("parley_turn_stage_seconds", stage=stage) == 1


@pytest.mark.parametrize(("budget_s", "over"), [(1.0, 1), (1.1, 0)])
def test_a_turn_over_its_budget_is_counted(budget_s: float, over: int) -> None:
    agent = f"budget {budget_s}"
    TurnClock(voice_end=10.0, asked=10.2).report(agent, 11.02, budget_s=budget_s)
    assert REGISTRY.get_sample_value("parley_turn_over_budget_total", {"agent": agent}) == over


@pytest.mark.parametrize(
    ("silence_s", "reason"),
    [
        (0.4, "finished"),
        (0.9, "finished"),
        (1.0, "silence"),
        (1.5, "maximum"),
        (2.0, "maximum"),
        (None, "maximum"),
    ],
)
def test_why_a_turn_ended(silence_s: float | None, reason: str) -> None:
    assert endpoint_reason(silence_s, fast_s=0.4, slow_s=1.5) == reason


def test_a_filler_is_told_beside_the_answer() -> None:
    clock = TurnClock(voice_end=10.0, asked=10.2, ready=13.0, timing=TIMING, committed=10.7)
    assert "filler_at" not in clock.report("clock", 13.1, 1.0)
    clock.filler_sent = 12.75
    told = clock.report("clock", 13.1, 1.0)
    assert (told["filler_at"], told["voice_to_voice"]) == pytest.approx((2.75, 3.1))
