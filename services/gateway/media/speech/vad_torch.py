"""Silero VAD on torch: the optional engine (the `torch` extra), and the way to a GPU. On a CPU ONNX Runtime is as fast.

Nothing of torch is imported before an engine is made.
"""

import importlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gateway.media.rtp.packets import Ints
from gateway.media.speech.vad import ModelInput
from parley.audio import SAMPLE_RATE
from parley.errors import ModelMissing, SettingError


class TorchVad:
    """Silero's TorchScript model, on one thread of the CPU or on the first GPU."""

    def __init__(self, model: Path, capacity: int, rate: int = 8_000) -> None:
        try:
            torch = importlib.import_module("torch")
        except ImportError as error:
            raise SettingError("VAD_ENGINE", "torch is not installed: build with the torch extra") from error
        if not model.is_file():
            raise ModelMissing("MODELS_DIR", model)
        self._torch = torch
        torch.set_num_threads(1)
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        module = torch.jit.load(str(model), map_location=self._device).eval()
        # The module keeps one batch's state; the networks inside take and return it.
        self._network = module._model if rate == SAMPLE_RATE else module._model_8k
        self._state = torch.zeros((2, capacity, 128), device=self._device)
        self._input = ModelInput(rate)

    def probabilities(self, rows: Ints, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """See VadEngine."""
        torch = self._torch
        with torch.inference_mode():
            index = torch.from_numpy(rows).to(self._device)
            audio = torch.from_numpy(np.ascontiguousarray(self._input(windows))).to(self._device)
            probabilities, state = self._network(audio, self._state[:, index])
            self._state[:, index] = state
            return np.asarray(probabilities.reshape(-1).cpu().numpy())

    def reset(self, row: int) -> None:
        """See VadEngine."""
        self._state[:, row] = 0
