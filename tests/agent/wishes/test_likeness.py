"""Examples of two kinds, with vectors that are made up: only how they are weighed is looked at."""

import numpy as np
import pytest

from agent.wishes.likeness import Array, Likeness

WANTED = ("get me a person", "get me somebody", "I want a human")
OTHERS = ("get me the price", "what is a person?", "I want a phone")


def vector(*values: float) -> Array:
    found = np.array(values, np.float32)
    return found / np.linalg.norm(found)


NEAR, FAR = vector(1, 0.2, 0), vector(0.2, 1, 0)
LIKENESS = Likeness(WANTED, OTHERS, np.stack([NEAR] * 3 + [FAR] * 3))


@pytest.mark.parametrize("text", WANTED)
def test_an_example_is_like_its_own_kind(text: str) -> None:
    assert LIKENESS.odds(text, NEAR) > 0


@pytest.mark.parametrize("text", OTHERS)
def test_and_no_example_of_the_others(text: str) -> None:
    assert LIKENESS.odds(text, FAR) < 0


def test_both_meaning_and_words_count() -> None:
    odds = {
        (text, near): LIKENESS.odds(text, near_vector)
        for text in ("get me somebody", "get me the price")
        for near, near_vector in ((True, NEAR), (False, FAR))
    }
    assert odds["get me somebody", True] > odds["get me somebody", False]
    assert odds["get me somebody", True] > odds["get me the price", True]
    assert odds["get me somebody", False] > odds["get me the price", False]


def test_words_that_no_example_has_say_nothing() -> None:
    assert LIKENESS.odds("zebra crossing", NEAR) > 0 > LIKENESS.odds("zebra crossing", FAR)
    assert np.isfinite(LIKENESS.odds("", vector(1, 1, 1)))


def test_the_number_of_examples_does_not_favour_a_kind() -> None:
    many = Likeness(WANTED, OTHERS * 10, np.stack([NEAR] * 3 + [FAR] * 30))
    assert many.odds("get me a person", NEAR) > 0


def test_words_of_a_kind_stand_for_each_other() -> None:
    def with_kinds(text: str) -> str:
        return text.replace("nurse", "ROLE").replace("plumber", "ROLE")

    texts, others = ("the nurse please", "get me the nurse"), ("the price please", "get me the bill")
    vectors = np.stack([NEAR] * 4)
    knowing, simple = (Likeness(texts, others, vectors, *given) for given in ((with_kinds,), ()))
    assert knowing.odds("the plumber please", NEAR) > 0.5 > simple.odds("the plumber please", NEAR)
    assert knowing.odds("the bill please", NEAR) < 0
