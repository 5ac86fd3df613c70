"""Whisper by faster-whisper (CTranslate2), with a mel window as short as the utterance allows.

Whisper pads every utterance to 30 s, and the encoder's time goes with the window: 30 s cost three to four
times what 10 s cost. CTranslate2 accepts a shorter mel. The shorter the window, the more often the decoder
loops (about one utterance in a hundred at 10 s), so the window is 10 s or the utterance plus one second,
the tokens are capped, and a text that looks like a loop is decoded again with a longer window.
"""

import math
import os
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parley import audio
from parley.errors import EngineError, ModelMissing
from stt.batching import Batcher
from stt.text_guard import Evidence, judge, looks_looped
from stt.transcriber import Heard, Samples, joined, pieces

RATE = audio.SAMPLE_RATE
WINDOWS_S = (10.0, 15.0, 30.0)
"""The first is for every utterance that fits, the next for one whose text looks wrong; 30 s is what Whisper knows."""
MARGIN_S = 1.0
"""Silence after the last sample in the window; without it the last word gets lost."""
TOKENS_PER_S = 6
"""Faster than anybody speaks: English has about 4 tokens a second."""
SPARE_TOKENS = 10
VOCABULARY_TOKENS = 100
"""Longest hint; every token of it costs decoding time."""
SILENT_DBFS = -60.0
"""Audio whose loudest tenth of a second is below this is not decoded."""


@dataclass(frozen=True, slots=True)
class _Decoded:
    text: str
    evidence: Evidence
    suspicious: bool


@dataclass(frozen=True, slots=True)
class _Request:
    """What is decoded in one pass, alone or with others."""

    mel: NDArray[np.float32]
    """Shape (mel bins, frames)."""
    prompt: list[int]
    cap: int
    """Tokens at most."""


def _shape(request: _Request) -> Hashable:
    """What those have in common that may be decoded together."""
    return request.mel.shape, len(request.prompt)


class Whisper:
    """A loaded Whisper model, for as many threads that call it as `at_once` says."""

    def __init__(
        self,
        folder: Path,
        device: str,
        compute_type: str,
        threads: int,
        *,
        at_once: int = 1,
        batched: bool | None = None,
    ) -> None:
        """`threads` decode one utterance; `at_once` are decoded at a time: on a GPU in batches, on a CPU, where a batch
        takes as long as all of it one by one, beside each other; `batched` decides otherwise.
        """
        _check(folder)
        # libgomp's idle threads otherwise spin on the cores that the language model and the voice are waiting for.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        # Takes a second and the settings may be wrong: not at import.
        import ctranslate2  # noqa: PLC0415
        from faster_whisper import WhisperModel  # noqa: PLC0415

        self._ctranslate2 = ctranslate2
        self.device = device = device_of(device)
        if compute_type == "auto":
            compute_type = "int8" if device == "cpu" else "int8_float16"
        batched = at_once > 1 and (device == "cuda" if batched is None else batched)
        try:
            self._model: Any = WhisperModel(
                str(folder),
                device=device,
                compute_type=compute_type,
                cpu_threads=threads,
                num_workers=1 if batched else at_once,
                local_files_only=True,
            )
        except (RuntimeError, ValueError) as error:
            what = f"cannot load {folder} on {device} as {compute_type}: {error}"
            raise EngineError("internal", what) from error
        self._tokenizers: dict[str, Any] = {}
        self._batcher = Batcher(self._generate, _shape, most=at_once) if batched else None

    def transcribe(self, samples: Samples, language: str, vocabulary: str = "") -> Heard:
        """Write down what is said in `samples`."""
        if loudest_dbfs(samples) < SILENT_DBFS:
            return Heard("", "silence", 0)
        return joined(self._piece(piece, language, vocabulary) for piece in pieces(samples))

    def _piece(self, samples: Samples, language: str, vocabulary: str) -> Heard:
        needed_s = len(samples) / RATE + MARGIN_S
        windows = [max(WINDOWS_S[0], needed_s)]
        windows += [window_s for window_s in WINDOWS_S if window_s > windows[0] + MARGIN_S]
        decodes = 0
        for window_s in windows:
            # A hint can set off a loop as well: later tries do without it.
            decoded = self._decode(samples, window_s, language, "" if decodes else vocabulary)
            decodes += 1
            if not decoded.suspicious or decoded.evidence.nobody_spoke:
                break
        text, verdict = judge(decoded.text, decoded.evidence, language)
        return Heard(text, verdict, decodes, math.exp(min(0.0, decoded.evidence.log_probability)))

    def _decode(self, samples: Samples, window_s: float, language: str, vocabulary: str) -> _Decoded:
        frames = int(window_s * 100)
        padded = np.zeros(int(window_s * RATE), np.float32)
        padded[: len(samples)] = samples
        mel = self._model.feature_extractor(padded, padding=0)[:, :frames]
        tokenizer = self._tokenizer(language)
        prompt = self._model.get_prompt(
            tokenizer, [], without_timestamps=True, hotwords=self._hint(tokenizer, vocabulary)
        )
        cap = int(len(samples) / RATE * TOKENS_PER_S) + SPARE_TOKENS
        request = _Request(mel, prompt, cap)
        result = self._batcher.result(request) if self._batcher else self._generate([request])[0]
        # In a batch the longest one's cap holds for all.
        tokens = [token for token in result.sequences_ids[0] if token < tokenizer.eot][:cap]
        text = tokenizer.decode(tokens).strip()
        # CTranslate2 gives the mean over the tokens and the end mark.
        evidence = Evidence(result.no_speech_prob, result.scores[0], loudest_dbfs(samples))
        return _Decoded(text, evidence, len(tokens) >= cap - 1 or looks_looped(text))

    def _generate(self, requests: Sequence[_Request]) -> list[Any]:
        """Decode what has one shape, in one pass."""
        mels = np.ascontiguousarray(np.stack([request.mel for request in requests]), np.float32)
        cap, prompt = max(request.cap for request in requests), len(requests[0].prompt)
        results: list[Any] = self._model.model.generate(
            self._ctranslate2.StorageView.from_array(mels),
            [request.prompt for request in requests],
            beam_size=1,
            # CTranslate2 generates at most half of this, and at most what the prompt leaves of it.
            max_length=max(2 * cap, prompt + cap),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=True,
            suppress_tokens=[-1],
        )
        return results

    def _tokenizer(self, language: str) -> Any:
        from faster_whisper.tokenizer import _LANGUAGE_CODES, Tokenizer  # noqa: PLC0415

        if not self._model.model.is_multilingual:
            language = "en"
        if language not in _LANGUAGE_CODES:
            raise EngineError("language", f"Whisper does not know the language {language!r}")
        if language not in self._tokenizers:
            self._tokenizers[language] = Tokenizer(
                self._model.hf_tokenizer,
                self._model.model.is_multilingual,
                task="transcribe",
                language=language,
            )
        return self._tokenizers[language]

    @staticmethod
    def _hint(tokenizer: Any, vocabulary: str) -> str | None:
        tokens = tokenizer.encode(" " + vocabulary.strip()) if vocabulary.strip() else []
        return tokenizer.decode(tokens[:VOCABULARY_TOKENS]) if tokens else None


def _check(folder: Path) -> None:
    for name in ("model.bin", "config.json", "tokenizer.json"):
        if not (folder / name).is_file():
            raise ModelMissing("STT_MODEL", folder / name)


def device_of(name: str) -> str:
    """What `auto` means here: `cuda` where there is a GPU, else `cpu`."""
    import ctranslate2  # noqa: PLC0415 - takes a second

    if name != "auto":
        return name
    return "cuda" if ctranslate2.get_cuda_device_count() else "cpu"


def loudest_dbfs(samples: Samples) -> float:
    """RMS level of the loudest tenth of a second, in dB relative to full scale."""
    step = RATE // 10
    whole = samples[: len(samples) // step * step] if len(samples) >= step else samples
    if not len(whole):
        return float("-inf")
    power = float(np.square(whole.reshape(-1, min(step, len(whole)))).mean(axis=1).max())
    return 10 * float(np.log10(power)) if power > 0 else float("-inf")
