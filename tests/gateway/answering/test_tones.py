"""Single steady tones are found, and nothing else is one."""

import numpy as np
import pytest

from gateway.answering.tones import Tone, Tones
from tests.gateway.answering.sounds import Samples, frames, quiet, tone, voice


def found(*parts: Samples) -> list[Tone]:
    tones = Tones()
    return [ended for frame in frames(*parts, quiet(0.2)) if (ended := tones.feed(frame))]


@pytest.mark.parametrize("hertz", [425.0, 850.0, 1000.0, 1400.0, 2100.0, 2713.0])
@pytest.mark.parametrize("seconds", [0.15, 0.3, 1.0])
def test_a_beep_is_found_with_its_pitch_and_length(hertz: float, seconds: float) -> None:
    (beep,) = found(quiet(0.3), tone(seconds, hertz))
    assert beep.hertz == pytest.approx(hertz, abs=4)
    assert beep.seconds == pytest.approx(seconds, abs=0.06)


def test_a_beep_is_found_in_noise_and_right_after_a_voice() -> None:
    (beep,) = found(voice(0.6), tone(0.4, 1000) + quiet(0.4, 0.03))
    assert beep.is_near(1000, 5)


def test_two_tones_after_one_another_are_two() -> None:
    first, second, third = found(tone(0.33, 950), tone(0.33, 1400), tone(0.33, 1800))
    assert (first.is_near(950, 10), second.is_near(1400, 10), third.is_near(1800, 10)) == (True, True, True)


@pytest.mark.parametrize(
    "sound",
    [
        quiet(1.0, 0.1),
        voice(2.0),
        tone(1.0, 440, 480),
        tone(1.0, 350, 440),
        tone(0.3, 697, 1209),
        tone(0.06, 1000),
        tone(1.0, 1000, level=0.002),
        np.sin(np.cumsum(2 * np.pi * np.linspace(500, 1500, 16_000) / 16_000)) * 0.2,
    ],
    ids=["noise", "voice", "ringing", "dial tone", "key", "click", "too faint", "slide"],
)
def test_what_is_no_tone(sound: Samples) -> None:
    assert found(quiet(0.2), sound) == []


def test_a_tone_is_known_while_it_sounds() -> None:
    tones = Tones()
    for frame in frames(tone(0.6, 2100)):
        tones.feed(frame)
    assert tones.sounding is not None
    assert tones.sounding.is_near(2100, 5)
    assert tones.sounding.seconds == pytest.approx(0.6, abs=0.06)
