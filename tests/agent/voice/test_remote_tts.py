"""Remote voices against a server that speaks the protocol and misbehaves; the local voice speaks then."""

from collections.abc import Iterator

import numpy as np
import pytest
from prometheus_client import REGISTRY

from agent.voice.pool import DeadlinePool
from agent.voice.remote_tts import GuardedVoice, HuggingFaceVoice, OpenAiVoice, RemoteVoice
from agent.voice.tts import Piece, Speaker
from parley.errors import EngineError
from parley.remote import Guard
from parley.usage import tally
from parley.usage.tally import Use
from tests.fakes.servers.audio_server import TONE_RATE, audio_server, tone, wav

TEXT = "We are open from nine to five."
BUDGET_S = 30.0
"""More than a server of the test ever takes, on the busiest machine."""
HURRIED_S = 0.3


class LocalVoice:
    """Speaks a word as ten samples of 1."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def speak(self, text: str) -> Iterator[Piece]:
        self.said.append(text)
        for word in text.split():
            yield Piece(word + " ", np.ones(10, np.int16))


def openai(url: str, timeout_s: float = BUDGET_S) -> OpenAiVoice:
    return OpenAiVoice(url, "tts-1", "alloy", api_key="secret", pcm_rate=TONE_RATE, timeout_s=timeout_s)


def huggingface(host: str, timeout_s: float = BUDGET_S) -> HuggingFaceVoice:
    return HuggingFaceVoice(f"{host}/models/speech", api_key="hf_x", timeout_s=timeout_s)


def guarded(voice: RemoteVoice) -> GuardedVoice:
    return GuardedVoice(voice, Guard("tts", BUDGET_S, 30))


def fallbacks(kind: str) -> float:
    labels = {"engine": "tts", "kind": kind}
    return REGISTRY.get_sample_value("parley_engine_fallbacks_total", labels) or 0.0


async def said(speaker: Speaker, distant: GuardedVoice, text: str = TEXT) -> list[Piece]:
    return [piece async for piece in speaker.speak("local", text, 0.0, distant)]


def words(pieces: list[Piece]) -> list[str]:
    return "".join(piece.text for piece in pieces).split()


@pytest.fixture
def local() -> LocalVoice:
    return LocalVoice()


@pytest.fixture
def speaker(local: LocalVoice, pool: DeadlinePool) -> Speaker:
    return Speaker({"local": local}, pool, 10_000_000)


async def test_a_sentence_is_asked_for_and_kept(speaker: Speaker, local: LocalVoice) -> None:
    with audio_server() as server:
        voice = guarded(openai(server.url))
        first = await said(speaker, voice)
        assert words(first) == TEXT.split()
        assert sum(len(piece.pcm) for piece in first) == pytest.approx(16_000, abs=100)
        assert [words(await said(speaker, voice))] == [TEXT.split()]
        assert len(server.requests) == 1
        body = server.asked()
        assert (body["model"], body["voice"], body["input"]) == ("tts-1", "alloy", TEXT)
        assert "authorization: bearer secret" in server.heads[0].lower()
    assert local.said == []


async def test_what_each_voice_spoke_is_counted_and_what_is_kept_is_not(speaker: Speaker) -> None:
    with tally.counting() as done, audio_server() as server:
        voice = guarded(openai(server.url))
        await said(speaker, voice)
        await said(speaker, voice)
        server.status = 500
        await said(speaker, voice, "Come in.")
    assert done.uses == [
        Use(part="tts", engine="tts-1", requests=1, characters=len(TEXT)),
        Use(part="tts", requests=1, characters=len("Come in. ")),
    ]


async def test_hugging_face_is_asked_by_its_own_client(speaker: Speaker, local: LocalVoice) -> None:
    with audio_server(body=wav(tone(1.0)), content_type="audio/wav") as server:
        voice = GuardedVoice(
            HuggingFaceVoice(f"{server.host}/models/speech", api_key="hf_x", timeout_s=5), Guard("tts", 5, 30)
        )
        assert words(await said(speaker, voice)) == TEXT.split()
        assert server.requests[0][0] == "/models/speech"
        assert server.asked()["inputs"] == TEXT
    assert local.said == []


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        ({"first_delay_s": 5.0}, "timeout"),
        ({"status": 429, "retry_after": "7"}, "http"),
        ({"status": 500}, "http"),
        ({"cut_after": 0}, "protocol"),
        ({"garbage": True}, "protocol"),
        ({"body": b""}, "protocol"),
    ],
)
@pytest.mark.parametrize("make", [openai, huggingface])
async def test_a_server_that_misbehaves_is_replaced_within_the_budget(
    behaviour: dict[str, object], kind: str, make: object, speaker: Speaker, local: LocalVoice
) -> None:
    before = fallbacks(kind)
    with audio_server(**behaviour) as server:
        waits_s = HURRIED_S if kind == "timeout" else BUDGET_S
        voice = openai(server.url, waits_s) if make is openai else huggingface(server.host, waits_s)
        assert words(await said(speaker, guarded(voice))) == TEXT.split()
    assert local.said == [TEXT]
    assert fallbacks(kind) == before + 1


async def test_the_local_voice_says_the_rest_of_a_sentence_that_breaks_off(
    speaker: Speaker, local: LocalVoice
) -> None:
    with audio_server(cut_after=24_000) as server:
        pieces = await said(speaker, guarded(openai(server.url)))
    assert words(pieces) == TEXT.split()
    (rest,) = local.said
    assert 0 < len(rest.split()) < len(TEXT.split())
    assert TEXT.endswith(rest)


async def test_what_the_local_voice_said_in_its_place_is_not_kept_as_the_remote_ones(
    speaker: Speaker,
) -> None:
    with audio_server(status=500) as server:
        voice = guarded(openai(server.url))
        await said(speaker, voice)
        server.status = 200
        assert sum(len(piece.pcm) for piece in await said(speaker, voice)) > 15_000


async def test_a_dead_server_is_not_asked_again_and_again(
    speaker: Speaker, local: LocalVoice, unused_tcp_port: int
) -> None:
    before = fallbacks("refused"), fallbacks("breaker")
    voice = guarded(openai(f"http://127.0.0.1:{unused_tcp_port}/v1"))
    for number in range(5):
        await said(speaker, voice, f"Sentence {number}.")
    assert len(local.said) == 5
    assert (fallbacks("refused"), fallbacks("breaker")) == (before[0] + 2, before[1] + 3)


async def test_a_fixed_line_is_kept_in_both_voices(speaker: Speaker, local: LocalVoice) -> None:
    with audio_server() as server:
        voice = guarded(openai(server.url))
        await speaker.keep("local", TEXT, 0.0, voice)
        assert local.said == [TEXT]
        server.status = 500
        assert sum(len(piece.pcm) for piece in await said(speaker, voice)) > 15_000
        assert len(server.requests) == 1


async def test_without_a_local_voice_the_failure_is_told(pool: DeadlinePool) -> None:
    with audio_server(status=500) as server, pytest.raises(EngineError):
        await said(Speaker({}, pool, 1), guarded(openai(server.url)))
