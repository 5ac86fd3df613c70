"""Figures of a level, and where the curve of several bends."""

import math

from bench.conversation.exchange import Heard, Told, Turn
from bench.conversation.levels import Level, bend, curve, figures, verdict
from bench.instruments.load import Load


def level(calls: int, delay: float, busy: float = 100.0) -> Level:
    stages = ("endpoint", "stt", "llm", "tts", "transport", "playout", "asked_at", "ready_at")
    data = {"voice_to_voice": delay, **dict.fromkeys(stages, 0.1)}
    turns = [Turn(Heard("a", "human", 10.0, delay + 0.03), Told(10.0, data)) for _ in range(3)]
    turns.append(Turn(Heard("b", "human", None, None), None))
    return Level(calls, turns, used=Load(10.0, {"machine": busy, "llm": busy}, {}))


def test_figures_of_a_level() -> None:
    found = figures(level(1, 0.9))
    assert found["voice_to_voice_p50_s"] == 0.9
    assert found["clock_difference_p95_ms"] is not None
    assert abs(found["clock_difference_p95_ms"] - 30) < 1e-6
    assert (found["unmatched"], found["clock_disagrees_pct"]) == (1, 0.0)
    assert math.isnan(found["fast_path_p50_s"] or 0.0)


def test_the_knee_is_the_last_level_within_twice_the_latency_of_the_first() -> None:
    levels = [level(1, 0.9), level(2, 1.1), level(4, 1.7), level(8, 4.0, busy=199.0)]
    found = bend(levels)
    assert found is not None
    assert found.calls == 4
    assert curve(levels)["knee_calls"] == 4
    assert curve(levels)["voice_to_voice_p50_s_8"] == 4.0
    assert verdict(levels).startswith("knee at 4 calls at a time; at 8: ")


def test_a_curve_that_does_not_bend_says_so() -> None:
    assert verdict([level(1, 0.9), level(2, 1.0)]).startswith("no knee up to 2 calls at a time; at 2: ")


def test_a_level_at_which_nothing_was_answered_is_beyond_the_knee() -> None:
    nothing = Level(8, [Turn(Heard("a", "human", None, None), None)], ["busy"])
    found = bend([level(1, 0.9), nothing])
    assert found is not None
    assert found.calls == 1


def test_a_level_at_which_calls_were_refused_is_beyond_the_knee() -> None:
    levels = [level(1, 0.9), level(2, 1.0), level(4, 1.1)]
    levels[2].refused = 3
    found = bend(levels)
    assert found is not None
    assert found.calls == 2
    assert verdict(levels).startswith("knee at 2 calls at a time, 3 calls refused at 4; at 4: ")
