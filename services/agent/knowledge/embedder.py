"""Sentence embeddings: the forward pass of BERT in numpy, some 10 ms for a question with all-MiniLM-L6-v2."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Encoding as TokenizerEncoding
from tokenizers import Tokenizer

from parley.errors import ModelMissing

Vectors = np.ndarray[tuple[int, int], np.dtype[np.float32]]
"""A row of length 1 for each text: their products are cosines."""
Vector = np.ndarray[tuple[int], np.dtype[np.float32]]
Array = np.ndarray[tuple[int, ...], np.dtype[np.float32]]
_Ids = np.ndarray[tuple[int, int], np.dtype[np.int64]]

NAME = "all-MiniLM-L6-v2"
SIZE = 384
ALIKE = 0.68
"""Cosine, without what is `unlike`, from which two questions mean the same. Of those that the weights are fitted to,
one pair in a thousand that wants different facts is as near, in English and in German.
"""
_HEADS = 12
_EPSILON = 1e-12
_MAX_TOKENS = 256
_MASKED = np.float32(-1e9)
_SENTENCES = re.compile(r"(?<=[.!?;])\s+")


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

    name: str
    """Weights are fitted to a model: see evidence.py."""
    unlike: float
    """Cosine of texts that have nothing in common."""

    def embed(self, texts: Sequence[str], *, asked: bool = False) -> Vectors:
        """Embed some texts; blocks. `asked`: they are questions, which some models read in another way than facts."""

    def encode(self, texts: Sequence[str], *, asked: bool = False) -> list[Encoding]:
        """Embed some texts and each of their tokens; blocks."""


class Bert:
    """A model of that kind; any number of threads may use it."""

    prefixes = ("", "")
    """What stands before a fact and before a question."""

    def __init__(self, weights: dict[str, Array], tokenizer: Tokenizer, *, layers: int) -> None:
        self._weights = weights
        self._tokenizer = tokenizer
        self._layers = layers
        self._tokenizer.enable_truncation(_MAX_TOKENS)

    def embed(self, texts: Sequence[str], *, asked: bool = False) -> Vectors:
        """Embed a batch; it is padded to the longest text."""
        found = self.encode(texts, asked=asked)
        return np.stack([e.vector for e in found]) if found else np.zeros((0, SIZE), np.float32)

    def encode(self, texts: Sequence[str], *, asked: bool = False) -> list[Encoding]:
        """Embed a batch and its tokens, without those that only begin and end a text."""
        if not texts:
            return []
        prefix = self.prefixes[asked]
        encodings = self._tokenizer.encode_batch([prefix + text for text in texts])
        ids = np.array([e.ids for e in encodings])
        mask = np.array([e.attention_mask for e in encodings], np.float32)
        hidden = self._embeddings(ids)
        for layer in range(self._layers):
            hidden = self._layer(f"encoder.layer.{layer}", hidden, mask)
        mean = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
        vectors = (mean / np.linalg.norm(mean, axis=1, keepdims=True)).astype(np.float32)
        return [
            _encoding(e, vector, tokens[:size], len(prefix))
            for e, vector, tokens, size in zip(
                encodings, vectors, hidden, mask.sum(1).astype(int), strict=True
            )
        ]

    def _words(self, ids: _Ids) -> Array:
        return self._weights["embeddings.word_embeddings.weight"][ids]

    def _embeddings(self, ids: _Ids) -> Array:
        words = self._words(ids)
        places = self._weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
        kind = self._weights["embeddings.token_type_embeddings.weight"][0]
        return self._norm("embeddings.LayerNorm", words + places + kind)

    def _layer(self, name: str, hidden: Array, mask: Array) -> Array:
        attended = self._attention(f"{name}.attention.self", hidden, mask)
        attended = self._linear(f"{name}.attention.output.dense", attended)
        hidden = self._norm(f"{name}.attention.output.LayerNorm", attended + hidden)
        wide = _gelu(self._linear(f"{name}.intermediate.dense", hidden))
        narrow = self._linear(f"{name}.output.dense", wide)
        return self._norm(f"{name}.output.LayerNorm", narrow + hidden)

    def _attention(self, name: str, hidden: Array, mask: Array) -> Array:
        batch, length, _ = hidden.shape

        def heads(part: str) -> Array:
            projected = self._linear(f"{name}.{part}", hidden)
            return projected.reshape(batch, length, _HEADS, -1).transpose(0, 2, 1, 3)

        scores = heads("query") @ heads("key").transpose(0, 1, 3, 2) / np.float32(np.sqrt(SIZE / _HEADS))
        scores = scores + (1 - mask[:, None, None, :]) * _MASKED
        weights: Array = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = weights / weights.sum(-1, keepdims=True) @ heads("value")
        return np.asarray(mixed.transpose(0, 2, 1, 3).reshape(batch, length, SIZE), np.float32)

    def _linear(self, name: str, x: Array) -> Array:
        return x @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _norm(self, name: str, x: Array) -> Array:
        centred = x - x.mean(-1, keepdims=True)
        normal = centred / np.sqrt((centred * centred).mean(-1, keepdims=True) + _EPSILON)
        return (
            np.asarray(normal, np.float32) * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
        )


class MiniLm(Bert):
    """all-MiniLM-L6-v2, which knows English."""

    name = NAME
    unlike = 0.0

    def __init__(self, models_dir: Path) -> None:
        """Load it, some 0.2 s; raise ModelMissing when it has not been fetched."""
        folder = models_dir / "embeddings" / NAME
        try:
            weights: dict[str, Array] = load_file(folder / "model.safetensors")
            tokenizer = Tokenizer.from_str((folder / "tokenizer.json").read_text(encoding="utf-8"))
        except OSError as error:
            raise ModelMissing("MODELS_DIR", folder) from error
        tokenizer.enable_padding()
        super().__init__(weights, tokenizer, layers=6)


def alike(read: Vectors, unlike: float) -> list[int]:
    """Of each text the place of the first one that means the same, see `Embedder.unlike`; its own, where it is that."""
    found: list[int] = []
    for place, vector in enumerate(read):
        firsts = sorted(set(found))
        near = (read[firsts] @ vector - unlike) / (1 - unlike)
        found.append(firsts[int(near.argmax())] if firsts and near.max() >= ALIKE else place)
    return found


def likeness(embedder: Embedder, wanted: str, answer: str) -> float:
    """How like an answer, or the likest of its sentences, is to a text: up to 1. Blocks."""
    parts = [answer, *(part for part in _SENTENCES.split(answer) if part != answer)]
    vectors = embedder.embed([wanted, *parts])
    nearest = float((vectors[1:] @ vectors[0]).max())
    return (nearest - embedder.unlike) / (1 - embedder.unlike)


def _encoding(read: TokenizerEncoding, vector: Vector, tokens: Vectors, skipped: int) -> Encoding:
    """Without the tokens of the text's beginning and end, and of its prefix of `skipped` characters."""
    own = [n for n, (_, end) in enumerate(read.offsets[: len(tokens)]) if end > skipped]
    spans = tuple((read.offsets[n][0] - skipped, read.offsets[n][1] - skipped) for n in own)
    return Encoding(vector, tokens[own], spans)


def _gelu(x: Array) -> Array:
    """x·Φ(x), with Φ by the error function's approximation 7.1.26 of Abramowitz and Stegun (error under 2e-7)."""
    z = np.abs(x) / np.float32(np.sqrt(2))
    t = 1 / (1 + np.float32(0.3275911) * z)
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    erf = np.sign(x) * (1 - series * np.exp(-z * z))
    return (x * (1 + erf) / 2).astype(np.float32)
