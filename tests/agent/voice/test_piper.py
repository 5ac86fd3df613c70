"""The real voice. MODELS_DIR must hold it (`make models`)."""

import time
from pathlib import Path

import numpy as np
import pytest

from agent.voice.pieces import PIECE_SAMPLES
from agent.voice.piper import PiperVoice
from parley.errors import EngineError, ModelMissing
from tests.agent.voice.conftest import LONG, folder_of, joined


@pytest.fixture(scope="module")
def folder() -> Path:
    return folder_of("en_US-joe-medium")


@pytest.fixture(scope="module")
def voice(folder: Path) -> PiperVoice:
    return PiperVoice(folder, threads=1, level_dbfs=-18)


def test_stretches_join_without_a_seam(voice: PiperVoice, monkeypatch: pytest.MonkeyPatch) -> None:
    stretches = joined(list(voice.speak(LONG))).astype(float)
    monkeypatch.setattr("agent.voice.piper.SCHEDULE", (4096,))
    whole = joined(list(voice.speak(LONG))).astype(float)
    assert len(stretches) == len(whole)
    difference = np.sqrt(np.mean((stretches - whole) ** 2) / np.mean(whole**2))
    assert 20 * np.log10(difference) < -45


def test_a_sentence_always_sounds_the_same(voice: PiperVoice, folder: Path) -> None:
    other = PiperVoice(folder, threads=2, level_dbfs=-18)
    first, second = joined(list(voice.speak("Of course."))), joined(list(other.speak("Of course.")))
    assert len(first) == len(second)
    assert np.abs(first.astype(int) - second.astype(int)).max() < 50


def test_words_end_where_they_are_heard(voice: PiperVoice) -> None:
    """The long pause after the first word of these two sentences must lie between the words."""
    pieces = list(voice.speak("Wonderful! Goodbye."))
    at = [sum(len(p.pcm) for p in pieces[: n + 1]) for n, p in enumerate(pieces) if p.text]
    pcm = joined(pieces).astype(float)
    quiet = [np.sqrt(np.mean(pcm[i : i + 800] ** 2)) for i in range(3200, at[-1] - 3200, 160)]
    gap = 3200 + int(np.argmin(quiet)) * 160
    assert abs(at[0] - gap) < PIECE_SAMPLES + 1600


def test_the_first_samples_come_long_before_the_last(voice: PiperVoice) -> None:
    list(voice.speak(LONG))
    started = time.monotonic()
    steps = voice.speak(LONG)
    next(steps)
    first = time.monotonic() - started
    list(steps)
    assert first < (time.monotonic() - started) * 0.5


def test_a_voice_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="TTS_VOICE"):
        PiperVoice(tmp_path / "nobody", threads=1, level_dbfs=-18)


def test_a_voice_that_is_broken(tmp_path: Path) -> None:
    folder = tmp_path / "joe"
    (folder / ".streaming-vits").mkdir(parents=True)
    (folder / ".streaming-vits" / "joe.split.json").write_text("{}")
    (folder / "joe.onnx.json").write_text("{ no json")
    with pytest.raises(EngineError, match="voice joe"):
        PiperVoice(folder, threads=1, level_dbfs=-18)
