"""multilingual-e5-small: embeddings for languages that all-MiniLM-L6-v2 does not know.

The file has the weights in blocks of 32 that share a scale (Q4_0 of llama.cpp), and the tokenizer, a SentencePiece
unigram: 250,000 pieces, whose embeddings stay in 4 bits (54 MB) and are read when they are needed.
"""

import struct
from pathlib import Path

import numpy as np
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, processors

from agent.knowledge.embedder import Array, Bert
from parley.errors import ModelMissing

NAME = "multilingual-e5-small"
_FILE = "e5-small-q4.bin"
_MAGIC = b"E5S1"
_BLOCK = 32
_BLOCK_BYTES = 18
"""A scale as float16, then 16 bytes with two weights each: the low halves are the first 16."""
_PARTS = {
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln": "embeddings.LayerNorm",
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_KINDS = {"w": "weight", "b": "bias"}

_Blocks = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


class MultilingualE5(Bert):
    """The model, of twelve layers: twice the work of MiniLM."""

    name = NAME
    unlike = 0.75
    prefixes = ("passage: ", "query: ")

    def __init__(self, models_dir: Path) -> None:
        """Load it, some 0.5 s; raise ModelMissing when it has not been fetched."""
        path = models_dir / "embeddings" / NAME / _FILE
        try:
            reader = _Reader(path.read_bytes())
        except OSError as error:
            raise ModelMissing("MODELS_DIR", path.parent) from error
        self._pieces, weights = reader.weights()
        super().__init__(weights, reader.tokenizer, layers=reader.layers)

    def _words(self, ids: np.ndarray[tuple[int, int], np.dtype[np.int64]]) -> Array:
        return _floats(self._pieces[ids]).reshape(*ids.shape, -1)


class _Reader:
    """Reads the file from its beginning; numbers are little-endian."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = len(_MAGIC) + 4
        if data[: len(_MAGIC)] != _MAGIC:
            raise OSError("not a file of this model")
        self.size, self.layers, _, _, self._vocabulary, _, _, _, _ = self._take("<7ifi")
        self.tokenizer = self._tokenizer()

    def _take(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from(layout, self._data, self._at)
        self._at += struct.calcsize(layout)
        return values

    def _skip(self, size: int) -> bytes:
        self._at += size
        return self._data[self._at - size : self._at]

    def _tokenizer(self) -> Tokenizer:
        count, bos, eos, pad, unknown, size = self._take("<5iQ")
        ends = np.frombuffer(self._skip(4 * (count + 1)), "<u4")
        scores = np.frombuffer(self._skip(4 * count), "<f4")
        text = self._skip(size)
        pieces = [
            (text[a:b].decode("utf-8"), float(score))
            for a, b, score in zip(ends, ends[1:], scores, strict=False)
        ]
        _, normalization = self._take("<iI")
        self._skip(normalization)  # In all but rare signs it is NFKC.
        tokenizer = Tokenizer(models.Unigram(pieces, unk_id=unknown))
        tokenizer.normalizer = normalizers.Sequence(
            [normalizers.NFKC(), normalizers.Replace("  ", " "), normalizers.Strip()]
        )
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
        first, last = pieces[bos][0], pieces[eos][0]
        tokenizer.add_special_tokens([AddedToken(first), AddedToken(last), AddedToken(pieces[pad][0])])
        tokenizer.post_processor = processors.TemplateProcessing(
            single=f"{first} $A {last}", special_tokens=[(first, bos), (last, eos)]
        )
        tokenizer.enable_padding(pad_id=pad, pad_token=pieces[pad][0])
        return tokenizer

    def weights(self) -> tuple[_Blocks, dict[str, Array]]:
        """The pieces' embeddings as blocks, and all other weights as BERT names them."""
        found: dict[str, Array] = {}
        pieces: _Blocks = np.zeros((0,), np.uint8)
        (count,) = self._take("<i")
        for _ in range(count):
            (length,) = self._take("<H")
            name = self._skip(length).decode("ascii")
            kind, size = self._take("<BI")
            offset, stored = self._take("<QQ")
            raw = np.frombuffer(self._data, np.uint8, stored, offset)
            if name == "emb.word":
                pieces = raw.reshape(self._vocabulary, -1, _BLOCK_BYTES).copy()
            else:
                values = (
                    raw.view("<f4")[:size].copy() if kind == 0 else _floats(raw.reshape(-1, _BLOCK_BYTES))
                )
                found[_named(name)] = self._shaped(name, values)
        return pieces, found

    def _shaped(self, name: str, values: Array) -> Array:
        """Matrices as rows of outputs; positions as rows; biases and norms as they are."""
        if name.endswith("fo.w"):
            return values.reshape(self.size, -1)
        plain = name.endswith((".b", "ln.w"))
        return values.ravel() if plain else values.reshape(-1, self.size)


def _floats(blocks: _Blocks) -> Array:
    """The weights of some blocks, one after the other: (half - 8) · scale."""
    scale = np.ascontiguousarray(blocks[..., :2]).view("<f2").astype(np.float32)
    halves = np.concatenate([blocks[..., 2:] & 0x0F, blocks[..., 2:] >> 4], axis=-1)
    return (halves.astype(np.float32) - 8) * scale


def _named(name: str) -> str:
    """`l3.q.w` as `encoder.layer.3.attention.self.query.weight`."""
    if name in _PARTS:
        return _PARTS[name]
    part, _, kind = name.rpartition(".")
    if part in _PARTS:
        return f"{_PARTS[part]}.{_KINDS[kind]}"
    layer, _, inner = part.partition(".")
    return f"encoder.layer.{layer[1:]}.{_PARTS[inner]}.{_KINDS[kind]}"
