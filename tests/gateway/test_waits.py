"""When words begin that bridge a wait."""

import pytest

from gateway.waits import FEWEST, LATEST_S, MOST, SOONEST_S, Waits

WORDS_S = 1.4


def waits(*seconds: float) -> Waits:
    made = Waits()
    for one in seconds:
        made.note("shop", one)
    return made


def test_answers_that_come_within_a_second_are_not_held_up() -> None:
    assert waits(0.7, 0.8, 0.9, 1.0).bridge_after_s("shop", WORDS_S) >= 1.0


def test_words_are_over_before_answers_that_take_long() -> None:
    begin = waits(2.4, 2.5, 2.6, 2.5, 4.5).bridge_after_s("shop", WORDS_S)
    assert SOONEST_S <= begin <= 2.4 - WORDS_S + 0.1


def test_nobody_sits_in_silence_however_long_answers_take() -> None:
    assert waits(9.0, 9.0, 9.0, 9.0).bridge_after_s("shop", WORDS_S) == SOONEST_S


def test_longer_words_begin_where_they_are_over_in_time() -> None:
    known = waits(2.0, 2.0, 2.0, 2.0)
    assert known.bridge_after_s("shop", 0.5) < known.bridge_after_s("shop", 5.0)


@pytest.mark.parametrize("noted", [(), (3.0,) * (FEWEST - 1), (SOONEST_S,) * 10])
def test_from_few_waits_nothing_is_concluded(noted: tuple[float, ...]) -> None:
    assert waits(*noted).bridge_after_s("shop", WORDS_S) == LATEST_S


def test_agents_have_models_of_their_own_and_only_the_latest_waits_count() -> None:
    known = waits(*[9.0] * MOST)
    assert known.bridge_after_s("other", WORDS_S) == LATEST_S
    for _ in range(MOST):
        known.note("shop", 0.8)
    assert known.bridge_after_s("shop", WORDS_S) > 0.8
