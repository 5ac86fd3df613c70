"""Two facts that say the same of different things; tests/data/languages has more of how they are asked and chosen."""

import pytest

from agent.knowledge.answers.between import Two, sounds_asked, two_of

PHONES = (
    "The Nova 5 phone costs $399; it has 128 gigabytes.",
    "The Nova 5 Pro phone costs $599; it has a better camera.",
)
LAPTOPS = ("The Orbit 14 laptop costs $749.", "The Orbit 16 laptop costs $1,099.")


def two(*facts: str) -> Two:
    found = two_of(facts, "en")
    assert found is not None
    return found


@pytest.mark.parametrize(
    "facts",
    [
        ("A crown costs 620 euros.", "We are closed on Sunday."),
        ("The Halden Pro shears cost $42.", "The Halden Pro shears have a steel blade."),
        ("The Halden Pro shears cost $42.", "The Halden Eco shears have a steel blade."),
        ("Is it far?", "Is it near?"),
        ("The museum is closed.", "It is closed."),
    ],
)
def test_facts_of_different_kinds_are_no_two(facts: tuple[str, str]) -> None:
    assert two_of(facts, "en") is None


@pytest.mark.parametrize("asked", ["How much is the Nova?", "What does a phone cost?", "The nova, how much?"])
def test_what_both_are_leaves_open_which(asked: str) -> None:
    assert two(*PHONES).is_open(asked)


@pytest.mark.parametrize(
    "asked",
    ["How much is the Nova 5?", "How much is the Pro?", "Nova five or Nova five Pro?", "What do you charge?"],
)
def test_who_names_one_plainly_or_neither_is_not_asked_back(asked: str) -> None:
    assert not two(*PHONES).is_open(asked)


def test_names_that_differ_in_the_middle() -> None:
    laptops = two(*LAPTOPS)
    assert laptops.question == "The Orbit 14 or the Orbit 16?"
    assert laptops.own == (frozenset({"14"}), frozenset({"16"}))
    assert {"orbit", "laptop"} <= laptops.kind


def test_a_question_is_known_by_its_words_as_soon_as_both_may_be_heard() -> None:
    assert sounds_asked("The Nova 5 or", "en")
    assert sounds_asked("¿El Nova 5 o el", "es")
    assert not sounds_asked("The Nova 5 phone costs $399.", "en")
