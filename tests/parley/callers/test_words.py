"""The files of words: each is whole, and says everything as it is compared."""

from pathlib import Path

import msgspec
import pytest

from parley.callers import words
from parley.callers.words import CallerWords, clauses, only, plain, words_of

FILES = sorted(path.stem for path in Path(words.__file__).parent.glob("*.toml"))


@pytest.mark.parametrize("language", FILES)
def test_phrases_stand_as_they_are_compared(language: str) -> None:
    for name, value in msgspec.structs.asdict(words_of(language)).items():
        if isinstance(value, tuple):
            assert [phrase for phrase in value if phrase != plain(phrase)] == [], name


def test_a_language_without_a_file_is_understood_as_english() -> None:
    assert words_of("xx") == words_of("en")
    assert isinstance(words_of("de"), CallerWords)


def test_clauses_are_parted_by_marks() -> None:
    assert clauses("No, that's all - I'd say! Wait…") == ["no", "thats all id say", "wait"]


def test_only_wants_one_of_the_first_group() -> None:
    assert only("well yes please", ("yes",), ("well", "please"))
    assert not only("well please", ("yes",), ("well", "please"))
    assert not only("yes but", ("yes",), ("well",))
    assert not only("", ("yes",))
