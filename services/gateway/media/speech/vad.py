"""Voice activity detection for many calls in one inference: Silero VAD behind a small interface.

The model (silero-vad 6.2, MIT) takes windows of 32 ms preceded by 4 ms of context and carries a recurrent state per
call. At 8 kHz it costs about half of what it costs at 16 kHz.
"""

from pathlib import Path
from typing import Literal, Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from gateway.media.rtp.packets import Ints
from gateway.media.rtp.resample import HALVING_CONTEXT, halve
from gateway.media.speech.vad_graph import batched
from parley import log
from parley.audio import SAMPLE_RATE
from parley.errors import ModelMissing

VadEngineName = Literal["onnx", "torch"]
WINDOW_SAMPLES = 512
"""New samples of a window at 16 kHz: 32 ms."""
CONTEXT_SAMPLES = 64
LOOKBACK_SAMPLES = CONTEXT_SAMPLES + HALVING_CONTEXT
"""Samples at 16 kHz before a window that an engine may need."""

_log = log.get("vad")


class VadEngine(Protocol):
    """Speech probabilities of windows of several calls at once."""

    def probabilities(self, rows: Ints, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Windows (n, LOOKBACK_SAMPLES + WINDOW_SAMPLES) at 16 kHz, −1…1, of the calls `rows` → (n,), 0…1."""

    def reset(self, row: int) -> None:
        """Forget a call's past."""


class ModelInput:
    """Cuts the model's input out of a window, at the model's own rate."""

    def __init__(self, rate: int) -> None:
        if rate not in (8_000, 16_000):
            raise ValueError(f"rate must be 8000 or 16000, not {rate}")
        self.rate = rate

    def __call__(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Windows as VadEngine has them → context and new samples at the model's rate."""
        if self.rate == SAMPLE_RATE:
            return windows[:, HALVING_CONTEXT:]
        return halve(windows)


class OnnxVad:
    """Silero on ONNX Runtime, on one thread: the tick has its own core's time, not more."""

    def __init__(self, model: Path, capacity: int, rate: int = 8_000) -> None:
        if not model.is_file():
            raise ModelMissing("MODELS_DIR", model)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3  # it would tell of every constant that it can do without
        self._session = onnxruntime.InferenceSession(
            _prepared(model), sess_options=options, providers=["CPUExecutionProvider"]
        )
        self._state = np.zeros((2, capacity, 128), np.float32)
        self._input = ModelInput(rate)
        self._rate = np.array(rate, np.int64)

    def probabilities(self, rows: Ints, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """See VadEngine."""
        feed = {"input": self._input(windows), "state": self._state[:, rows], "sr": self._rate}
        probabilities, state = self._session.run(None, feed)
        self._state[:, rows] = state
        return np.asarray(probabilities[:, 0])

    def reset(self, row: int) -> None:
        """See VadEngine."""
        self._state[:, row] = 0


def _prepared(model: Path) -> bytes:
    try:
        return batched(model)
    except ValueError as error:  # another release of it: as it is, it is only slower
        _log.warning("the model is used as it is", error=str(error))
        return model.read_bytes()


def make_engine(name: VadEngineName, folder: Path, capacity: int, rate: int) -> VadEngine:
    """Make the engine of that name for `capacity` calls, with its model from `folder`."""
    if name == "torch":
        from gateway.media.speech.vad_torch import TorchVad  # noqa: PLC0415  # not before it is asked for

        return TorchVad(folder / "silero_vad.jit", capacity, rate)
    return OnnxVad(folder / "silero_vad.onnx", capacity, rate)
