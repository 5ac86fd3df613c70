"""What the tests of the voices share."""

import os
from pathlib import Path

import numpy as np
import pytest

from agent.voice.tts import Piece
from parley import audio

LONG = (
    "We are open Monday to Friday from nine to seven, on Saturday from ten to five, and we are closed on Sundays and on"
    " public holidays."
)


def joined(pieces: list[Piece]) -> audio.Pcm:
    return np.concatenate([p.pcm for p in pieces])


def folder_of(voice: str) -> Path:
    """A voice's folder on the models volume; the test is left out where it is not there."""
    folder = Path(os.environ.get("MODELS_DIR", "/models")) / "tts" / voice
    if not folder.is_dir():
        pytest.skip(f"no voice at {folder}")
    return folder
