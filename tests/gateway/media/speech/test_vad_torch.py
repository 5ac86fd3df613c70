import importlib.util
import os
from pathlib import Path

import numpy as np
import pytest

from gateway.media.speech.engines import make_engine
from gateway.media.speech.vad import LOOKBACK_SAMPLES, WINDOW_SAMPLES
from gateway.media.speech.vad_onnx import OnnxVad
from gateway.media.speech.vad_torch import TorchVad
from parley.errors import ModelMissing, SettingError

HAS_TORCH = importlib.util.find_spec("torch") is not None
with_torch = pytest.mark.skipif(not HAS_TORCH, reason="torch is an optional extra")


@pytest.fixture
def jit() -> Path:
    path = Path(os.environ.get("MODELS_DIR", "/models")) / "vad" / "silero_vad.jit"
    if not path.is_file():
        pytest.skip(f"no model at {path}: it is fetched with VAD_ENGINE=torch")
    return path


@with_torch
@pytest.mark.parametrize("rate", [8_000, 16_000])
def test_both_engines_agree_on_human_speech(jit: Path, silero: Path, human: np.ndarray, rate: int) -> None:
    calls = [human[:64_000], human[64_000:128_000], np.zeros(64_000, np.int16)]
    engines = [TorchVad(jit, 4, rate), OnnxVad(silero, 4, rate)]
    rows = np.array([3, 0, 1])
    padded = np.zeros((3, LOOKBACK_SAMPLES + 64_000), np.float32)
    for row, samples in zip(padded, calls, strict=True):
        row[LOOKBACK_SAMPLES:] = samples / np.float32(32768)
    heard: list[list[np.ndarray]] = [[], []]
    for at in range(0, 64_000 - WINDOW_SAMPLES, WINDOW_SAMPLES):
        window = padded[:, at : at + LOOKBACK_SAMPLES + WINDOW_SAMPLES]
        for said, engine in zip(heard, engines, strict=True):
            said.append(engine.probabilities(rows, window))
    torch_says, onnx_says = np.stack(heard[0]), np.stack(heard[1])
    assert ((torch_says > 0.5) == (onnx_says > 0.5)).mean() > 0.97
    assert (torch_says[:, :2] > 0.5).mean() > 0.6
    assert torch_says[:, 2].max() < 0.3


@with_torch
def test_reset_forgets_a_call(jit: Path) -> None:
    engine = TorchVad(jit, 2)
    window = (
        np.random.default_rng(0).normal(0, 0.1, (1, LOOKBACK_SAMPLES + WINDOW_SAMPLES)).astype(np.float32)
    )
    rows = np.array([1])
    first = engine.probabilities(rows, window)
    engine.probabilities(rows, window)
    engine.reset(1)
    assert (engine.probabilities(rows, window) == first).all()


@with_torch
def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="MODELS_DIR"):
        make_engine("torch", tmp_path, 1, 8_000)


@pytest.mark.skipif(HAS_TORCH, reason="torch is there")
def test_without_torch_the_setting_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="VAD_ENGINE"):
        make_engine("torch", tmp_path, 1, 8_000)
