"""From the bytes of a remote voice to pieces of speech. Pure but for the decoder of compressed audio.

Uncompressed audio, plain or as a WAV file of any length, is given out as it arrives; anything else is decoded at its
end. A server does not tell when which word is spoken, so words are spread over the speech at the pace of a reader: what
was heard of an interrupted reply is an estimate.
"""

import io
import struct
from collections.abc import Iterator
from itertools import chain

import numpy as np
import soxr

from agent.voice.tts import Piece, limited
from parley import audio
from parley.errors import EngineError

PIECE_SAMPLES = audio.SAMPLE_RATE // 5
CHARS_PER_S = 15.0
"""Pace of speech, spaces included."""
MAX_BYTES = 8_000_000
"""Longest answer."""
MOST_S = 180
"""Longest speech that is decoded: eight megabytes of FLAC may be a day of silence."""
_COMPRESSED = (
    "audio/mpeg",
    "audio/mp3",
    "audio/flac",
    "audio/x-flac",
    "audio/ogg",
    "audio/opus",
    "audio/aac",
    "audio/webm",
)


class SpeechStream:
    """One sentence's audio on its way in."""

    def __init__(self, text: str, content_type: str, pcm_rate: int) -> None:
        """`pcm_rate`: sample rate of audio that does not tell its own. EngineError for what is no audio."""
        kind = content_type.partition(";")[0].strip().lower()
        if kind.startswith("text/") or kind == "application/json":
            raise EngineError("protocol", f"{kind} instead of audio")
        self._words = Words(text)
        self._compressed = kind in _COMPRESSED
        self._pcm_rate = pcm_rate
        self._raw = b""
        self._resampler: soxr.ResampleStream | None = None
        self._held = np.zeros(0, np.int16)
        self._samples = 0

    def feed(self, data: bytes) -> Iterator[Piece]:
        """Take bytes in and give out the pieces that are complete."""
        self._raw += data
        if self._compressed:
            if len(self._raw) > MAX_BYTES:
                raise EngineError("protocol", "the answer is too long")
            return
        if self._resampler is None and not self._begin():
            return
        whole = len(self._raw) // 2 * 2
        yield from self._put(np.frombuffer(self._raw[:whole], "<i2"), last=False)
        self._raw = self._raw[whole:]

    def end(self) -> Iterator[Piece]:
        """Give out the rest; EngineError when there was no sound."""
        if self._compressed:
            samples, rate = decode(self._raw)
            self._start(rate)
            yield from self._put(samples, last=True)
        elif self._resampler is not None:
            yield from self._put(np.zeros(0, np.int16), last=True)
        if not self._samples:
            raise EngineError("protocol", "the answer has no sound")

    def _begin(self) -> bool:
        """Look at the first bytes; False when there must be more of them."""
        if not self._raw.startswith(b"RIFF"[: len(self._raw)]):
            self._start(self._pcm_rate)
            return True
        header = wav_header(self._raw)
        if header is None:
            return False
        rate, start = header
        self._raw = self._raw[start:]
        self._start(rate)
        return True

    def _start(self, rate: int) -> None:
        self._resampler = soxr.ResampleStream(rate, audio.SAMPLE_RATE, 1, dtype="float32", quality="HQ")

    def _put(self, samples: audio.Pcm, *, last: bool) -> Iterator[Piece]:
        assert self._resampler is not None
        chunk = (samples / np.float32(32768)).astype(np.float32)
        self._held = np.concatenate([self._held, limited(self._resampler.resample_chunk(chunk, last=last))])
        while len(self._held) > PIECE_SAMPLES or (last and len(self._held)):
            pcm, self._held = self._held[:PIECE_SAMPLES], self._held[PIECE_SAMPLES:]
            self._samples += len(pcm)
            yield Piece(self._words.until(self._samples, last=last and not len(self._held)), pcm)


class Words:
    """Spreads a sentence's words over its speech."""

    def __init__(self, text: str) -> None:
        self._left = text.split()
        self._chars = 0

    def until(self, sample: int, *, last: bool = False) -> str:
        """The words that have ended by a sample and have not been given out, each with a space after it."""
        said = ""
        while self._left and (last or self._end() <= sample):
            word = self._left.pop(0)
            self._chars += len(word) + 1
            said += word + " "
        return said

    def _end(self) -> float:
        return (self._chars + len(self._left[0])) / CHARS_PER_S * audio.SAMPLE_RATE


def wav_header(data: bytes) -> tuple[int, int] | None:
    """Sample rate and place of the first sample of a WAV file; None when there must be more of it.

    The lengths in the header of a stream are no lengths. EngineError for anything but 16 bits and one channel.
    """
    at = 12
    rate = 0
    while len(data) >= at + 8:
        name, size = struct.unpack_from("<4sI", data, at)
        if name == b"data":
            if not rate:
                raise EngineError("protocol", "a WAV file without a format")
            return rate, at + 8
        if name == b"fmt ":
            if len(data) < at + 24:
                return None
            kind, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", data, at + 8)
            if (channels, bits) != (1, 16) or kind not in (1, 0xFFFE) or not 4000 <= rate <= 192_000:
                raise EngineError("protocol", f"a WAV file of {channels} channels, {bits} bits, {rate} Hz")
        at += 8 + size + size % 2
    if at > 4096:
        raise EngineError("protocol", "a WAV file without samples")
    return None


def decode(data: bytes) -> tuple[audio.Pcm, int]:
    """Samples and their rate of a compressed or uncompressed audio file; EngineError when it is none."""
    import av  # noqa: PLC0415 - seldom needed, and slow to import

    try:
        with av.open(io.BytesIO(data), "r") as container:
            stream = container.streams.audio[0]
            resampler = av.AudioResampler(format="s16", layout="mono", rate=stream.rate)
            samples: list[audio.Pcm] = [np.zeros(0, np.int16)]
            left = MOST_S * int(stream.rate)
            for frame in chain(container.decode(stream), [None]):
                samples += [
                    part.to_ndarray().reshape(-1).astype(np.int16) for part in resampler.resample(frame)
                ]
                left -= frame.samples if frame else 0
                if left < 0:
                    raise EngineError("protocol", f"the answer is longer than {MOST_S} s")
            return np.concatenate(samples), int(stream.rate)
    except (av.FFmpegError, IndexError, ValueError) as error:
        raise EngineError("protocol", f"no audio file: {error}") from error
