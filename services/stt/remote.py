"""Speech recognition by a server: the OpenAI-compatible API, and Hugging Face Inference. Calls block."""

import io
import math
import time
import wave
from dataclasses import dataclass, replace

import httpx
import msgspec
import numpy as np
from huggingface_hub import InferenceClient

from parley import audio, remote
from parley.errors import EngineError
from parley.usage import tally
from stt.text_guard import Evidence, judge
from stt.transcriber import Heard, Samples, Transcriber, Verdict
from stt.whisper import SILENT_DBFS, loudest_dbfs

MAX_BYTES = 100_000
"""Longest answer that is read."""

FORMATS: tuple[dict[str, str], ...] = (
    # Whisper tells of each segment how sure it is, OpenAI's later models of each token, others nothing.
    {"response_format": "verbose_json"},
    {"response_format": "json", "include[]": "logprobs"},
    {"response_format": "json"},
)
"""What an answer is asked for in, the one that tells most first; one that is refused is not asked for again."""
_FORMAT_REFUSED = (b"response_format", b"verbose_json", b"logprobs", b"include")
MOST_LETTERS_PER_S = 25
"""People who speak fast say 20."""
IMPOSSIBLE_LETTERS_PER_S = 50
_SPARE_LETTERS = 20
_SOUND_DB = 25.0
"""A packet that is so much softer than the loudest one has no sound of its own."""
_SLACK_S = 0.2
"""Segments' times are so inexact."""


class _Segment(msgspec.Struct, frozen=True):
    text: str = ""
    start: float = 0.0
    end: float = 0.0
    avg_logprob: float | None = None
    no_speech_prob: float | None = None


class _TokenLogprob(msgspec.Struct, frozen=True):
    logprob: float


class _Answer(msgspec.Struct, frozen=True):
    text: str
    segments: list[_Segment] | None = None
    logprobs: list[_TokenLogprob] | None = None


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A part of an answer with what the server told of it."""

    text: str
    samples: Samples
    log_probability: float | None = None
    no_speech: float = 0.0


class OpenAiTranscriber:
    """Client of `/v1/audio/transcriptions`."""

    device = "remote"

    def __init__(self, base_url: str, model: str, *, api_key: str = "", budget_s: float) -> None:
        """`budget_s`: how long an answer may take."""
        self._client = httpx.Client(
            base_url=base_url.rstrip("/") + "/", headers=remote.headers(api_key), timeout=budget_s
        )
        self._model = model
        self._engine = tally.outside(model, base_url)
        self._budget_s = budget_s
        self._format = 0

    def transcribe(self, samples: Samples, language: str, vocabulary: str = "") -> Heard:
        """Write down what is said. Raises EngineError."""
        if loudest_dbfs(samples) < SILENT_DBFS:
            return Heard("", "silence", 0)
        fields = {"model": self._model, "language": language}
        if vocabulary:
            fields["prompt"] = vocabulary
        heard = _heard(_stretches(self._ask(fields, _wav(samples)), samples), language)
        return replace(heard, engine=self._engine)

    def _ask(self, fields: dict[str, str], wav: bytes) -> _Answer:
        end = time.monotonic() + self._budget_s
        try:
            for number in range(self._format, len(FORMATS)):
                response, body = self._post(fields | FORMATS[number], wav, end)
                if response.status_code == 200:
                    self._format = number
                    return msgspec.json.decode(body, type=_Answer)
                named = any(word in body for word in _FORMAT_REFUSED)
                if response.status_code not in (400, 422) or not named:
                    break
        except (httpx.HTTPError, ValueError, RecursionError) as error:
            raise remote.failure(error) from error
        raise remote.refusal(response.status_code, body, response.headers.get("retry-after"))

    def _post(self, fields: dict[str, str], wav: bytes, end: float) -> tuple[httpx.Response, bytes]:
        files = {"file": ("speech.wav", wav, "audio/wav")}
        with self._client.stream("POST", "audio/transcriptions", data=fields, files=files) as response:
            body = b""
            for chunk in remote.chunks_now(response, MAX_BYTES):
                body += chunk
                if time.monotonic() > end:
                    raise EngineError("timeout", f"no whole answer within {self._budget_s:g} s")
        return response, body


class HuggingFaceTranscriber:
    """Hugging Face Inference; `model` is a name of the hub, or the URL of an endpoint."""

    device = "remote"

    def __init__(self, model: str, *, api_key: str = "", provider: str = "auto", budget_s: float) -> None:
        self._client = InferenceClient(**remote.hub_options(model, provider, api_key, budget_s))
        self._engine = tally.outside(model)

    def transcribe(self, samples: Samples, language: str, vocabulary: str = "") -> Heard:
        """Write down what is said, in whatever language the model hears. Raises EngineError."""
        if loudest_dbfs(samples) < SILENT_DBFS:
            return Heard("", "silence", 0)
        try:
            answer = self._client.automatic_speech_recognition(_wav(samples))
            text = str(answer.text)
        except Exception as error:  # huggingface_hub raises whatever its providers' code does
            raise remote.failure(error) from error
        return replace(_heard([_Stretch(text, samples)], language), engine=self._engine)


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


def _stretches(answer: _Answer, samples: Samples) -> list[_Stretch]:
    """The parts of an answer that can be judged by themselves."""
    if answer.segments and any(segment.text.strip() for segment in answer.segments):
        return [
            _Stretch(s.text, _part(samples, s.start, s.end), s.avg_logprob, s.no_speech_prob or 0.0)
            for s in answer.segments
        ]
    mean = None
    if answer.logprobs:
        mean = sum(token.logprob for token in answer.logprobs) / len(answer.logprobs)
    return [_Stretch(answer.text, samples, mean)]


def _part(samples: Samples, start_s: float, end_s: float) -> Samples:
    rate = audio.SAMPLE_RATE
    part = samples[max(0, int((start_s - _SLACK_S) * rate)) : int((end_s + _SLACK_S) * rate)]
    return part if len(part) else samples


def _heard(stretches: list[_Stretch], language: str) -> Heard:
    """What is left of an answer when it is held against the same measures as a local one."""
    texts: list[str] = []
    verdict: Verdict = "noise"
    sure: list[float] = []
    for stretch in stretches:
        words, found = _judged(stretch, language)
        if words:
            texts.append(words)
            sure += [] if stretch.log_probability is None else [math.exp(min(0.0, stretch.log_probability))]
        if verdict != "speech":
            verdict = found
    return Heard(" ".join(texts), verdict, 1, min(sure, default=None))


def _judged(stretch: _Stretch, language: str) -> tuple[str, Verdict]:
    letters, sound_s = sum(c.isalnum() for c in stretch.text), _sound_s(stretch.samples)
    if letters > IMPOSSIBLE_LETTERS_PER_S * sound_s + _SPARE_LETTERS:
        return "", "hallucination"
    evidence = Evidence(
        stretch.no_speech,
        stretch.log_probability or 0.0,
        loudest_dbfs(stretch.samples),
        told=stretch.log_probability is not None,
        fits=letters <= MOST_LETTERS_PER_S * sound_s,
    )
    return judge(stretch.text.strip(), evidence, language)


def _sound_s(samples: Samples) -> float:
    """Seconds of audio that is not much softer than its loudest packet."""
    size = audio.FRAME_SAMPLES
    frames = samples[: len(samples) // size * size].reshape(-1, size)
    if not len(frames):
        return 0.0
    power = np.square(frames.astype(np.float64)).mean(axis=1)
    return float(np.count_nonzero(power > power.max() * 10 ** (-_SOUND_DB / 10))) * audio.FRAME_MS / 1000


def _wav(samples: Samples) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(audio.SAMPLE_RATE)
        file.writeframes(audio.to_bytes(np.round(np.clip(samples, -1, 1) * 32767).astype(np.int16)))
    return buffer.getvalue()
