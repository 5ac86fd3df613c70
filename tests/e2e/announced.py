"""Whether what a caller hears is one of Asterisk's own sounds: compared as waveforms, since a machine says it."""

import asyncio
import io
import time
import wave

import numpy as np
from numpy.typing import NDArray

from caller.phone.call import PhoneCall
from caller.sound.clip import Clip
from tests.e2e.stack import containers

RATE = 8000
ALIKE = 0.35
"""Another sound comes to 0.1, the very one without a frame of its middle to 0.5."""
_SOUNDS = "/usr/share/asterisk/sounds"


def sound(name: str, language: str) -> Clip:
    """A sound as it lies in Asterisk's container."""
    done = containers("asterisk")[0].exec_run(["cat", f"{_SOUNDS}/{language}/{name}.wav"])
    assert done.exit_code == 0, done.output
    with wave.open(io.BytesIO(done.output)) as file:
        assert file.getparams()[:3] == (1, 2, RATE)
        return Clip(np.frombuffer(file.readframes(file.getnframes()), "<i2"), RATE)


def likeness(heard: Clip, known: Clip) -> float:
    """How alike a sound is to the place of what was heard that is most alike it, from 0 to 1."""
    if not len(heard.samples):
        return 0.0
    # A sound that is heard alone lacks the frame that it does not fill, and any that was lost.
    rest = np.zeros(len(known.samples), np.int16)
    all_, part = _centred(np.concatenate([rest, heard.at(RATE).samples, rest])), _centred(known.samples)
    size = 1 << (len(all_) + len(part)).bit_length()
    product = np.fft.irfft(np.fft.rfft(all_, size) * np.conj(np.fft.rfft(part, size)), size)
    energy = np.cumsum(np.concatenate([[0.0], np.square(all_)]))
    windows = energy[len(part) :] - energy[: -len(part)]
    # Where it is silent, everything would be alike.
    floor = 0.01 * np.square(part).sum()
    return float(
        (product[: len(windows)] / np.sqrt(np.maximum(windows, floor) * np.square(part).sum())).max()
    )


async def until_heard(call: PhoneCall, name: str, language: str, *, since: float, within: float = 60) -> None:
    """Wait until a caller has heard one of Asterisk's sounds."""
    known, deadline, best = sound(name, language), time.monotonic() + within, 0.0
    while best < ALIKE:
        assert time.monotonic() < deadline, f"{name} in {language} was not heard: {best:.2f} at most"
        await asyncio.sleep(1.0)
        heard = call.heard_between(since, time.monotonic())
        best = max(best, await asyncio.to_thread(likeness, heard, known))


def _centred(samples: NDArray[np.int16]) -> NDArray[np.float64]:
    floats = samples.astype(np.float64)
    return floats - floats.mean() if len(floats) else floats
