"""Silero VAD on ONNX Runtime: the engine that is used unless another one is asked for."""

from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from gateway.media.rtp.packets import Ints
from gateway.media.speech.vad import ModelInput
from gateway.media.speech.vad_graph import batched
from parley import log
from parley.errors import ModelMissing

_log = log.get("vad")


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
        self._state = np.zeros((2, capacity, 128), np.float32)  # the recurrent state as the model defines it
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
