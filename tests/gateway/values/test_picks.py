"""Yes or no, a choice, an amount, and what is said to a read-back."""

import pytest

from gateway.values.kind import NOTHING
from gateway.values.picks import Reaction, reaction
from parley.agents.dialogue import Range
from tests.gateway.values.values import kind, whole


@pytest.mark.parametrize(
    ("language", "said", "answer"),
    [
        ("en", "Yes.", "yes"),
        ("en", "yes please", "yes"),
        ("en", "Yes, I am a member", "yes"),
        ("en", "I do", "yes"),
        ("en", "No", "no"),
        ("en", "No, I am not", "no"),
        ("en", "no I don't think so", "no"),
        ("en", "Um, yes", "yes"),
        ("en", "I think so", "yes"),
        ("en", "No wait, yes", "yes"),
        ("en", "Never", "no"),
        ("en", "I haven't", "no"),
        ("en", "I don't think so", "no"),
        ("de", "Äh ja", "yes"),
        ("de", "Noch nicht", "no"),
        ("en", "maybe", ""),
        ("en", "What was the question?", ""),
        ("de", "Ja, bin ich", "yes"),
        ("de", "Nö", "no"),
        ("es", "Sí, claro", "yes"),
        ("fr", "Non merci", "no"),
        ("it", "Certo che sì", "yes"),
    ],
)
def test_yes_or_no(language: str, said: str, answer: str) -> None:
    assert whole(kind("yes-no", language).said("", said)) == answer


def test_yes_and_no_have_keys() -> None:
    assert [kind("yes-no").typed(key).value for key in "123"] == ["yes", "no", ""]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Yes.", Reaction.YES),
        ("Yes, that is my number.", Reaction.YES),
        ("Yes, but the year is wrong.", Reaction.NONE),
        ("No.", Reaction.NO),
        ("No, sorry.", Reaction.NO),
        ("No, the fifth.", Reaction.NO_BUT),
        ("B as in Bravo.", Reaction.NONE),
        ("", Reaction.NONE),
    ],
)
def test_what_is_said_to_a_read_back(said: str, expected: Reaction) -> None:
    assert reaction(said, "en") is expected


SIZES = {"s": ("small", "little"), "l": ("large", "big"), "xl": ("extra large",)}


@pytest.mark.parametrize(
    ("said", "choice"),
    [
        ("small", "s"),
        ("the large one please", "l"),
        ("extra large", "xl"),
        ("the second one", "l"),
        ("two", "l"),
        ("I don't want the small, give me the large", "l"),
        ("banana", ""),
        ("four", ""),
    ],
)
def test_a_choice(said: str, choice: str) -> None:
    assert whole(kind("one-of", options=SIZES).said("", said)) == choice


def test_a_choice_by_key_is_read_back_by_its_name() -> None:
    sizes = kind("one-of", options=SIZES)
    assert sizes.spoken(sizes.typed("2").value) == "large"
    assert sizes.typed("4") == NOTHING
    assert sizes.expected[0] == "small"


@pytest.mark.parametrize(
    ("language", "said", "amount"),
    [
        ("en", "two", "2"),
        ("en", "Two people, please", "2"),
        ("en", "a hundred and five", "105"),
        ("en", "1,200", "1200"),
        ("en", "there will be five of us", "5"),
        ("en", "three, no, four", "4"),
        ("en", "not three, four", "4"),
        ("en", "just one", "1"),
        ("en", "none", ""),
        ("en", "two or three", ""),
        ("en", "I don't know", ""),
        ("en", "3000", ""),
        ("de", "fünfundzwanzig", "25"),
        ("de", "1.200", "1200"),
        ("fr", "quatre-vingt-dix", "90"),
    ],
)
def test_an_amount(language: str, said: str, amount: str) -> None:
    assert whole(kind("number", language, range=Range(min=1, max=2000)).said("", said)) == amount
