"""Whether the caller has finished, judged from how the words sound: smart-turn v3.2.

The model listens to the last eight seconds (16 kHz, silence put before shorter audio) as a Whisper log-mel
spectrogram of the waveform brought to zero mean and unit variance, and gives the probability that the
speaker is done. It costs about 40 ms on one core and does not wait for the words.
"""

from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from parley import audio
from parley.errors import ModelMissing
from stt.transcriber import Samples

WINDOW_S = 8
WINDOW_SAMPLES = WINDOW_S * audio.SAMPLE_RATE
_VARIANCE_FLOOR = 1e-7


class Endpointer(Protocol):
    """Judges whether a turn is over; its calls block, and come from one thread at a time."""

    def end_of_turn(self, samples: Samples) -> float:
        """Return the probability (0…1) that the speaker of `samples`, which end in a pause, has finished."""


class SmartTurn:
    """smart-turn v3.2 by ONNX Runtime."""

    def __init__(self, model: Path, threads: int = 1) -> None:
        if not model.is_file():
            raise ModelMissing("STT_END_OF_TURN", model)
        # Both take a second to import: not at import of this module.
        import onnxruntime  # noqa: PLC0415
        from faster_whisper.feature_extractor import FeatureExtractor  # noqa: PLC0415

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Idle threads that spin would take the cores from the decoder.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session: Any = onnxruntime.InferenceSession(
            str(model), options, providers=["CPUExecutionProvider"]
        )
        self._mel: Any = FeatureExtractor(feature_size=80, chunk_length=WINDOW_S)

    def end_of_turn(self, samples: Samples) -> float:
        """Return the probability that the speaker has finished."""
        features = self.features(samples)[None]
        return float(self._session.run(None, {"input_features": features})[0][0, 0])

    def features(self, samples: Samples) -> NDArray[np.float32]:
        """Return the log-mel spectrogram of the last eight seconds, shape (80, 800)."""
        mel: NDArray[np.float32] = self._mel(standardise(last_window(samples)), padding=0)
        return np.ascontiguousarray(mel, np.float32)


def last_window(samples: Samples) -> Samples:
    """Return the last eight seconds, with silence before them if there are fewer."""
    window = np.zeros(WINDOW_SAMPLES, np.float32)
    tail = samples[-WINDOW_SAMPLES:]
    if len(tail):
        window[-len(tail) :] = tail
    return window


def standardise(samples: Samples) -> Samples:
    """Bring the waveform to zero mean and unit variance, as the model was trained."""
    return (samples - samples.mean()) / np.sqrt(samples.var() + np.float32(_VARIANCE_FLOOR))
