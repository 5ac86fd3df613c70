"""Damages texts that are right: bits flipped, parts cut, doubled and exchanged, and what breaks readers. Pure."""

import random
from collections.abc import Sequence

_STRANGE = (
    b"", b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"null", b"true", b"-1", b"1e400", b"NaN", b"18446744073709551616",
    b'"', b"{", b"[", b"}", b"]", b"\\u0000", b"\\ud800", b"&a [*a]", b"{{}}", b"%n%s", b"\r\n\r\n", b": ", b"- ",
    b"2026-02-30", b"!!python/object:os.system", "ẞİ\u202e\ufdfa".encode(), b"9" * 400, b"A" * 5000, b"\n\n",
)  # fmt: skip
_DEEP = (b"[", b'{"a":', b"- ", b"{a: ", b"<div>", b"> ")
_MOST = 200_000
"""Bytes of a damaged text."""


class Damage:
    """The same seed damages the same texts alike."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def of(self, texts: Sequence[bytes]) -> bytes:
        """One of the texts, damaged a few times."""
        text = self._random.choice(texts)
        for _ in range(self._random.choice((1, 1, 1, 2, 3, 8))):
            text = self._once(text, texts)
        return text[:_MOST]

    def _once(self, text: bytes, texts: Sequence[bytes]) -> bytes:
        start, end = sorted(self._random.randrange(len(text) + 1) for _ in range(2))
        put, rest = b"", end
        match self._random.randrange(7):
            case 0:
                bits = 1 << self._random.randrange(8)
                put, rest = bytes(byte ^ bits for byte in text[start : start + 1]), start + 1
            case 1:
                put = b""
            case 2:
                put = text[start:end] * 2
            case 3:
                other = self._random.choice(texts)
                put, rest = other[self._random.randrange(len(other) + 1) :], len(text)
            case 4:
                put, rest = self._random.choice(_DEEP) * 10 ** self._random.randrange(5), start
            case 5:
                put = self._random.randbytes(self._random.randrange(40))
            case _:
                put, rest = self._random.choice(_STRANGE), min(end, start + 20)
        return text[:start] + put + text[rest:]
