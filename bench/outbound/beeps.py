"""Beeps after which voicemails record, of several kinds."""

from collections.abc import Callable, Mapping

import numpy as np

from bench.instruments.corpus import RATE, Floats
from bench.outbound.cast import person
from caller.sound.clip import Clip, joined, silence

_TONE_DBFS = -16.0


def tone(seconds: float, *hertz: float, fading_s: float = 0.0) -> Clip:
    """Sines, with edges of 5 ms; a bell's fades to a third every `fading_s`."""
    time = np.arange(round(seconds * RATE)) / RATE
    sound: Floats = np.sum([np.sin(2 * np.pi * one * time) for one in hertz], axis=0) / len(hertz)
    edge = np.minimum(1.0, np.minimum(time, time[::-1]) / 0.005)
    if fading_s:
        edge = edge * np.exp(-time / fading_s)
    peak = 32768 * 10 ** (_TONE_DBFS / 20) * np.sqrt(2)
    return Clip(np.rint(sound * edge * peak).astype(np.int16), RATE)


def _asterisk() -> Clip:
    found = person("en_US_f_Allison", "beep")
    return found if found is not None else tone(0.3, 1000.0)


BEEPS: Mapping[str, Callable[[], Clip] | None] = {
    "1000 Hz": lambda: tone(0.4, 1000.0),
    "1400 Hz, short": lambda: tone(0.2, 1400.0),
    "850 Hz": lambda: tone(0.5, 850.0),
    "two pips": lambda: joined([tone(0.15, 1000.0), silence(0.12, RATE), tone(0.15, 1000.0)]),
    "440 Hz": lambda: tone(0.6, 440.0),
    "none": None,
    "620 Hz, long": lambda: tone(1.5, 620.0),
    "rising": lambda: joined([tone(0.2, 700.0), tone(0.3, 1050.0)]),
    "Asterisk's": _asterisk,
    "bell": lambda: tone(0.9, 1200.0, fading_s=0.25),
    "1850 Hz, short": lambda: tone(0.25, 1850.0),
    "480 and 620 Hz": lambda: tone(0.5, 480.0, 620.0),
}
