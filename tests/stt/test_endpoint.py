from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from parley.errors import ModelMissing
from stt.endpoint import WINDOW_SAMPLES, SmartTurn, last_window, standardise
from stt.transcriber import Samples
from tests.stt.conftest import PAUSE, SAID


def test_the_window_holds_the_end_of_long_audio() -> None:
    samples = np.arange(WINDOW_SAMPLES + 5, dtype=np.float32)
    assert np.array_equal(last_window(samples), samples[5:])


def test_silence_is_put_before_short_audio() -> None:
    window = last_window(np.ones(10, np.float32))
    assert len(window) == WINDOW_SAMPLES
    assert window[:-10].max() == 0
    assert window[-10:].min() == 1
    assert last_window(np.zeros(0, np.float32)).shape == (WINDOW_SAMPLES,)


def test_standardised_audio_has_zero_mean_and_unit_variance() -> None:
    samples = np.random.default_rng(0).standard_normal(16000).astype(np.float32) * 0.01 + 0.3
    result = standardise(samples)
    assert result.mean() == pytest.approx(0, abs=1e-3)
    assert result.std() == pytest.approx(1, abs=1e-2)
    assert np.isfinite(standardise(np.zeros(100, np.float32))).all()


def test_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="make models"):
        SmartTurn(tmp_path / "smart-turn.onnx")


@pytest.fixture(scope="module")
def smart_turn(models_dir: Path) -> SmartTurn:
    return SmartTurn(models_dir / "turn" / "smart-turn-v3.2-cpu.onnx")


def test_features_are_whispers_log_mel(smart_turn: SmartTurn, speech: Callable[[str], Samples]) -> None:
    """Against a plain computation in double precision, window by window."""
    samples = speech("demo-nomatch")
    features = smart_turn.features(samples)
    assert features.shape == (80, 800)
    assert features.dtype == np.float32
    wave = np.pad(standardise(last_window(samples)).astype(np.float64), 200, mode="reflect")
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(400) / 400)
    filters = smart_turn._mel.mel_filters.astype(np.float64)
    log = np.empty((80, 800))
    for frame in range(800):
        power = np.abs(np.fft.rfft(wave[frame * 160 : frame * 160 + 400] * hann)) ** 2
        log[:, frame] = np.log10(np.maximum(filters @ power, 1e-10))
    expected = (np.maximum(log, log.max() - 8) + 4) / 4
    assert np.abs(features - expected).max() < 1e-4


@pytest.mark.parametrize("name", sorted(SAID.keys() - {"vm-goodbye"}))
def test_a_finished_sentence_scores_higher_than_half_of_it(
    smart_turn: SmartTurn, speech: Callable[[str], Samples], name: str
) -> None:
    said = speech(name)
    whole = smart_turn.end_of_turn(np.concatenate([said, PAUSE]))
    half = smart_turn.end_of_turn(np.concatenate([said[: int(len(said) * 0.55)], PAUSE]))
    assert 0 <= half < whole <= 1
    assert whole > 0.5


def test_every_length_gives_a_probability(smart_turn: SmartTurn) -> None:
    for length in (1, 160, WINDOW_SAMPLES, WINDOW_SAMPLES * 2):
        assert 0 <= smart_turn.end_of_turn(np.zeros(length, np.float32)) <= 1
