"""Where the curves of several calls at a time bend."""

from bench.conversation.capacity import bend, curve, verdict
from bench.conversation.exchange import Heard, Told, Turn
from bench.conversation.levels import Level
from bench.instruments.load import Load

STAGES = ("endpoint", "stt", "tts", "transport", "playout", "asked_at", "ready_at")


def turn(delay: float, llm: float = 0.0) -> Turn:
    data = {"voice_to_voice": delay, "llm": llm, **dict.fromkeys(STAGES, 0.1)}
    return Turn(Heard("a", "human", 10.0, delay, asked="answerable"), Told(10.0, data))


def level(calls: int, known: float, model: float = 0.0, busy: float = 100.0) -> Level:
    turns = [turn(known)] * 3 + ([turn(model, llm=1.0)] if model else [])
    return Level(calls, turns, used=Load(10.0, {"machine": busy, "llm": busy}, {}))


def test_the_knee_is_the_last_level_whose_slowest_turns_take_at_most_twice_as_long() -> None:
    levels = [level(1, 0.5), level(2, 0.6), level(4, 0.9), level(8, 1.2, busy=199.0)]
    found = curve({"known": levels, "mixed": levels})
    assert (found["knee_known"], found["knee_mixed"]) == (4, 4)
    assert found["known_all_p95_s_8"] == 1.2
    assert verdict({"known": levels}).startswith("answers that are known: knee at 4 calls at a time (at 8: ")


def test_of_known_answers_what_the_model_took_does_not_count_and_of_mixed_ones_it_does() -> None:
    levels = [level(1, 0.5, 2.0), level(2, 0.6, 9.0)]
    known, mixed = bend(levels, "known"), bend(levels, "mixed")
    assert known is not None
    assert mixed is not None
    assert (known.calls, mixed.calls) == (2, 1)


def test_a_curve_that_does_not_bend_says_so() -> None:
    assert "no knee up to 2 calls at a time" in verdict({"known": [level(1, 0.9), level(2, 1.0)]})


def test_a_level_at_which_nothing_was_answered_is_beyond_the_knee() -> None:
    nothing = Level(8, [Turn(Heard("a", "human", None, None, asked="answerable"), None)], ["busy"])
    found = bend([level(1, 0.9), nothing], "known")
    assert found is not None
    assert found.calls == 1


def test_a_level_at_which_calls_were_refused_is_beyond_the_knee() -> None:
    levels = [level(1, 0.9), level(2, 1.0), level(4, 1.1)]
    levels[2].refused = 3
    found = bend(levels, "known")
    assert found is not None
    assert found.calls == 2
    assert "knee at 2 calls at a time, 3 refused at 4 (at 4: " in verdict({"known": levels})
