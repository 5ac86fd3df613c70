import numpy as np
import pytest

from gateway.media.rtp.jitter import Jitter

ROW = np.array([2])


def feed(jitter: Jitter, delays: list[float], start: int = 0) -> float:
    for i, delay in enumerate(delays):
        stamp = np.array([(start + 320 * i) % 2**32], np.uint32)
        jitter.note(ROW, stamp, np.array([100 + 0.02 * i + delay]))
    return float(jitter.seconds[2])


def test_an_even_stream_has_none() -> None:
    assert feed(Jitter(3, 16_000), [0.0] * 100) == pytest.approx(0, abs=1e-9)


def test_it_is_the_mean_difference_smoothed() -> None:
    assert feed(Jitter(3, 16_000), [0.0, 0.01] * 100) == pytest.approx(0.01, rel=0.01)
    by_the_book = 0.0
    for _ in range(5):
        by_the_book += (0.01 - by_the_book) / 16
    assert feed(Jitter(3, 16_000), [0.0, 0.01] * 3) == pytest.approx(by_the_book)


def test_the_timestamp_wraps() -> None:
    assert feed(Jitter(3, 16_000), [0.0] * 20, start=2**32 - 3200) == pytest.approx(0, abs=1e-9)


def test_a_jump_of_the_timestamp_is_not_jitter_and_reset_forgets() -> None:
    jitter = Jitter(3, 16_000)
    feed(jitter, [0.0, 0.01] * 10)
    before = jitter.seconds[2]
    jitter.note(ROW, np.array([10_000_000], np.uint32), np.array([101.0]))
    assert jitter.seconds[2] == before
    jitter.reset(2)
    assert jitter.seconds[2] == 0
