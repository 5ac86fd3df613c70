"""The rewritten graph gives what the published one gives."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from gateway.media.speech.vad import LOOKBACK_SAMPLES, WINDOW_SAMPLES
from gateway.media.speech.vad_graph import batched
from gateway.media.speech.vad_onnx import OnnxVad


def session(model: str | bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, sess_options=options, providers=["CPUExecutionProvider"])


@pytest.mark.parametrize(("rate", "samples"), [(8_000, 288), (16_000, 576)])
@pytest.mark.parametrize("calls", [1, 2, 33])
def test_the_same_speech_has_the_same_probabilities_and_states(
    silero: Path, human: np.ndarray, rate: int, samples: int, calls: int
) -> None:
    published, rewritten = session(str(silero)), session(batched(silero))
    states = [np.zeros((2, calls, 128), np.float32)] * 2
    begins = np.random.default_rng(calls).integers(0, len(human) - 10 * samples, calls)
    for step in range(8):
        windows = np.stack([human[at + step * samples :][:samples] for at in begins]) / np.float32(32768)
        told = []
        for i, model in enumerate((published, rewritten)):
            feed = {"input": windows.astype(np.float32), "state": states[i], "sr": np.array(rate, np.int64)}
            probabilities, states[i] = model.run(None, feed)
            told.append(probabilities)
        assert told[0] == pytest.approx(told[1], abs=1e-4)
    assert states[0] == pytest.approx(states[1], abs=1e-3)


def test_another_model_is_refused_here_and_used_as_it_is_by_the_engine(
    silero: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.media.speech.vad_graph._CONVOLUTIONS", 6)
    with pytest.raises(ValueError, match=silero.name):
        batched(silero)
    engine = OnnxVad(silero, 1)
    windows = np.zeros((1, LOOKBACK_SAMPLES + WINDOW_SAMPLES), np.float32)
    assert engine.probabilities(np.array([0]), windows)[0] < 0.5
