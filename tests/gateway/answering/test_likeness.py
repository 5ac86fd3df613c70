"""Words are likened to examples."""

import msgspec
import pytest

from gateway.answering.likeness import Likeness, chances
from gateway.answering.wording import wording
from parley import languages
from parley.languages.said import plain

LIKENESS = Likeness(
    {
        "person": ["good morning this is the bakery", "hello who is calling", "miller speaking"],
        "screening": ["say your name and why you are calling", "who are you and what is your reason"],
    }
)


def likest(words: str) -> str:
    told = LIKENESS.of(words)
    return max(told, key=lambda kind: told[kind])


def test_examples_are_like_themselves_and_what_is_heard_wrong_is_still_like_them() -> None:
    assert likest("good morning this is the butchery") == "person"
    assert likest("sane your name and white you are culling") == "screening"
    told = chances(LIKENESS.of("say your name and why you are calling"))
    assert told["screening"] > 0.8 > 0.2 > told["person"]


def test_what_is_like_no_example_tells_nothing() -> None:
    nothing = LIKENESS.of("")
    for words in ("zzz", "jjj kkk"):
        assert LIKENESS.of(words) == pytest.approx(nothing)


def test_what_only_one_example_has_is_not_held_for_its_kind() -> None:
    likeness = Likeness({"person": ["hello bakery", "hello yes"], "menu": ["press one", "press two"]})
    assert likeness.of("bakery") == pytest.approx(likeness.of("library"), abs=0.3)
    assert likeness.of("press bakery")["menu"] > likeness.of("press bakery")["person"]


def test_chances_are_one_together_also_of_what_is_very_likely() -> None:
    told = chances({"person": 1000.0, "menu": 1000.0, "voicemail": -1000.0})
    assert told == pytest.approx({"person": 0.5, "menu": 0.5, "voicemail": 0.0})


def test_accents_do_not_count() -> None:
    likeness = Likeness({"person": ["allô j'écoute"], "menu": ["tapez un"]})
    assert likeness.of("allo j'ecoute") == likeness.of("allô j'écoute")


@pytest.mark.parametrize("language", languages.codes())
def test_examples_are_told_by_themselves(language: str) -> None:
    """With all phrases: none of them may make a machine of a person."""
    examples = msgspec.structs.asdict(languages.get(language).answering.examples)
    told = [
        (
            kind,
            found.machine if (found := wording(language).found(plain(text), answering=True)) else "person",
            text,
        )
        for kind, texts in examples.items()
        for text in texts
    ]
    wrong = [(kind, other, text) for kind, other, text in told if kind != other]
    assert not [text for kind, _, text in wrong if kind == "person"]
    # "Please stay on the line" is said by every machine.
    assert len(wrong) <= 0.05 * len(told), wrong
