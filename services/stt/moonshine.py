"""Moonshine tiny by ONNX Runtime: a small recogniser for words that are still being spoken. English only.

Its encoder reads the waveform as it is, however short, where Whisper's reads a window of fixed length; so a second of
speech costs a fraction of what Whisper takes, and the growing audio of a caller can be read again and again (Jeffries
et al. 2024, Moonshine: Speech Recognition for Live Transcription and Voice Commands).
"""

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parley import audio
from parley.errors import ModelMissing
from stt.text_guard import Evidence, judge, looks_looped
from stt.transcriber import Heard, Samples
from stt.whisper import SILENT_DBFS, loudest_dbfs

LANGUAGE = "en"
LONGEST_S = 12.0
"""Longer audio is not read: its cost grows with its length, and who talks for so long asks nothing that could be
prepared."""
SHORTEST_S = 0.6
"""Shorter audio is read with silence after it: the model knows no single syllable without an end."""
TOKENS_PER_S = 6
"""Faster than anybody speaks; the model's authors stop there, too."""
SPARE_TOKENS = 4
NOBODY_BELOW = -0.9
"""Mean log probability of the tokens below which nobody spoke: the model has no measure of its own for that."""
_UNKNOWN = 0.4
"""Probability of no speech where nothing is known of it: a weak sign, by which the favourite inventions go."""
_NOISE = frozenset({"", "You"})
"""What it makes of clicks, breaths and line noise, and is sure of; nobody says only that."""
_BEGIN, _END = 1, 2
_LAYERS, _HEADS, _HEAD_SIZE = 6, 8, 36
_NAMES = tuple(
    f"past_key_values.{layer}.{side}.{what}"
    for layer in range(_LAYERS)
    for side in ("decoder", "encoder")
    for what in ("key", "value")
)
"""In the order in which the decoder gives them out."""
_FILES = ("encoder_model.ort", "decoder_model_merged.ort", "tokenizer.json")
Floats = NDArray[np.float32]


class Moonshine:
    """A loaded Moonshine model; one thread, because two are slower for so small matrices."""

    device = "cpu"

    def __init__(self, folder: Path) -> None:
        for name in _FILES:
            if not (folder / name).is_file():
                raise ModelMissing("PARTIAL_WORDS", folder / name)
        # Slow to import: not at import of this module.
        import onnxruntime  # noqa: PLC0415
        from tokenizers import Tokenizer  # noqa: PLC0415

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._encoder, self._decoder = (
            onnxruntime.InferenceSession(str(folder / name), options, providers=["CPUExecutionProvider"])
            for name in _FILES[:2]
        )
        self._tokenizer: Any = Tokenizer.from_file(str(folder / _FILES[2]))

    def transcribe(self, samples: Samples, language: str, vocabulary: str = "") -> Heard:
        """Write down what is said so far; nothing in another language or of longer audio. No hints are taken."""
        del vocabulary
        level_dbfs = loudest_dbfs(samples)
        if level_dbfs < SILENT_DBFS:
            return Heard("", "silence", 0)
        if language != LANGUAGE or len(samples) > LONGEST_S * audio.SAMPLE_RATE:
            return Heard("", "noise", 0)
        tokens, log_probability = self._decode(samples)
        text = self._tokenizer.decode(tokens, skip_special_tokens=True).strip()
        if text.rstrip(".!?") in _NOISE:
            return Heard("", "noise", 1)
        no_speech = 1.0 if log_probability < NOBODY_BELOW else _UNKNOWN
        words, verdict = judge(text, Evidence(no_speech, log_probability, level_dbfs))
        if words and looks_looped(words):
            words, verdict = "", "hallucination"
        return Heard(words, verdict, 1, math.exp(log_probability))

    def _decode(self, samples: Samples) -> tuple[list[int], float]:
        """Greedy tokens, and the mean of their log probabilities."""
        least = int(SHORTEST_S * audio.SAMPLE_RATE)
        heard = np.pad(samples, (0, max(0, least - len(samples))))[None].astype(np.float32)
        mask = np.ones(heard.shape, np.int64)
        states = self._encoder.run(None, {"input_values": heard, "attention_mask": mask})[0]
        past = dict.fromkeys(_NAMES, np.zeros((0, _HEADS, 1, _HEAD_SIZE), np.float32))
        tokens: list[int] = []
        total, token = 0.0, _BEGIN
        for step in range(int(len(samples) / audio.SAMPLE_RATE * TOKENS_PER_S) + SPARE_TOKENS):
            logits, *present = self._decoder.run(
                None,
                {
                    "encoder_attention_mask": mask,
                    "encoder_hidden_states": states,
                    "input_ids": np.array([[token]], np.int64),
                    "use_cache_branch": np.array([step > 0]),
                    **past,
                },
            )
            token, log_probability = _likeliest(logits[0, -1])
            total += log_probability
            if token == _END:
                break
            tokens.append(token)
            # What the decoder reads of the encoder is worked out in the first step, and empty in the later ones.
            fresh = zip(_NAMES, present, strict=True)
            past |= {name: value for name, value in fresh if step == 0 or ".decoder." in name}
        return tokens, total / (len(tokens) + 1)


def _likeliest(logits: Floats) -> tuple[int, float]:
    best = int(logits.argmax())
    return best, -float(np.log(np.exp(logits - logits[best]).sum()))
