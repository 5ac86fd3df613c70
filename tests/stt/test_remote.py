"""Remote recognisers against a server that speaks the protocol and misbehaves; the local one answers then."""

import numpy as np
import pytest
from prometheus_client import REGISTRY

from parley.agents.schema import EngineOverride
from parley.errors import EngineError
from parley.remote import Guard
from stt.engines import Engines
from stt.remote import FallbackTranscriber, HuggingFaceTranscriber, OpenAiTranscriber
from stt.settings import SttSettings
from stt.transcriber import Heard, Samples
from tests.fakes.servers.audio_server import audio_server

SPEECH = (np.sin(np.arange(16_000) / 10) * 0.3).astype(np.float32)
BUDGET_S = 0.3


class Local:
    device = "cpu"

    def __init__(self) -> None:
        self.asked = 0

    def transcribe(self, samples: Samples, language: str, vocabulary: str = "") -> Heard:
        self.asked += 1
        return Heard("the local one", "speech", 1)


def openai(url: str, key: str = "") -> OpenAiTranscriber:
    return OpenAiTranscriber(url, "whisper-1", api_key=key, budget_s=BUDGET_S)


def fallbacks(kind: str) -> float:
    labels = {"engine": "stt", "kind": kind}
    return REGISTRY.get_sample_value("parley_engine_fallbacks_total", labels) or 0.0


def test_what_is_said_is_sent_as_a_wav_file_and_written_down() -> None:
    with audio_server(text=" Are you open? ") as server:
        heard = openai(server.url, "secret").transcribe(SPEECH, "de", "Parley, TechStore")
        assert heard == Heard("Are you open?", "speech", 1)
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
    before = fallbacks(kind)
    with audio_server(**behaviour) as server:
        distant = (
            openai(server.url)
            if engine == "openai"
            else HuggingFaceTranscriber(f"{server.host}/models/x", api_key="hf_x", budget_s=BUDGET_S)
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


def test_an_agents_own_engine_comes_before_that_of_the_settings() -> None:
    local = Local()
    settings = SttSettings(redis_url="redis://x")
    with audio_server(text="far away") as server:
        own = EngineOverride(engine="openai", base_url=server.url, model="big")
        engines = Engines(settings, local, {"clinic": own}.get)
        assert engines.of("techstore") is local
        assert engines.of("clinic") is engines.of("clinic")
        assert engines.of("clinic").transcribe(SPEECH, "en").text == "far away"
        assert b"big" in server.requests[0][1]
