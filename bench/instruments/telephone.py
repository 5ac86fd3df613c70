"""What a telephone line of the old kind leaves of a sound: 8 kHz, 300 to 3400 Hz, µ-law (ITU-T G.711)."""

import audioop
import numpy as np

from caller.sound.clip import Clip
from caller.sound.telephone import RATE, banded


def over_the_line(clip: Clip) -> Clip:
    """Return the clip as the other end hears it, at 8 kHz."""
    passed = banded(clip).samples.astype("<i2")
    heard = audioop.ulaw2lin(audioop.lin2ulaw(passed.tobytes(), 2), 2)
    return Clip(np.frombuffer(heard, "<i2").astype(np.int16), RATE)
