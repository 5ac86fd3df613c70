"""Sentence embeddings: the forward pass of all-MiniLM-L6-v2 in numpy, some 10 ms for a question on one core."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from parley.errors import ModelMissing

Vectors = np.ndarray[tuple[int, int], np.dtype[np.float32]]
"""A row of length 1 for each text: their products are cosines."""
Vector = np.ndarray[tuple[int], np.dtype[np.float32]]
_Array = np.ndarray[tuple[int, ...], np.dtype[np.float32]]

NAME = "all-MiniLM-L6-v2"
SIZE = 384
_LAYERS = 6
_HEADS = 12
_EPSILON = 1e-12
_MAX_TOKENS = 256
_MASKED = np.float32(-1e9)


@dataclass(frozen=True, slots=True)
class Encoding:
    """A text as the model reads it."""

    vector: Vector
    """Of the whole text."""
    tokens: Vectors
    """A row for each token in its context; their lengths differ."""
    spans: tuple[tuple[int, int], ...]
    """Where each token stands in the text, in characters."""


class Embedder(Protocol):
    """Turns texts into vectors that are near each other when they mean the like."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed some texts; blocks."""

    def encode(self, texts: Sequence[str]) -> list[Encoding]:
        """Embed some texts and each of their tokens; blocks."""


class MiniLm:
    """The model; any number of threads may use it."""

    def __init__(self, models_dir: Path) -> None:
        """Load it, some 0.2 s; raise ModelMissing when it has not been fetched."""
        folder = models_dir / "embeddings" / NAME
        try:
            self._weights: dict[str, _Array] = load_file(folder / "model.safetensors")
            self._tokenizer = Tokenizer.from_str((folder / "tokenizer.json").read_text(encoding="utf-8"))
        except OSError as error:
            raise ModelMissing("MODELS_DIR", folder) from error
        self._tokenizer.enable_truncation(_MAX_TOKENS)
        self._tokenizer.enable_padding()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed a batch; it is padded to the longest text."""
        return np.stack([e.vector for e in self.encode(texts)]) if texts else np.zeros((0, SIZE), np.float32)

    def encode(self, texts: Sequence[str]) -> list[Encoding]:
        """Embed a batch and its tokens, without those that only begin and end a text."""
        if not texts:
            return []
        encodings = self._tokenizer.encode_batch(list(texts))
        ids = np.array([e.ids for e in encodings])
        mask = np.array([e.attention_mask for e in encodings], np.float32)
        hidden = self._embeddings(ids)
        for layer in range(_LAYERS):
            hidden = self._layer(f"encoder.layer.{layer}", hidden, mask)
        mean = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
        vectors = (mean / np.linalg.norm(mean, axis=1, keepdims=True)).astype(np.float32)
        return [
            Encoding(vector, tokens[1 : size - 1], tuple(e.offsets[1 : size - 1]))
            for e, vector, tokens, size in zip(
                encodings, vectors, hidden, mask.sum(1).astype(int), strict=True
            )
        ]

    def _embeddings(self, ids: np.ndarray[tuple[int, int], np.dtype[np.int64]]) -> _Array:
        words = self._weights["embeddings.word_embeddings.weight"][ids]
        places = self._weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
        kind = self._weights["embeddings.token_type_embeddings.weight"][0]
        return self._norm("embeddings.LayerNorm", words + places + kind)

    def _layer(self, name: str, hidden: _Array, mask: _Array) -> _Array:
        attended = self._attention(f"{name}.attention.self", hidden, mask)
        attended = self._linear(f"{name}.attention.output.dense", attended)
        hidden = self._norm(f"{name}.attention.output.LayerNorm", attended + hidden)
        wide = _gelu(self._linear(f"{name}.intermediate.dense", hidden))
        narrow = self._linear(f"{name}.output.dense", wide)
        return self._norm(f"{name}.output.LayerNorm", narrow + hidden)

    def _attention(self, name: str, hidden: _Array, mask: _Array) -> _Array:
        batch, length, _ = hidden.shape

        def heads(part: str) -> _Array:
            projected = self._linear(f"{name}.{part}", hidden)
            return projected.reshape(batch, length, _HEADS, -1).transpose(0, 2, 1, 3)

        scores = heads("query") @ heads("key").transpose(0, 1, 3, 2) / np.float32(np.sqrt(SIZE / _HEADS))
        scores = scores + (1 - mask[:, None, None, :]) * _MASKED
        weights: _Array = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = weights / weights.sum(-1, keepdims=True) @ heads("value")
        return np.asarray(mixed.transpose(0, 2, 1, 3).reshape(batch, length, SIZE), np.float32)

    def _linear(self, name: str, x: _Array) -> _Array:
        return x @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _norm(self, name: str, x: _Array) -> _Array:
        centred = x - x.mean(-1, keepdims=True)
        normal = centred / np.sqrt((centred * centred).mean(-1, keepdims=True) + _EPSILON)
        return (
            np.asarray(normal, np.float32) * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
        )


def _gelu(x: _Array) -> _Array:
    """x·Φ(x), with Φ by the error function's approximation 7.1.26 of Abramowitz and Stegun (error under 2e-7)."""
    z = np.abs(x) / np.float32(np.sqrt(2))
    t = 1 / (1 + np.float32(0.3275911) * z)
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    erf = np.sign(x) * (1 - series * np.exp(-z * z))
    return (x * (1 + erf) / 2).astype(np.float32)
