from bench.exchange import Heard, Told, kind_of, matched

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


def test_the_fast_path_is_an_answer_without_a_model() -> None:
    assert kind_of({"llm": 0.004}) == "fast"
    assert kind_of({"llm": 0.21}) == "llm"
