"""What comes from outside is read or named as bad, never anything else."""

import pytest

from bench.fuzz.__main__ import fuzz, outcome
from bench.fuzz.readers import READERS, Reader
from bench.instruments.damage import Damage

TEXTS = {"agents": 4, "knowledge": 2, "webhooks": 10, "models": 100}
"""How many are tried here: as many as take no time."""


@pytest.mark.parametrize("name", sorted(READERS.keys() - {"knowledge"}))
def test_what_is_right_is_read(name: str) -> None:
    for text in READERS[name].texts:
        assert outcome(READERS[name], text) == ""


@pytest.mark.parametrize("name", READERS)
def test_what_is_damaged_breaks_nothing(name: str) -> None:
    damage = Damage(7)
    for _ in range(TEXTS.get(name, 1000)):
        text = damage.of(READERS[name].texts)
        assert outcome(READERS[name], text) == "", text


def test_damage_is_the_same_for_the_same_seed_and_never_nothing() -> None:
    one, other = Damage(1), Damage(1)
    texts = [one.of((b"abcdef", b"ghi")) for _ in range(100)]
    assert texts == [other.of((b"abcdef", b"ghi")) for _ in range(100)]
    assert len(set(texts)) > 50


def test_what_breaks_a_reader_is_found_out() -> None:
    def read(text: bytes) -> None:
        if b"x" in text:
            raise KeyError("x")
        raise ValueError("named")

    reader = Reader((b"axb",), read, (ValueError,))
    assert outcome(reader, b"x") == "KeyError: 'x'"
    assert outcome(reader, b"y") == ""
    count, _, broke = fuzz(reader, Damage(1), 0.05)
    assert 0 < len(broke) < count
