"""A voice that says a word in 100 ms of samples, and can be slow or broken."""

import time
from collections.abc import Iterator

import numpy as np

from agent.voice.tts import Piece
from parley.errors import EngineError


class WordVoice:
    def __init__(self, step_s: float = 0.0, broken: bool = False) -> None:
        self.spoken: list[str] = []
        self.steps = 0
        self._step_s = step_s
        self._broken = broken

    def speak(self, text: str) -> Iterator[Piece]:
        if self._broken:
            raise EngineError("internal", "no voice today")
        self.spoken.append(text)
        for number, word in enumerate(text.split()):
            time.sleep(self._step_s)
            self.steps += 1
            yield Piece(f"{word} ", np.full(1600, number + 1, np.int16))
