"""Voices of servers, by the OpenAI-compatible API and Hugging Face Inference, and the local voice behind them."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Protocol

import httpx
from huggingface_hub import AsyncInferenceClient

from agent.voice.remote_audio import MAX_BYTES, SpeechStream
from agent.voice.tts import Piece
from parley import remote
from parley.errors import EngineError
from parley.remote import Guard
from parley.usage import tally

STALL_S = 2.0
"""Longest wait between two pieces of a sentence."""


class RemoteVoice(Protocol):
    """A voice elsewhere."""

    @property
    def name(self) -> str:
        """Tells one voice from another, also of one server."""

    @property
    def engine(self) -> str:
        """Its name in the usage of calls."""

    def speak(self, text: str) -> AsyncGenerator[Piece]:
        """Speak a sentence. Closing the generator closes the connection. Raises EngineError."""


class OpenAiVoice:
    """Client of `/v1/audio/speech`."""

    def __init__(
        self, base_url: str, model: str, voice: str, *, api_key: str = "", pcm_rate: int, timeout_s: float
    ):
        """`pcm_rate`: of audio without a header; `timeout_s`: longest wait for anything."""
        self._client = httpx.AsyncClient(
            base_url=base_url.rstrip("/") + "/",
            headers=remote.headers(api_key),
            timeout=timeout_s,
            limits=httpx.Limits(max_connections=None, keepalive_expiry=60),
        )
        self._body = {"model": model, "voice": voice, "response_format": "pcm"}
        self._pcm_rate = pcm_rate
        self.name = f"{base_url} {model} {voice}"
        self.engine = tally.outside(model, base_url)

    async def speak(self, text: str) -> AsyncGenerator[Piece]:
        """Speak a sentence."""
        try:
            async with self._client.stream(
                "POST", "audio/speech", json={**self._body, "input": text}
            ) as response:
                if response.status_code != 200:
                    body = await remote.body(response)
                    raise remote.refusal(response.status_code, body, response.headers.get("retry-after"))
                stream = SpeechStream(text, response.headers.get("content-type", ""), self._pcm_rate)
                async for data in remote.chunks(response, MAX_BYTES):
                    for piece in stream.feed(data):
                        yield piece
            for piece in stream.end():
                yield piece
        except httpx.HTTPError as error:
            raise remote.failure(error) from error


class HuggingFaceVoice:
    """Hugging Face Inference; `model` is a name of the hub, or the URL of an endpoint."""

    def __init__(self, model: str, *, api_key: str = "", provider: str = "auto", timeout_s: float) -> None:
        self._client = AsyncInferenceClient(**remote.hub_options(model, provider, api_key, timeout_s))
        self.name = f"huggingface {provider} {model}"
        self.engine = tally.outside(model)

    async def speak(self, text: str) -> AsyncGenerator[Piece]:
        """Speak a sentence; its audio comes as a whole."""
        try:
            data = await self._client.text_to_speech(text)
        except Exception as error:  # huggingface_hub raises whatever its providers' code does
            raise remote.failure(error) from error
        stream = SpeechStream(text, "audio/flac", 0)
        for piece in [*stream.feed(data), *stream.end()]:
            yield piece


class GuardedVoice:
    """A remote voice, and whether it is to be asked."""

    def __init__(self, voice: RemoteVoice, guard: Guard) -> None:
        self._voice = voice
        self._guard = guard

    @property
    def name(self) -> str:
        """Tells one voice from another."""
        return self._voice.name

    def hedged(self, local: Callable[[str], AsyncGenerator[Piece]]) -> "Hedged":
        """A sentence in which `local` speaks what the remote voice does not."""
        return Hedged(self._voice, self._guard, local)


class Hedged:
    """A sentence by a remote voice: by the local one when the first sound is late, its rest when it breaks off."""

    def __init__(
        self, distant: RemoteVoice, guard: Guard, local: Callable[[str], AsyncGenerator[Piece]]
    ) -> None:
        """`local` speaks a text."""
        self._distant = distant
        self._guard = guard
        self._local = local
        self.whole = False
        """Whether the remote voice has spoken to the end."""

    def _count(self, text: str) -> None:
        tally.count(tally.Use(part="tts", engine=self._distant.engine, requests=1, characters=len(text)))

    async def speak(self, text: str) -> AsyncGenerator[Piece]:
        """Speak a sentence, in any case if the local voice can."""
        words, begun = text.split(), False
        if self._guard.allows():
            try:
                async with aclosing(self._distant.speak(text)) as pieces:
                    while (
                        piece := await _next(pieces, STALL_S if begun else self._guard.budget_s)
                    ) is not None:
                        if not begun:  # who is paid for it is paid for the whole sentence
                            begun = True
                            self._count(text)
                        words = words[len(piece.text.split()) :]
                        yield piece
                self._guard.succeeded()
                self.whole = True
                return
            except (EngineError, TimeoutError) as error:
                self._guard.failed(error)
        if words:
            async with aclosing(self._local(" ".join(words))) as pieces:
                async for piece in pieces:
                    yield piece


async def _next(pieces: AsyncGenerator[Piece], within_s: float) -> Piece | None:
    async with asyncio.timeout(within_s):
        return await anext(pieces, None)
