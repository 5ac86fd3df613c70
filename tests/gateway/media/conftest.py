"""Human speech, captured packets and models, for the tests of the media plane."""

import os
import wave
from pathlib import Path

import numpy as np
import pytest
import soxr

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="session")
def human() -> np.ndarray:
    """Eleven seconds of a woman speaking on the telephone, at 16 kHz; pauses only between words."""
    parts = [_read("demo-nomatch"), _read("vm-rec-name"), _read("conf-onlyperson")]
    return np.concatenate(parts)


def _read(name: str) -> np.ndarray:
    with wave.open(str(DATA / "speech" / f"{name}.wav")) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        return soxr.resample(samples, file.getframerate(), 16_000)


@pytest.fixture(params=["slin16", "ulaw", "alaw"])
def captured(request: pytest.FixtureRequest) -> tuple[str, list[bytes]]:
    """A format, and the first, the second and the 41st packet that Asterisk sent in it."""
    lines = (DATA / "rtp" / f"asterisk_{request.param}.hex").read_text().split()
    return request.param, [bytes.fromhex(line) for line in lines]


@pytest.fixture(scope="session")
def silero() -> Path:
    path = Path(os.environ.get("MODELS_DIR", "/models")) / "vad" / "silero_vad.onnx"
    if not path.is_file():
        pytest.skip(f"no model at {path}: set MODELS_DIR")
    return path
