from bench.conversation.exchange import Heard, Told, kind_of, matched

WATERFALL = {"voice_to_voice": 1.0, "llm": 0.4}


def heard(at: float | None, delay: float | None = 1.02) -> Heard:
    return Heard("a question", "human", at, delay)


def test_turns_are_matched_by_when_the_answer_began() -> None:
    told = [Told(110.3, WATERFALL), Told(100.1, {**WATERFALL, "voice_to_voice": 0.5})]
    first, second = matched([heard(100.0), heard(110.0)], told)
    assert first.told is told[1]
    assert second.told is told[0]
    assert second.difference_s is not None
    assert abs(second.difference_s - 0.02) < 1e-9


def test_a_turn_of_the_gateways_belongs_to_one_turn_only() -> None:
    turns = matched([heard(100.0), heard(100.2)], [Told(100.1, WATERFALL)])
    assert [t.told is None for t in turns] == [False, True]
    assert turns[1].kind is None
    assert turns[1].difference_s is None


def test_what_is_too_far_apart_or_was_not_answered_matches_nothing() -> None:
    turns = matched([heard(100.0), heard(None, None)], [Told(105.0, WATERFALL)])
    assert all(t.told is None for t in turns)


def test_an_answer_after_a_filler_is_matched_by_the_filler_which_is_what_the_caller_heard_first() -> None:
    told = [Told(103.1, {"voice_to_voice": 3.1, "filler_at": 2.0, "llm": 2.5})]
    (turn,) = matched([heard(102.0, 2.02)], told)
    assert turn.difference_s is not None
    assert abs(turn.difference_s - 0.02) < 1e-9


def test_turns_are_matched_by_when_the_caller_ended_too() -> None:
    late = Heard("a question", "human", answer_at=120.0, voice_to_voice_s=20.0, ended_at=100.0)
    (turn,) = matched([late], [Told(101.0, WATERFALL)])
    assert turn.difference_s == 19.0


def test_the_closest_are_matched_first() -> None:
    told = [Told(100.5, WATERFALL)]
    assert [t.told is None for t in matched([heard(100.0), heard(100.4)], told)] == [True, False]


def test_a_known_answer_is_one_without_a_model() -> None:
    assert kind_of({"llm": 0.004}) == "known"
    assert kind_of({"llm": 0.21}) == "model"
