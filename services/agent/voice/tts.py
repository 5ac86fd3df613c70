"""Speech: the interface of a voice, and the speaker that runs voices on threads and keeps what they said."""

import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable, Collection, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from prometheus_client import Counter, Gauge, Histogram

from agent.voice.pool import DeadlinePool
from parley import audio
from parley.agents import Agent
from parley.errors import ENGINE_ERRORS, EngineError
from parley.usage import tally

_sentence_seconds = Histogram(
    "parley_tts_sentence_seconds",
    "Time to synthesise a sentence to its end, waiting for a thread included.",
    buckets=(0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5),
)
_queue = Histogram(
    "parley_tts_queue_seconds",
    "Time that a sentence's first stretch waited for a thread.",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)
_first_audio = Histogram(
    "parley_tts_first_audio_seconds",
    "Time from a sentence's text to its first samples.",
    buckets=(0.02, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2),
)
_real_time_factor = Histogram(
    "parley_tts_real_time_factor",
    "Seconds of synthesis per second of speech, one observation a sentence.",
    buckets=(0.02, 0.05, 0.08, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2),
)
_cache = Counter("parley_tts_cache_total", "Sentences by whether they were kept from before.", ["result"])
_cache_bytes = Gauge("parley_tts_cache_bytes", "Size of the speech that is kept.")
_spoken = Counter("parley_tts_audio_seconds_total", "Seconds of speech that were synthesised.")
_errors = Counter("parley_tts_errors_total", "Sentences that could not be synthesised, by kind.", ["kind"])
for _kind in ENGINE_ERRORS:  # counted from nought
    _errors.labels(_kind)
for _result in ("hit", "miss"):
    _cache.labels(_result)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of speech."""

    text: str
    """The words that end in it, each with the space after it; joined by nothing they are the sentence."""
    pcm: audio.Pcm


class Voice(Protocol):
    """A voice that speaks a sentence stretch by stretch."""

    def speak(self, text: str) -> Iterator[Piece]:
        """Synthesise; every step of the iterator blocks for one stretch. Raises EngineError."""


class Speech(Protocol):
    """A sentence as a remote voice says it, or the local one in its place."""

    @property
    def whole(self) -> bool:
        """Whether the remote voice said all of it."""

    def speak(self, text: str) -> AsyncGenerator[Piece]:
        """Speak a sentence."""


class Distant(Protocol):
    """A remote voice with what watches it."""

    @property
    def name(self) -> str:
        """Tells one voice from another."""

    def hedged(self, local: Callable[[str], AsyncGenerator[Piece]]) -> Speech:
        """A sentence in which `local` speaks what the remote voice does not."""


class Speaker:
    """Speaks with any of the voices; a sentence is kept once it was synthesised to its end."""

    def __init__(self, voices: Mapping[str, Voice], pool: DeadlinePool, cache_bytes: int) -> None:
        self._voices = dict(voices)
        self._pool = pool
        self._kept: OrderedDict[tuple[str, str], tuple[Piece, ...]] = OrderedDict()
        self._pinned: set[tuple[str, str]] = set()
        self._size = 0
        self._limit = cache_bytes

    def has(self, voice: str) -> bool:
        """Whether there is a voice of this name."""
        return voice in self._voices

    def voice_of(self, agent: Agent, otherwise: str) -> str:
        """Name the voice that an agent speaks with: its own where it is there."""
        return agent.file.voice if self.has(agent.file.voice) else otherwise

    def add(self, name: str, voice: Voice) -> None:
        """Take in another voice."""
        self._voices[name] = voice

    def keeps(self, voice: str, text: str, distant: "Distant | None" = None) -> bool:
        """Whether a sentence's speech is there from before."""
        return (distant.name if distant else voice, text) in self._kept

    @property
    def fullness(self) -> float:
        """How much of the memory for kept speech is used, 0…1."""
        return self._size / self._limit

    def unpin(self, but: Collection[tuple[str, str]]) -> None:
        """Let go of lines that are not wanted any more: all but these, each a voice and a text."""
        self._pinned &= set(but)

    async def keep(self, voice: str, text: str, due: float, distant: "Distant | None" = None) -> None:
        """Synthesise a fixed line and keep it for good; `due` as in `speak`.

        A line of a remote voice is kept in the local one, too, for when the other is down.
        """
        for source in [distant, None] if distant else [None]:
            self._pinned.add((source.name if source else voice, text))
            async for _ in self.speak(voice, text, due, source):
                pass

    async def speak(
        self, voice: str, text: str, due: float, distant: "Distant | None" = None
    ) -> AsyncGenerator[Piece]:
        """Speak a sentence; `due` is the monotonic time at which the listener runs out of speech.

        `distant` is asked before the local voice. Closing the generator stops the synthesis after the stretch in hand.
        Raises EngineError.
        """
        if distant is not None:
            async with aclosing(self._by_distant(distant, voice, text, due)) as speech:
                async for piece in speech:
                    yield piece
            return
        key = (voice, text)
        if (kept := self._recall(key)) is not None:
            for piece in kept:
                yield piece
            return
        pieces = []
        async for piece in self._synthesise(voice, text, due):
            pieces.append(piece)
            yield piece
        self._keep(key, tuple(pieces))

    def _recall(self, key: tuple[str, str]) -> tuple[Piece, ...] | None:
        """The speech that was kept, which is now the last to go; None where there is none."""
        pieces = self._kept.get(key)
        _cache.labels("miss" if pieces is None else "hit").inc()
        if pieces is not None:
            self._kept.move_to_end(key)
        return pieces

    async def _by_distant(
        self, distant: "Distant", voice: str, text: str, due: float
    ) -> AsyncGenerator[Piece]:
        key = (distant.name, text)
        if (kept := self._recall(key)) is not None:
            for piece in kept:
                yield piece
            return
        began, said = time.monotonic(), list[Piece]()
        speech = distant.hedged(lambda rest: self.speak(voice, rest, due))
        async with aclosing(speech.speak(text)) as pieces:
            async for piece in pieces:
                if not said:
                    _first_audio.observe(time.monotonic() - began)
                said.append(piece)
                yield piece
        if speech.whole:
            self._keep(key, tuple(said))

    async def _synthesise(self, voice: str, text: str, due: float) -> AsyncGenerator[Piece]:
        if voice not in self._voices:
            raise EngineError("internal", f"there is no voice {voice}")
        steps = self._voices[voice].speak(text)
        started = time.monotonic()
        work = length = 0.0

        def step() -> tuple[Piece | None, float, float]:
            before = time.monotonic()
            return next(steps, None), before, time.monotonic() - before

        while True:
            try:
                piece, began, seconds = await self._pool.run(due + length, step)
            except EngineError as error:
                _errors.labels(error.kind).inc()
                raise
            except Exception as error:
                _errors.labels("internal").inc()
                raise EngineError("internal", f"{type(error).__name__}: {error}") from error
            work += seconds
            if piece is None:
                break
            if not length:
                _queue.observe(began - started)
                _first_audio.observe(time.monotonic() - started)
            tally.count(tally.Use(part="tts", requests=int(not length), characters=len(piece.text)))
            length += audio.seconds(len(piece.pcm))
            yield piece
        _sentence_seconds.observe(time.monotonic() - started)
        _spoken.inc(length)
        if length:
            _real_time_factor.observe(work / length)

    def _keep(self, key: tuple[str, str], pieces: tuple[Piece, ...]) -> None:
        if key in self._kept:
            return
        self._kept[key] = pieces
        self._size += _bytes(pieces)
        for other in [k for k in self._kept if k not in self._pinned]:
            if self._size <= self._limit:
                break
            self._size -= _bytes(self._kept.pop(other))
        _cache_bytes.set(self._size)


def _bytes(pieces: tuple[Piece, ...]) -> int:
    return sum(p.pcm.nbytes for p in pieces)


def limited(samples: np.ndarray[tuple[int], np.dtype[np.float32]]) -> audio.Pcm:
    """Samples of ±1 as 16 bits; peaks above -3 dB are rounded off instead of clipped."""
    loud = np.abs(samples)
    knee = 0.7
    soft = knee + (1 - knee) * np.tanh((loud - knee) / (1 - knee))
    bounded = np.where(loud > knee, np.sign(samples) * soft, samples)
    return np.round(bounded * 32767).astype(np.int16)
