"""Remote recognisers against a server that speaks the protocol and misbehaves; the local one answers then."""

from pathlib import Path

import numpy as np
import pytest
from prometheus_client import REGISTRY

from parley.agents.schema import EngineOverride, Secret
from parley.errors import EngineError
from parley.remote import Guard
from stt.engines import Engines
from stt.remote import FallbackTranscriber, HuggingFaceTranscriber, OpenAiTranscriber
from stt.settings import SttSettings
from stt.transcriber import Heard, Samples
from tests.fakes.servers.audio_server import audio_server

SPEECH = (np.sin(np.arange(16_000) / 10) * 0.3).astype(np.float32)
BUDGET_S = 30.0
"""More than a server of the test ever takes, on the busiest machine."""
HURRIED_S = 0.3


class Local:
    device = "cpu"

    def __init__(self) -> None:
        self.asked = 0

    def transcribe(self, samples: Samples, language: str, vocabulary: str = "") -> Heard:
        self.asked += 1
        return Heard("the local one", "speech", 1)


def openai(url: str, key: str = "", budget_s: float = BUDGET_S) -> OpenAiTranscriber:
    return OpenAiTranscriber(url, "whisper-1", api_key=key, budget_s=budget_s)


def fallbacks(kind: str) -> float:
    labels = {"engine": "stt", "kind": kind}
    return REGISTRY.get_sample_value("parley_engine_fallbacks_total", labels) or 0.0


def test_what_is_said_is_sent_as_a_wav_file_and_written_down() -> None:
    with audio_server(text=" Are you open? ") as server:
        heard = openai(server.url, "secret").transcribe(SPEECH, "de", "Parley, TechStore")
        assert heard == Heard("Are you open?", "speech", 1, engine="whisper-1")
        path, body = server.requests[0]
        assert path == "/v1/audio/transcriptions"
        for part in (
            b"RIFF",
            b'name="model"\r\n\r\nwhisper-1',
            b'name="language"\r\n\r\nde',
            b"Parley, TechStore",
        ):
            assert part in body
        assert "authorization: bearer secret" in server.heads[0].lower()


def test_hugging_face_is_asked_by_its_own_client() -> None:
    with audio_server(text="Are you open?") as server:
        model = f"{server.host}/models/whisper"
        heard = HuggingFaceTranscriber(model, api_key="hf_x", budget_s=5).transcribe(SPEECH, "en")
        assert heard.text == "Are you open?"
        path, body = server.requests[0]
        assert path == "/models/whisper"
        assert body.startswith(b"RIFF")
        assert "authorization: bearer hf_x" in server.heads[0].lower()


def test_silence_is_not_sent() -> None:
    with audio_server() as server:
        assert openai(server.url).transcribe(np.zeros(16_000, np.float32), "en").verdict == "silence"
        assert server.requests == []


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        ({"first_delay_s": 5.0}, "timeout"),
        ({"status": 429, "retry_after": "7"}, "http"),
        ({"status": 500}, "http"),
        ({"text": "word " * 4000, "cut_after": 4800}, "protocol"),
        ({"text": "word " * 8000, "chunk_delay_s": 0.1}, "timeout"),
        ({"garbage": True}, "protocol"),
    ],
)
@pytest.mark.parametrize("engine", ["openai", "huggingface"])
def test_a_server_that_misbehaves_is_replaced_within_the_budget(
    behaviour: dict[str, object], kind: str, engine: str
) -> None:
    if engine == "huggingface" and "chunk_delay_s" in behaviour:
        behaviour = {"first_delay_s": 5.0}  # its client limits the wait for each piece, not for all of them
    local = Local()
    budget_s = HURRIED_S if kind == "timeout" else BUDGET_S
    before = fallbacks(kind)
    with audio_server(**behaviour) as server:
        distant = (
            openai(server.url, budget_s=budget_s)
            if engine == "openai"
            else HuggingFaceTranscriber(f"{server.host}/models/x", api_key="hf_x", budget_s=budget_s)
        )
        with pytest.raises(EngineError) as caught:
            distant.transcribe(SPEECH, "en")
        assert caught.value.kind == kind
        assert caught.value.retry_after_s == (7.0 if "retry_after" in behaviour else None)
        both = FallbackTranscriber(distant, local, Guard("stt", BUDGET_S, 30))
        assert both.transcribe(SPEECH, "en").text == "the local one"
    assert fallbacks(kind) == before + 1


def test_a_dead_server_is_not_asked_again_and_again(unused_tcp_port: int) -> None:
    local = Local()
    before = fallbacks("refused"), fallbacks("breaker")
    both = FallbackTranscriber(
        openai(f"http://127.0.0.1:{unused_tcp_port}/v1"), local, Guard("stt", BUDGET_S, 30)
    )
    for _ in range(5):
        assert both.transcribe(SPEECH, "en").text == "the local one"
    assert (fallbacks("refused"), fallbacks("breaker")) == (before[0] + 2, before[1] + 3)
    assert REGISTRY.get_sample_value("parley_engine_down", {"engine": "stt"}) == 1


def test_an_agents_own_engine_comes_before_that_of_the_settings(tmp_path: Path) -> None:
    local = Local()
    settings = SttSettings(redis_url="redis://x", secrets_dir=str(tmp_path))
    with audio_server(text="far away") as server:
        (tmp_path / "stt-key").write_text("abc")
        key = Secret(secret="stt-key")
        own = EngineOverride(engine="openai", base_url=server.url, model="big", api_key=key)
        engines = Engines(settings, local, {"clinic": own}.get)
        assert engines.of("techstore") is local
        assert engines.of("clinic") is engines.of("clinic")
        assert engines.of("clinic").transcribe(SPEECH, "en").text == "far away"
        assert b"big" in server.requests[0][1]
        assert "authorization: bearer abc" in server.heads[0].lower()


def segment(text: str, start: float, end: float, logprob: float, no_speech: float) -> dict[str, object]:
    return {"text": text, "start": start, "end": end, "avg_logprob": logprob, "no_speech_prob": no_speech}


NOISE = (np.random.default_rng(1).standard_normal(32_000) * 0.003).astype(np.float32)
CLICK = np.concatenate([np.zeros(16_000), np.full(480, 0.5), np.zeros(16_000)]).astype(np.float32)


@pytest.mark.parametrize(
    ("text", "samples", "told", "expected"),
    [
        ("Bye.", SPEECH, [segment("Bye.", 0, 1, -0.2, 0.01)], ("Bye.", "speech")),
        ("Bye.", SPEECH, [segment("Bye.", 0, 1, -1.3, 0.4)], ("", "hallucination")),
        ("Well", SPEECH, [segment("Well", 0, 1, -1.4, 0.8)], ("", "noise")),
        ("Thanks for watching!", SPEECH, [], ("", "hallucination")),
        ("Bye.", SPEECH, [], ("Bye.", "speech")),
        ("Thank you.", NOISE, [], ("", "hallucination")),
        ("Okay.", CLICK, [], ("", "hallucination")),
        ("Are you open on Sunday, and until when?", CLICK, [], ("", "hallucination")),
        ("Are you open?", SPEECH, [], ("Are you open?", "speech")),
    ],
)
def test_inventions_meet_the_guards_of_the_local_engine(
    text: str, samples: Samples, told: list[dict[str, object]], expected: tuple[str, str]
) -> None:
    with audio_server(text=text, told={"segments": told} if told else {}) as server:
        heard = openai(server.url).transcribe(samples, "en")
    assert (heard.text, heard.verdict) == expected


@pytest.mark.parametrize(("language", "verdict"), [("de", "hallucination"), ("en", "speech")])
def test_inventions_are_those_of_the_language_that_was_listened_for(language: str, verdict: str) -> None:
    with audio_server(text="Vielen Dank fürs Zuschauen!") as server:
        assert openai(server.url).transcribe(SPEECH, language).verdict == verdict


def test_what_was_said_is_kept_when_an_invention_follows() -> None:
    told = [segment(" Are you open?", 0, 1, -0.2, 0.01), segment(" Thanks for watching!", 1, 2, -1.2, 0.5)]
    both = np.concatenate([SPEECH, NOISE])
    with audio_server(text="Are you open? Thanks for watching!", told={"segments": told}) as server:
        heard = openai(server.url).transcribe(both, "en")
    assert (heard.text, heard.verdict) == ("Are you open?", "speech")
    assert heard.confidence == pytest.approx(np.exp(-0.2))


@pytest.mark.parametrize("without", ["verbose_json", "logprobs"])
def test_the_format_that_tells_most_is_found_out_once(without: str) -> None:
    refuses = {b"verbose_json": "response_format 'verbose_json' is not compatible with model 'x'"}
    if without == "logprobs":
        refuses[b"logprobs"] = "unknown parameter include[]"
    told = {"logprobs": [{"token": "Are", "logprob": -0.1}, {"token": " you", "logprob": -0.3}]}
    with audio_server(text="Are you", told=told, tells=b"logprobs", refuses=refuses) as server:
        engine = openai(server.url)
        heard = [engine.transcribe(SPEECH, "en") for _ in range(2)]
        asked = len(server.requests)
    assert [h.text for h in heard] == ["Are you", "Are you"]
    expected = None if without == "logprobs" else pytest.approx(np.exp(-0.2))
    assert heard[1].confidence == expected
    assert asked == len(refuses) + 2


def test_a_refusal_for_another_reason_is_final() -> None:
    with audio_server(refuses={b"whisper-1": "the model whisper-1 does not exist"}) as server:
        with pytest.raises(EngineError, match="does not exist"):
            openai(server.url).transcribe(SPEECH, "en")
        assert len(server.requests) == 1
