import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from parley import audio
from parley.errors import ModelMissing
from stt.moonshine import LONGEST_S, Moonshine
from stt.transcriber import Samples
from tests.stt.conftest import SAID

RATE = audio.SAMPLE_RATE
HUSH = np.zeros(RATE // 10, np.float32)


@pytest.fixture(scope="module")
def moonshine(models_dir: Path) -> Moonshine:
    return Moonshine(models_dir / "moonshine" / "tiny-en")


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())


@pytest.mark.parametrize("name", ["conf-onlyperson", "vm-rec-name", "vm-goodbye"])
def test_human_speech_after_100_ms_of_silence(
    moonshine: Moonshine, speech: Callable[[str], Samples], name: str
) -> None:
    heard = moonshine.transcribe(np.concatenate([speech(name), HUSH]), "en")
    # "Good bye" is as good.
    assert "".join(_words(heard.text)) == "".join(_words(SAID[name]))
    assert heard.verdict == "speech"
    assert heard.confidence is not None
    assert 0.5 < heard.confidence <= 1


def test_the_words_grow_with_the_audio(moonshine: Moonshine, speech: Callable[[str], Samples]) -> None:
    samples = speech("vm-rec-name")
    texts = [_words(moonshine.transcribe(samples[: round(s * RATE)], "en").text) for s in (1.2, 2.2, 3.2)]
    assert texts[0][:2] == texts[1][:2] == texts[2][:2] == ["after", "the"]
    assert len(texts[0]) < len(texts[1]) < len(texts[2])


def test_silence_is_not_decoded(moonshine: Moonshine) -> None:
    assert moonshine.transcribe(np.zeros(RATE, np.float32), "en").verdict == "silence"
    assert moonshine.transcribe(np.zeros(0, np.float32), "en").verdict == "silence"


@pytest.mark.parametrize("level_dbfs", [-50, -35])
@pytest.mark.parametrize("seconds", [0.5, 3.0])
def test_noise_gives_nothing_but_a_hum(moonshine: Moonshine, level_dbfs: float, seconds: float) -> None:
    noise = np.random.default_rng(2).standard_normal(int(seconds * RATE)) * 10 ** (level_dbfs / 20)
    # Which is no wish to speak, either.
    assert moonshine.transcribe(noise.astype(np.float32), "en").text in ("", "Mm-Hmm")


def test_tones_and_clicks_give_no_words(moonshine: Moonshine) -> None:
    time = np.arange(3 * RATE) / RATE
    dial_tone = 0.2 * (np.sin(2 * np.pi * 350 * time) + np.sin(2 * np.pi * 440 * time))
    click = np.zeros(2 * RATE)
    click[RATE : RATE + 400] = np.random.default_rng(3).standard_normal(400) * 0.5
    for sound in (dial_tone, click):
        assert moonshine.transcribe(sound.astype(np.float32), "en").text == ""


def test_other_languages_and_monologues_are_left_to_the_transcript(
    moonshine: Moonshine, speech: Callable[[str], Samples]
) -> None:
    samples = speech("vm-rec-name")
    assert moonshine.transcribe(samples, "de").decodes == 0
    long = np.resize(samples, int(LONGEST_S * RATE) + 1)
    assert moonshine.transcribe(long, "en").decodes == 0


def test_missing_model_names_path_setting_and_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing) as caught:
        Moonshine(tmp_path / "moonshine")
    for word in ("PARTIAL_WORDS", str(tmp_path / "moonshine"), "make models"):
        assert word in str(caught.value)
