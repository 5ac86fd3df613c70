import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from parley import audio
from parley.errors import EngineError, ModelMissing
from stt.transcriber import Samples
from stt.whisper import Whisper, loudest_dbfs
from tests.stt.conftest import PAUSE, SAID, stt_model

RATE = audio.SAMPLE_RATE


def test_loudest_level() -> None:
    samples = np.zeros(RATE, np.float32)
    assert loudest_dbfs(samples) == float("-inf")
    assert loudest_dbfs(samples[:0]) == float("-inf")
    samples[RATE // 2 :] = 0.1
    assert loudest_dbfs(samples) == pytest.approx(-20.0, abs=0.01)
    assert loudest_dbfs(np.full(10, 0.1, np.float32)) == pytest.approx(-20.0, abs=0.01)


def test_missing_model_names_path_setting_and_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing) as caught:
        Whisper(tmp_path / "whisper" / "huge", "auto", "auto", 1)
    for word in ("STT_MODEL", str(tmp_path / "whisper" / "huge"), "make models"):
        assert word in str(caught.value)


@pytest.fixture(scope="module")
def whisper(models_dir: Path) -> Whisper:
    return Whisper(models_dir / "whisper" / stt_model(), "cpu", "auto", 2)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())


@pytest.mark.parametrize("name", SAID)
def test_human_speech(whisper: Whisper, speech: Callable[[str], Samples], name: str) -> None:
    heard = whisper.transcribe(np.concatenate([speech(name), PAUSE]), "en")
    assert _words(heard.text) == _words(SAID[name])
    assert heard.verdict == "speech"


def test_a_batch_has_the_words_of_one_by_one(
    whisper: Whisper, models_dir: Path, speech: Callable[[str], Samples], monologue: Samples
) -> None:
    audio_of = [*(speech(name) for name in SAID), monologue, np.zeros(RATE, np.float32)]
    alone = [whisper.transcribe(samples, "en") for samples in audio_of]
    batched = Whisper(
        models_dir / "whisper" / stt_model(), "cpu", "auto", 2, at_once=len(audio_of), batched=True
    )
    with ThreadPoolExecutor(len(audio_of)) as pool:
        together = list(pool.map(lambda samples: batched.transcribe(samples, "en"), audio_of))
    assert [(heard.text, heard.verdict) for heard in together] == [
        (heard.text, heard.verdict) for heard in alone
    ]


def test_quiet_speech_is_heard(whisper: Whisper, speech: Callable[[str], Samples]) -> None:
    heard = whisper.transcribe(speech("vm-goodbye") * 0.05, "en")
    assert _words(heard.text) == ["goodbye"]


def test_silence_is_not_even_decoded(whisper: Whisper) -> None:
    heard = whisper.transcribe(np.zeros(2 * RATE, np.float32), "en")
    assert (heard.text, heard.verdict, heard.decodes) == ("", "silence", 0)
    assert whisper.transcribe(np.zeros(0, np.float32), "en").verdict == "silence"


@pytest.mark.parametrize("level_dbfs", [-50, -35, -20])
@pytest.mark.parametrize("seconds", [0.5, 3.0])
def test_noise_gives_no_words(whisper: Whisper, level_dbfs: float, seconds: float) -> None:
    noise = np.random.default_rng(2).standard_normal(int(seconds * RATE)) * 10 ** (level_dbfs / 20)
    assert whisper.transcribe(noise.astype(np.float32), "en").text == ""


def test_tones_and_clicks_give_no_words(whisper: Whisper) -> None:
    time = np.arange(3 * RATE) / RATE
    dial_tone = 0.2 * (np.sin(2 * np.pi * 350 * time) + np.sin(2 * np.pi * 440 * time))
    click = np.zeros(2 * RATE)
    click[RATE : RATE + 400] = np.random.default_rng(3).standard_normal(400) * 0.5
    for sound in (dial_tone, click):
        assert whisper.transcribe(sound.astype(np.float32), "en").text == ""


def test_audio_longer_than_a_window_is_heard_to_the_end(whisper: Whisper, monologue: Samples) -> None:
    heard = whisper.transcribe(np.tile(monologue, 2), "en")
    assert heard.decodes >= 2
    for word in ("incorrect", "tone", "keywords", "conference"):
        assert heard.text.lower().count(word) == 2


def test_a_vocabulary_hint_does_no_harm(whisper: Whisper, speech: Callable[[str], Samples]) -> None:
    heard = whisper.transcribe(speech("vm-rec-name"), "en", "pound key, TechStore, invoice, " * 60)
    assert _words(heard.text) == _words(SAID["vm-rec-name"])


def test_an_unknown_language_is_an_engine_error(whisper: Whisper, speech: Callable[[str], Samples]) -> None:
    if stt_model().endswith(".en"):
        assert whisper.transcribe(speech("vm-goodbye"), "xx").text  # it only knows one
        return
    with pytest.raises(EngineError, match="'xx'"):
        whisper.transcribe(speech("vm-goodbye"), "xx")
