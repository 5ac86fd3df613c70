"""The one definition of a voiced packet."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.voice import VoiceMeter, voiced_packets

SILENCE = 1e-5


def levels(*parts: tuple[int, float]) -> np.ndarray:
    """So many packets of so many dBFS, one after the other."""
    return np.concatenate([np.full(count, 10 ** (dbfs / 20)) for count, dbfs in parts])


def voiced(*parts: tuple[int, float]) -> list[int]:
    """First and last voiced packet; empty when none is."""
    found = np.flatnonzero(voiced_packets(levels(*parts)))
    return [int(found[0]), int(found[-1])] if len(found) else []


def test_speech_between_silences() -> None:
    assert voiced((50, -90), (30, -20), (50, -90)) == [50, 79]


def test_a_click_is_no_voice_nor_its_end() -> None:
    assert voiced((50, -90), (1, -10), (50, -90)) == []
    assert voiced((50, -90), (30, -20), (5, -90), (1, -20), (50, -90)) == [50, 79]


def test_a_stop_within_a_word_does_not_end_it() -> None:
    assert voiced((50, -90), (10, -20), (1, -90), (10, -20), (50, -90)) == [50, 70]


@pytest.mark.parametrize(("softer_db", "is_voice"), [(20, True), (24, True), (27, False)])
def test_what_is_far_softer_than_the_speech_before_is_its_echo_or_a_breath(
    softer_db: float, is_voice: bool
) -> None:
    assert voiced((50, -90), (50, -12), (5, -12 - softer_db), (50, -90)) == [50, 104 if is_voice else 99]


def test_soft_speech_is_voice_by_itself() -> None:
    assert voiced((50, -90), (30, -45), (50, -90)) == [50, 79]


def test_noise_is_no_voice_but_speech_over_it_is() -> None:
    found = np.flatnonzero(voiced_packets(levels((1000, -40), (30, -20), (50, -40))))
    assert set(range(1000, 1030)) <= set(found.tolist())
    assert not set(range(500, 1000)) & set(found.tolist())
    assert not set(range(1030, 1080)) & set(found.tolist())


def test_a_long_sentence_is_no_noise() -> None:
    assert voiced((50, -90), (400, -12), (10, -32), (50, -90)) == [50, 459]


DBFS = st.lists(st.floats(-96, 0), min_size=1, max_size=60)


@given(DBFS, st.integers(0, 59))
def test_nothing_later_changes_what_a_packet_is(dbfs: list[float], cut: int) -> None:
    all_of_it = 10 ** (np.array(dbfs) / 20)
    meter, row = VoiceMeter(1), np.zeros(1, np.int64)
    whole = [bool(meter.loud(row, all_of_it[i : i + 1])[0]) for i in range(len(dbfs))]
    meter.reset(0)
    part = [bool(meter.loud(row, all_of_it[i : i + 1])[0]) for i in range(min(cut, len(dbfs)))]
    assert whole[: len(part)] == part


@given(DBFS, DBFS)
def test_calls_do_not_disturb_each_other(one: list[float], other: list[float]) -> None:
    size = min(len(one), len(other))
    columns = 10 ** (np.array([one[:size], other[:size]]) / 20)
    together, rows = VoiceMeter(2), np.arange(2)
    seen = np.array([together.loud(rows, columns[:, i]) for i in range(size)]).T
    for row, column in enumerate(columns):
        alone = VoiceMeter(1)
        first = np.zeros(1, np.int64)
        assert [bool(alone.loud(first, column[i : i + 1])[0]) for i in range(size)] == seen[row].tolist()
