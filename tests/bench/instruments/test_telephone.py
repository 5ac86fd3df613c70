import numpy as np
import pytest

from bench.instruments.telephone import over_the_line
from caller.sound.clip import Clip
from caller.sound.telephone import RATE


def tone(hertz: float) -> Clip:
    return Clip((8000 * np.sin(2 * np.pi * hertz * np.arange(16_000) / 16_000)).astype(np.int16), 16_000)


def power(clip: Clip) -> float:
    return float(np.mean(np.square(clip.samples.astype(np.float64))))


@pytest.mark.parametrize(("hertz", "passes"), [(100, False), (1000, True), (3000, True), (3700, False)])
def test_only_the_band_of_the_line_passes(hertz: float, passes: bool) -> None:
    heard = over_the_line(tone(hertz))
    assert heard.rate == RATE
    assert heard.seconds == pytest.approx(1.0)
    assert (power(heard) > 0.9 * power(tone(hertz))) == passes


def test_it_has_the_steps_of_the_codec() -> None:
    assert len(np.unique(over_the_line(tone(1000)).samples)) <= 256
