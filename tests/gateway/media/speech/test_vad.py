from pathlib import Path

import numpy as np
import pytest

from gateway.media.speech.vad import LOOKBACK_SAMPLES, WINDOW_SAMPLES, ModelInput
from gateway.media.speech.vad_onnx import OnnxVad
from parley.errors import ModelMissing


def windows(samples: np.ndarray) -> np.ndarray:
    """Consecutive windows, each with what went before it."""
    padded = np.concatenate([np.zeros(LOOKBACK_SAMPLES, np.int16), samples]).astype(np.float32) / 32768
    count = len(samples) // WINDOW_SAMPLES
    width = LOOKBACK_SAMPLES + WINDOW_SAMPLES
    return np.stack([padded[i * WINDOW_SAMPLES :][:width] for i in range(count)])


def judge(engine: OnnxVad, row: int, samples: np.ndarray) -> np.ndarray:
    rows = np.array([row])
    return np.array([engine.probabilities(rows, window[None])[0] for window in windows(samples)])


@pytest.mark.parametrize("rate", [8_000, 16_000])
def test_human_speech_against_silence_noise_and_clicks(silero: Path, human: np.ndarray, rate: int) -> None:
    engine = OnnxVad(silero, 4, rate)
    noise = np.random.default_rng(0)
    clicks = np.zeros(64_000, np.int16)
    clicks[::8000] = 20_000
    speech = judge(engine, 0, human)
    assert (speech > 0.5).mean() > 0.7
    assert judge(engine, 1, np.zeros(32_000, np.int16)).max() < 0.3
    assert (judge(engine, 2, noise.normal(0, 300, 64_000).astype(np.int16)) > 0.5).mean() < 0.05
    assert (judge(engine, 3, clicks) > 0.5).mean() < 0.05


@pytest.mark.parametrize("rate", [8_000, 16_000])
def test_a_batch_says_what_single_windows_say(silero: Path, human: np.ndarray, rate: int) -> None:
    calls = [human[:32_000], human[40_000:72_000], human[80_000:112_000]]
    alone = OnnxVad(silero, 3, rate)
    expected = np.stack([judge(alone, row, samples) for row, samples in enumerate(calls)])
    together = OnnxVad(silero, 3, rate)
    rows = np.array([2, 0, 1])
    columns = np.stack([windows(calls[row]) for row in rows])
    batched = np.stack([together.probabilities(rows, columns[:, i]) for i in range(columns.shape[1])], axis=1)
    assert np.abs(batched - expected[rows]).max() < 0.01


def test_reset_forgets_a_call(silero: Path, human: np.ndarray) -> None:
    engine = OnnxVad(silero, 1, 8_000)
    first = judge(engine, 0, human[:16_000])
    engine.reset(0)
    assert (judge(engine, 0, human[:16_000]) == first).all()


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="MODELS_DIR"):
        OnnxVad(tmp_path / "none.onnx", 1)


def test_rates() -> None:
    with pytest.raises(ValueError, match="8000 or 16000"):
        ModelInput(11_025)
    batch = np.ones((2, LOOKBACK_SAMPLES + WINDOW_SAMPLES), np.float32)
    assert ModelInput(16_000)(batch).shape == (2, 576)
    halved = ModelInput(8_000)(batch)
    assert halved.shape == (2, 288)
    assert np.abs(halved - 1).max() < 1e-3
