"""What a telephone line of the old kind leaves of a sound: 8 kHz, 300 to 3400 Hz, µ-law (ITU-T G.711)."""

import audioop
import numpy as np

from caller.sound.clip import Clip

RATE = 8_000
_BAND_HZ = (300.0, 3400.0)


def over_the_line(clip: Clip) -> Clip:
    """Return the clip as the other end hears it, at 8 kHz."""
    samples = clip.at(RATE).samples
    spectrum = np.fft.rfft(samples.astype(np.float64))
    hertz = np.fft.rfftfreq(len(samples), 1 / RATE)
    spectrum[(hertz < _BAND_HZ[0]) | (hertz > _BAND_HZ[1])] = 0
    passed = np.clip(np.rint(np.fft.irfft(spectrum, len(samples))), -32768, 32767).astype("<i2")
    heard = audioop.ulaw2lin(audioop.lin2ulaw(passed.tobytes(), 2), 2)
    return Clip(np.frombuffer(heard, "<i2").astype(np.int16), RATE)
