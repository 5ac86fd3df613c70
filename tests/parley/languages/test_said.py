"""What was said, as it is held against phrases; and that the phrases stand as they can be found in it."""

from collections.abc import Iterator

import msgspec
import pytest

from parley import languages
from parley.languages import Phrases
from parley.languages.said import clauses, only, plain


def held_against() -> Iterator[tuple[str, str, Phrases]]:
    """All that plain words are held against."""
    for language in languages.every():
        yield language.code, "yes", language.yes
        yield language.code, "no", language.no
        yield language.code, "overlap.checking", language.overlap.checking
        for section in ("waiting", "choices", "numerals", "texting"):
            for name, phrases in msgspec.structs.asdict(getattr(language, section)).items():
                if isinstance(phrases, Phrases):
                    yield language.code, f"{section}.{name}", phrases


@pytest.mark.parametrize(("code", "field", "phrases"), list(held_against()))
def test_every_phrase_can_be_found_in_plain_words(code: str, field: str, phrases: Phrases) -> None:
    lost = [phrase for phrase in phrases.phrases if not Phrases((phrase,)).are(plain(phrase))]
    assert not lost, f"{code}: {field}"


def test_clauses_are_parted_by_marks() -> None:
    assert clauses("No, that’s all - 'I'd say'! ¿Wait…") == ["no", "that's all i'd say", "wait"]


def test_only_wants_one_of_the_first_group() -> None:
    yes, around = Phrases(("yes",)), Phrases(("well", "please"))
    assert only("well yes please", yes, around)
    assert not only("well please", yes, around)
    assert not only("yes but", yes, Phrases(("well",)))
    assert not only("", yes)


def test_only_takes_the_longest_phrase_of_any_group() -> None:
    assert only("that's right", Phrases(("that's right",)), Phrases(("that's",)))
    assert not only("not right", Phrases(("not",)), Phrases(("not right",)))
