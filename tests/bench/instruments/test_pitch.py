import numpy as np
import pytest

from bench.instruments.pitch import contour, jumps_pct
from caller.sound.clip import Clip

RATE = 16_000


def buzz(hertz: float, seconds: float = 0.5) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    """A tone with overtones, as a voice has."""
    time = np.arange(round(seconds * RATE)) / RATE
    wave = sum(np.sin(2 * np.pi * hertz * n * time) / n for n in range(1, 8))
    return (4000 * wave).astype(np.int16)


@pytest.mark.parametrize("hertz", [90, 120, 200, 320])
def test_the_pitch_of_a_tone_is_found(hertz: float) -> None:
    found = contour(Clip(buzz(hertz), RATE))
    assert np.nanmedian(found) == pytest.approx(hertz, rel=0.02)
    assert jumps_pct(found) == 0


def test_noise_and_silence_have_none() -> None:
    noise = np.random.default_rng(0).normal(0, 4000, RATE).astype(np.int16)
    assert np.isnan(contour(Clip(np.concatenate([noise, np.zeros(RATE, np.int16)]), RATE))).mean() > 0.95


def test_a_leap_of_an_octave_is_a_jump() -> None:
    leaps = Clip(np.concatenate([buzz(120), buzz(240)] * 4), RATE)
    assert jumps_pct(contour(leaps)) > 0
