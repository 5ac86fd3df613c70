"""Samples and bytes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import audio


@given(st.lists(st.integers(-32768, 32767)))
def test_round_trip(samples: list[int]) -> None:
    pcm = np.array(samples, np.int16)
    data = audio.to_bytes(pcm)
    assert len(data) == 2 * len(samples)
    assert np.array_equal(audio.from_bytes(data), pcm)
    assert audio.from_bytes(data).dtype == np.int16


def test_bytes_are_little_endian() -> None:
    assert audio.to_bytes(np.array([1, -2], np.int16)) == b"\x01\x00\xfe\xff"


def test_half_a_sample() -> None:
    with pytest.raises(ValueError, match="multiple"):
        audio.from_bytes(b"\x00\x01\x02")


def test_a_frame_is_20_ms() -> None:
    assert audio.seconds(audio.FRAME_SAMPLES) == pytest.approx(0.02)
    assert audio.seconds(audio.SAMPLE_RATE) == 1.0


def test_levels() -> None:
    full = np.tile(np.array([32767, -32768], np.int16), 800)
    assert audio.level_dbfs(full) == pytest.approx(0.0, abs=0.01)
    assert audio.level_dbfs(full // 10) == pytest.approx(-20.0, abs=0.01)
    assert audio.level_dbfs(np.zeros(160, np.int16)) == float("-inf")
    assert audio.level_dbfs(np.zeros(0, np.int16)) == float("-inf")
    sine = (32767 * np.sin(np.arange(1600) / 10)).astype(np.int16)
    assert audio.level_dbfs(sine) == pytest.approx(-3.01, abs=0.05)
