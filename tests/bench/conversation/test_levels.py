"""Figures of so many calls at a time."""

import math

from bench.conversation.exchange import Heard, Told, Turn
from bench.conversation.levels import Level, figures, samples, verdicts
from bench.knowledge.answers import Verdict

STAGES = ("endpoint", "stt", "tts", "transport", "playout", "asked_at", "ready_at")


def turn(delay: float, *, llm: float = 0.0, filler_at: float | None = None, asked: str = "answerable",
         verdict: Verdict = "right") -> Turn:  # fmt: skip
    data = {"voice_to_voice": delay, "llm": llm, **dict.fromkeys(STAGES, 0.1)}
    if filler_at is not None:
        data["filler_at"] = filler_at
    first = delay if filler_at is None else filler_at
    heard = Heard("a", "human", 10.0, first + 0.03, asked=asked, reply="It is.", verdict=verdict)
    return Turn(heard, Told(10.0, data))


UNSEEN = Turn(Heard("b", "human", None, None, asked="answerable"), None)


def test_kinds_of_turns_are_told_apart_and_together() -> None:
    found = figures(Level(1, [turn(0.5), turn(0.7), turn(2.0, llm=1.5), UNSEEN]))
    assert (found["known_turns"], found["model_turns"], found["all_turns"]) == (2, 1, 3)
    assert (found["known_p50_s"], found["model_p50_s"], found["all_p50_s"]) == (0.6, 2.0, 0.7)
    assert found["model_llm_p50_s"] == 1.5
    assert found["unmatched"] == 1
    assert found["clock_difference_p95_ms"] is not None
    assert abs(found["clock_difference_p95_ms"] - 30) < 1e-6


def test_the_answers_own_first_word_is_told_apart_from_words_that_bridge_the_wait() -> None:
    found = figures(Level(1, [turn(3.0, llm=2.0, filler_at=1.1)]))
    assert (found["model_p50_s"], found["model_first_voice_p50_s"]) == (3.0, 1.1)
    assert found["clock_disagrees_pct"] == 0.0


def test_a_kind_that_did_not_come_has_no_figure() -> None:
    assert math.isnan(figures(Level(1, [turn(0.5)]))["model_p50_s"] or 0.0)


def test_answers_are_counted_where_they_belong() -> None:
    found = verdicts(
        [
            turn(1, verdict="right"),
            turn(1, verdict="unknown"),
            turn(1, asked="model", verdict="right"),
            turn(1, asked="model", verdict="wrong"),
            turn(1, asked="unanswerable", verdict="unknown"),
            turn(1, asked="unanswerable", verdict="wrong"),
            UNSEEN,
        ]
    )
    assert (found["right"], found["wrong"], found["unknown"], found["open"]) == (2, 2, 2, 1)
    assert found["right_pct"] == 40.0
    assert found["refused_pct"] == 20.0
    assert found["unknown_recognised_pct"] == 50.0
    assert found["for_model_right_pct"] == 50.0


def test_a_sample_has_the_words_and_the_verdict() -> None:
    (sample,) = samples(Level(4, [turn(0.5)]), set="known")
    assert sample["set"] == "known"
    assert (sample["kind"], sample["reply"], sample["verdict"]) == ("known", "It is.", "right")
