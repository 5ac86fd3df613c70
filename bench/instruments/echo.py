"""A caller on a loudspeaker: what it hears comes back, delayed, fainter, and with the room's reverberation."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from bench.instruments.corpus import RATE, Floats, room
from caller.phone import line
from caller.phone.call import PhoneCall
from caller.phone.line import Utterance
from caller.sound.clip import Clip

_STEP_S = 0.005
_LEAD_S = 0.03
"""How far ahead sound is handed to the SIP stack while there are echoes: it must have been heard by then."""
_BEFORE_S = 1.0


@contextmanager
def prompt_line() -> Iterator[None]:
    """Let the telephone line take sound so late that an echo of 80 ms can be made."""
    before, line.LEAD_S = line.LEAD_S, _LEAD_S
    try:
        yield
    finally:
        line.LEAD_S = before


class Loudspeaker:
    """Plays back what is heard on a call that has lasted for a second."""

    def __init__(self, call: PhoneCall, delay_s: float, loss_db: float, seed: int) -> None:
        self._call = call
        self._delay_s = delay_s
        self._gain = 10 ** (-loss_db / 20)
        self._seed = seed

    async def play(self, seconds: float) -> Utterance:
        """Give an echo of what is heard from now on, for so long; return what was sent."""
        began = time.monotonic()
        rate = self._call.heard_between(began - _BEFORE_S, began).rate
        utterance = self._call.speak(Clip(np.zeros(round(seconds * rate), np.int16), rate))
        # The line reads this array as it goes; here it is filled just ahead of that.
        sent = utterance.clip.samples
        response = self._response(rate)
        filled = 0
        offset = round((_BEFORE_S - self._delay_s) * rate)
        while not utterance.finished.done() and not self._call.is_over:
            heard = self._call.heard_between(began - _BEFORE_S, time.monotonic()).samples
            # What has not been heard yet is left to the next round: it is late only when the delay is very short.
            end = min(len(sent), len(heard) - offset)
            if end > filled:
                sent[filled:end] = self._echo(heard, filled + offset, end + offset, response)
                filled = end
            await asyncio.sleep(_STEP_S)
        return utterance

    def _echo(self, heard: np.ndarray, first: int, end: int, response: Floats) -> np.ndarray:
        """Samples `first`…`end` of what was heard, through the room."""
        start = max(0, first - len(response))
        part = heard[start:end].astype(np.float64)
        size = 1 << (len(part) + len(response)).bit_length()
        sound = np.fft.irfft(np.fft.rfft(part, size) * np.fft.rfft(response, size), size)
        return np.clip(np.rint(self._gain * sound[first - start : end - start]), -32768, 32767).astype(
            np.int16
        )

    def _response(self, rate: int) -> Floats:
        full_scale = 20_000
        response = Clip(np.rint(room(self._seed) * full_scale).astype(np.int16), RATE).at(rate)
        found: Floats = response.samples.astype(np.float64) / full_scale
        return found / np.sqrt(np.sum(np.square(found)))
