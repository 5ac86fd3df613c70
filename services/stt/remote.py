"""Speech recognition by a server: the OpenAI-compatible API, and Hugging Face Inference. Calls block."""

import io
import time
import wave

import httpx
import msgspec
import numpy as np
from huggingface_hub import InferenceClient

from parley import audio, remote
from parley.errors import EngineError
from stt.text_guard import Evidence, judge
from stt.transcriber import Heard, Samples, Transcriber
from stt.whisper import SILENT_DBFS, loudest_dbfs

MAX_BYTES = 100_000
"""Longest answer that is read."""


class _Answer(msgspec.Struct, frozen=True):
    text: str


class OpenAiTranscriber:
    """Client of `/v1/audio/transcriptions`."""

    device = "remote"

    def __init__(self, base_url: str, model: str, *, api_key: str = "", budget_s: float) -> None:
        """`budget_s`: how long an answer may take."""
        self._client = httpx.Client(
            base_url=base_url.rstrip("/") + "/", headers=remote.headers(api_key), timeout=budget_s
        )
        self._model = model
        self._budget_s = budget_s

    def transcribe(self, samples: Samples, language: str, vocabulary: str = "") -> Heard:
        """Write down what is said. Raises EngineError."""
        if loudest_dbfs(samples) < SILENT_DBFS:
            return Heard("", "silence", 0)
        fields = {"model": self._model, "language": language, "response_format": "json"}
        if vocabulary:
            fields["prompt"] = vocabulary
        return _heard(self._ask(fields, _wav(samples)), samples, language)

    def _ask(self, fields: dict[str, str], wav: bytes) -> str:
        end = time.monotonic() + self._budget_s
        files = {"file": ("speech.wav", wav, "audio/wav")}
        try:
            with self._client.stream("POST", "audio/transcriptions", data=fields, files=files) as response:
                body = b""
                for chunk in response.iter_bytes():
                    body += chunk
                    if time.monotonic() > end or len(body) > MAX_BYTES:
                        raise EngineError("timeout", f"no whole answer within {self._budget_s:g} s")
            if response.status_code != 200:
                raise remote.refusal(response.status_code, body, response.headers.get("retry-after"))
            return msgspec.json.decode(body, type=_Answer).text
        except (httpx.HTTPError, ValueError) as error:
            raise remote.failure(error) from error


class HuggingFaceTranscriber:
    """Hugging Face Inference; `model` is a name of the hub, or the URL of an endpoint."""

    device = "remote"

    def __init__(self, model: str, *, api_key: str = "", provider: str = "auto", budget_s: float) -> None:
        self._client = InferenceClient(**remote.hub_options(model, provider, api_key, budget_s))

    def transcribe(self, samples: Samples, language: str, vocabulary: str = "") -> Heard:
        """Write down what is said, in whatever language the model hears. Raises EngineError."""
        if loudest_dbfs(samples) < SILENT_DBFS:
            return Heard("", "silence", 0)
        try:
            answer = self._client.automatic_speech_recognition(_wav(samples))
            text = str(answer.text)
        except Exception as error:  # huggingface_hub raises whatever its providers' code does
            raise remote.failure(error) from error
        return _heard(text, samples, language)


class FallbackTranscriber:
    """A remote engine with the local one behind it: within the budget there is an answer, or the local one gives it."""

    def __init__(self, distant: Transcriber, local: Transcriber, guard: remote.Guard) -> None:
        self._distant = distant
        self._local = local
        self._guard = guard

    @property
    def device(self) -> str:
        """What the local engine runs on."""
        return self._local.device

    def transcribe(self, samples: Samples, language: str, vocabulary: str = "") -> Heard:
        """Write down what is said."""
        if self._guard.allows():
            try:
                heard = self._distant.transcribe(samples, language, vocabulary)
                self._guard.succeeded()
                return heard
            except EngineError as error:
                self._guard.failed(error)
        return self._local.transcribe(samples, language, vocabulary)


def _heard(text: str, samples: Samples, language: str) -> Heard:
    """A server tells the text only: of the measures that tell inventions from words the level is left."""
    words, verdict = judge(text.strip(), Evidence(0.0, 0.0, loudest_dbfs(samples)), language)
    return Heard(words, verdict, 1)


def _wav(samples: Samples) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(audio.SAMPLE_RATE)
        file.writeframes(audio.to_bytes(np.round(np.clip(samples, -1, 1) * 32767).astype(np.int16)))
    return buffer.getvalue()
