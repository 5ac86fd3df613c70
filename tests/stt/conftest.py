import os
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parley import audio
from parley.bus import Bus
from parley.messages import TranscribeJob
from stt.transcriber import Samples

SPEECH = Path(__file__).parents[1] / "data" / "speech"
SAID = {
    "conf-onlyperson": "You are currently the only person in this conference.",
    "demo-nomatch": "I'm sorry, there are no matches for those keywords.",
    "vm-rec-name": "After the tone, say your name, and then press the pound key.",
    "agent-incorrect": "Login incorrect. Please enter your agent number followed by the pound key.",
    "vm-goodbye": "Goodbye.",
}
"""What the recordings say."""
PAUSE = np.zeros(audio.SAMPLE_RATE // 5, np.float32)
"""The silence after which a pause is judged."""


@pytest.fixture
async def bus(redis_url: str) -> AsyncIterator[Bus]:
    bus = Bus.connect(redis_url)
    await bus._redis.flushdb()
    yield bus
    await bus._redis.flushdb()
    await bus.close()


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """The folder of the real models: a test that needs them fails without them."""
    folder = Path(os.environ.get("MODELS_DIR", "/models"))
    if not (folder / "whisper" / stt_model() / "model.bin").is_file():
        pytest.fail(
            f"no Whisper model {stt_model()!r} in {folder}: run `make models`, or set MODELS_DIR, STT_MODEL"
        )
    return folder


def stt_model() -> str:
    return os.environ.get("STT_MODEL") or "base"


@pytest.fixture(scope="session")
def speech() -> Callable[[str], Samples]:
    """Reads a recording as the worker gets it: 16 kHz, −1…1."""
    from faster_whisper.audio import decode_audio

    def read(name: str) -> Samples:
        samples = decode_audio(str(SPEECH / f"{name}.wav"), sampling_rate=audio.SAMPLE_RATE)
        assert isinstance(samples, np.ndarray)
        return samples.astype(np.float32)

    return read


@pytest.fixture(scope="session")
def monologue(speech: Callable[[str], Samples]) -> Samples:
    """Seventeen seconds of different sentences, with pauses."""
    gap = np.zeros(audio.SAMPLE_RATE // 2, np.float32)
    names = ("agent-incorrect", "vm-rec-name", "demo-nomatch", "conf-onlyperson")
    return np.concatenate([part for name in names for part in (speech(name), gap)])


def to_pcm(samples: Samples) -> audio.Pcm:
    return np.round(samples * 32767).astype(np.int16)


async def speak(bus: Bus, call: str, samples: Samples, start: int = 0) -> int:
    """Append audio to a call's stream in chunks of 100 ms; returns one past the last sample."""
    pcm, step = to_pcm(samples), audio.SAMPLE_RATE // 10
    for at in range(0, len(pcm), step):
        await bus.append_audio(call, start + at, pcm[at : at + step])
    return start + len(pcm)


def transcribe_job(**fields: Any) -> TranscribeJob:
    values: dict[str, Any] = {
        "call": "c1", "gateway": "g1", "agent": "shop", "turn": 1, "revision": 1,
        "start_sample": 0, "end_sample": 16000, "queued_at": time.time(),
    }  # fmt: skip
    return TranscribeJob(**(values | fields))
