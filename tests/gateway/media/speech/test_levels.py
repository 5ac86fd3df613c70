import numpy as np
import pytest

from gateway.media.speech.levels import Levels, voiced
from gateway.media.speech.vad import WINDOW_SAMPLES
from parley.audio import FRAME_SAMPLES

LOUD = np.full(FRAME_SAMPLES, 8000, np.int16)
QUIET = np.zeros(FRAME_SAMPLES, np.int16)
ROWS = np.array([1])


def heard(*frames: np.ndarray) -> Levels:
    levels = Levels(3, 50)
    for number, frame in enumerate(frames):
        levels.note(ROWS, np.array([number]), frame[None])
    return levels


def test_voiced() -> None:
    assert voiced(np.stack([LOUD, QUIET])).tolist() == [True, False]


def test_power_is_the_mean_of_the_newest_tenth_of_a_second() -> None:
    levels = heard(LOUD, QUIET, QUIET, QUIET, QUIET, LOUD)
    assert levels.power(ROWS, np.array([6]))[0] == pytest.approx((8000 / 32768) ** 2 / 5)


def test_the_power_of_the_first_frames_counts_what_was_before_as_silence() -> None:
    assert heard(LOUD).power(ROWS, np.array([1]))[0] == pytest.approx((8000 / 32768) ** 2 / 5)


@pytest.mark.parametrize(("at", "loud"), [(0, False), (128, False), (192, True), (1280, False)])
def test_a_window_is_as_loud_as_the_loudest_frame_it_touches(at: int, loud: bool) -> None:
    levels = heard(QUIET, QUIET, LOUD, *[QUIET] * 6)
    assert bool(levels.of_window(ROWS, np.array([at]))[0] > 0) is loud
    assert WINDOW_SAMPLES == 512


def test_a_reset_row_is_silent() -> None:
    levels = heard(LOUD)
    levels.reset(1)
    assert levels.power(ROWS, np.array([1]))[0] == 0
