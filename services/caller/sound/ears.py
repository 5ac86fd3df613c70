"""Writes down what was heard: Whisper with a short window, at a low priority, so that the stack comes first."""

import asyncio
import os
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from numpy.typing import NDArray

from caller.sound.clip import Clip
from parley.errors import ModelMissing

_RATE = 16_000
_LONGEST_S = 30.0
_SHORTEST_WINDOW_S = 10.0
"""With less the model begins to loop."""
_TOKENS_PER_S = 6
_LOOPING = 1.8
"""Text that zlib makes this many times smaller repeats itself."""


class Ears:
    """A recogniser on one thread of its own; loading it raises ModelMissing naming the setting."""

    def __init__(self, models: Path, name: str = "base", language: str = "en") -> None:
        folder = models / "whisper" / name
        if not (folder / "model.bin").is_file():
            raise ModelMissing("STT_MODEL", folder)
        self._executor = ThreadPoolExecutor(1, "caller-ears", initializer=_lowest_priority)
        self._model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=2)
        multilingual = self._model.model.is_multilingual
        self._tokenizer = Tokenizer(
            self._model.hf_tokenizer,
            multilingual,
            task="transcribe",
            language=language if multilingual else "en",
        )
        self._prompt = self._model.get_prompt(self._tokenizer, [], without_timestamps=True)

    async def transcribe(self, clip: Clip) -> str:
        """Return the words in a clip; empty when there is no speech."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, self._transcribe, clip)

    def close(self) -> None:
        """End the thread."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _transcribe(self, clip: Clip) -> str:
        sound = clip.at(_RATE).samples.astype(np.float32) / np.float32(32768)
        step = int(_LONGEST_S * _RATE)
        parts = [self._part(sound[i : i + step]) for i in range(0, len(sound), step)]
        return " ".join(part for part in parts if part)

    def _part(self, sound: NDArray[np.float32]) -> str:
        seconds = len(sound) / _RATE
        text, doubtful = self._decode(sound, min(_LONGEST_S, max(_SHORTEST_WINDOW_S, seconds + 1)))
        if doubtful:
            text, _ = self._decode(sound, _LONGEST_S)
        return text

    def _decode(self, sound: NDArray[np.float32], window: float) -> tuple[str, bool]:
        padded = np.concatenate([sound, np.zeros(max(0, int(window * _RATE) - len(sound)), np.float32)])
        mel: NDArray[Any] = self._model.feature_extractor(padded, padding=0)[:, : int(window * 100)]
        features = ctranslate2.StorageView.from_array(np.ascontiguousarray(mel[None].astype(np.float32)))
        most = int(len(sound) / _RATE * _TOKENS_PER_S) + 14
        result = self._model.model.generate(
            features,
            [self._prompt],
            beam_size=1,
            max_length=len(self._prompt) + most,
            suppress_blank=True,
            suppress_tokens=[-1],
        )[0]
        ids = [token for token in result.sequences_ids[0] if token < self._tokenizer.eot]
        text: str = self._tokenizer.decode(ids).strip()
        squeezed = len(text) / max(1, len(zlib.compress(text.encode())))
        return text, len(ids) >= most - 1 or squeezed > _LOOPING


def _lowest_priority() -> None:
    """Let everything else have a core first; the threads that this one starts inherit that."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
