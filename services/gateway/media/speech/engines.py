"""Which engine detects speech."""

from pathlib import Path
from typing import Literal

from gateway.media.speech.vad import VadEngine
from gateway.media.speech.vad_onnx import OnnxVad
from gateway.media.speech.vad_torch import TorchVad

VadEngineName = Literal["onnx", "torch"]


def make_engine(name: VadEngineName, folder: Path, capacity: int, rate: int) -> VadEngine:
    """Make the engine of that name for `capacity` calls, with its model from `folder`."""
    if name == "torch":
        return TorchVad(folder / "silero_vad.jit", capacity, rate)
    return OnnxVad(folder / "silero_vad.onnx", capacity, rate)
