"""One press is one key, whatever brings it, and in whatever order Asterisk tells it."""

import pytest

from gateway.keys.presses import MOST, TOGETHER_S, Presses

# r<key>: it came with the audio; other letters are what Asterisk tells.
ONE_WAY = [
    ("r4 4 r7 7 r1 1 r1 1", "4711"),
    ("4 7 1 1", "4711"),
    ("r1 1 r1 1 r1 1", "111"),
    ("1 1 1", "111"),
]
# As Asterisk 22 told them of a telephone that presses 4711 both ways, with and without a pause between the keys.
BOTH_WAYS = [
    ("4 r4 4 7 r7 7 7 1 r1 1 1 1 r1 1 1", "4711"),
    ("4 r4 4 4 7 1 1 r7 7 7 r1 1 1 r1 1 1", "4711"),
    ("r4 4 4 r7 7 7 r1 1 1 r1 1 1", "4711"),
    ("4 7 1 1 r4 4 r7 7 r1 1 r1 1", "4711"),
    ("1 1 r1 r1 1 1", "11"),
    ("1 r1 1 1 1 r1 1 1", "11"),
]


def pressed(told: str) -> str:
    presses = Presses()
    keys = ""
    for number, one in enumerate(told.split()):
        now = 100 + number * 0.09
        new = presses.with_audio(one[1:], now) if one.startswith("r") else presses.told(one, now)
        keys += one[-1] if new else ""
    return keys


@pytest.mark.parametrize(("told", "keys"), [*ONE_WAY, *BOTH_WAYS])
def test_one_press_is_one_key(told: str, keys: str) -> None:
    assert pressed(told) == keys


def test_a_press_long_after_another_is_one_of_its_own() -> None:
    presses = Presses()
    assert presses.told("1", 0.0)
    assert presses.with_audio("1", 0.1 + TOGETHER_S)


def test_a_key_that_repeats_for_ever_is_not_listened_to_for_ever() -> None:
    presses = Presses()
    heard = [presses.with_audio("5", number * 0.1) for number in range(MOST + 100)]
    assert sum(heard) == MOST
    assert not any(heard[MOST:])
