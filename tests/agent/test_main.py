"""The service as a process: real Redis, real voice, a language model over a real socket."""

import asyncio
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from parley.bus import AGENT_JOBS, Bus, down_stream
from parley.messages import AnyMessage, ReplyEnd, ReplyJob, Speech
from tests.fakes.servers.llm_server import llm_server

ROOT = Path(__file__).parents[2]
MODELS = os.environ.get("MODELS_DIR", "/models")
needs_voice = pytest.mark.skipif(
    not (Path(MODELS) / "tts" / "hibari").is_dir(), reason=f"no voice under {MODELS}"
)


def environment(**settings: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    fixed = {
        "PYTHONPATH": str(ROOT / "services"),
        "AGENTS_DIR": str(ROOT / "agents"),
        "MODELS_DIR": MODELS,
        "OPENBLAS_NUM_THREADS": "1",  # as in the image
    }
    return kept | fixed | settings


@asynccontextmanager
async def service(**settings: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "agent", env=environment(**settings), stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def get(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""
    except OSError:
        return 0, ""


async def ready(port: int) -> bool:
    status, _ = await asyncio.to_thread(get, port, "/healthz")
    return status == 200


async def until_ready(port: int, process: asyncio.subprocess.Process, timeout_s: float = 90) -> None:
    end = time.monotonic() + timeout_s
    while not await ready(port):
        assert process.returncode is None
        assert time.monotonic() < end, "never became ready"
        await asyncio.sleep(0.1)


async def until_told(port: int, line: str, timeout_s: float = 10) -> None:
    """Wait until /metrics has a line."""
    end = time.monotonic() + timeout_s
    while line not in (await asyncio.to_thread(get, port, "/metrics"))[1]:
        assert time.monotonic() < end, line
        await asyncio.sleep(0.1)


async def reply(bus: Bus, **fields: object) -> list[AnyMessage]:
    """What the gateway gets for a job."""
    job = {
        "call": "c1",
        "gateway": "main",
        "agent": "techstore",
        "turn": 1,
        "revision": 1,
        "queued_at": time.time(),
    }
    stream = down_stream("main")
    after = await bus.last_id(stream)
    await bus.publish(AGENT_JOBS, ReplyJob(**(job | fields)))  # type: ignore[arg-type]
    got: list[AnyMessage] = []
    end = time.monotonic() + 150
    while not (got and isinstance(got[-1], ReplyEnd)):
        assert time.monotonic() < end, got
        for entry, message in await bus.read(stream, after, block_ms=200):
            after = entry
            got.append(message)
    return got


def text(got: list[AnyMessage]) -> str:
    return "".join(m.text for m in got if isinstance(m, Speech))


@needs_voice
async def test_a_call_is_served(redis_url: str, unused_tcp_port: int) -> None:
    port = unused_tcp_port
    bus = Bus.connect(redis_url)
    async with (
        llm_server(words=["We", " are", " fine", ",", " thanks", "."]) as llm,
        service(REDIS_URL=redis_url, METRICS_PORT=str(port), LLM_BASE_URL=llm.url) as process,
    ):
        await until_ready(port, process)
        assert (
            text(await reply(bus, kind="greeting", turn=0))
            == "Hello, this is TechStore. How can I help you? "
        )
        answered = await reply(bus, text="How are you today?", revision=2)
        assert text(answered) == "We are fine, thanks. "
        assert isinstance(answered[0], Speech)
        assert answered[0].timing is not None
        last = (await reply(bus, text="Thanks, bye.", revision=3))[-1]
        assert isinstance(last, ReplyEnd)
        assert last.action == "hangup"
        # A job is counted just after its reply has gone out.
        await until_told(port, 'parley_agent_jobs_total{kind="reply",outcome="done"} 2.0')
        _, metrics = await asyncio.to_thread(get, port, "/metrics")
        assert "parley_llm_up 1.0" in metrics
        process.send_signal(signal.SIGTERM)
        # Docker kills it then (stop_grace_period).
        assert await asyncio.wait_for(process.wait(), 20) == 0
    await bus.close()


@needs_voice
async def test_without_a_language_model_it_is_not_ready_and_says_what_it_can(
    redis_url: str, unused_tcp_port: int
) -> None:
    port = unused_tcp_port
    bus = Bus.connect(redis_url)
    url = "http://127.0.0.1:9/v1"  # the discard port: nobody listens
    # The job waits for the service to start.
    patience = {"AGENT_JOB_MAX_AGE_S": "300"}
    async with service(REDIS_URL=redis_url, METRICS_PORT=str(port), LLM_BASE_URL=url, **patience) as process:
        got = await reply(bus, text="How are you today?")
        assert text(got).startswith("At the moment I can only answer simple questions.")
        assert not await ready(port)
        process.send_signal(signal.SIGTERM)
        assert process.stdout is not None
        log = (await process.stdout.read()).decode()
        assert "LLM_BASE_URL" in log
        assert '"kind":"refused"' in log
    await bus.close()


@pytest.mark.parametrize(
    ("settings", "status", "words"),
    [
        ({"LLM_BASE_URL": "nonsense"}, 2, "setting LLM_BASE_URL: must begin with"),
        ({"AGENTS_DIR": "/nowhere"}, 1, "there is no agent here"),
        ({"MODELS_DIR": "/nowhere"}, 1, "setting TTS_VOICE: no model at /nowhere/tts/"),
    ],
)
async def test_what_is_wrong_is_said(
    settings: dict[str, str], status: int, words: str, unused_tcp_port: int
) -> None:
    values = {"REDIS_URL": "redis://127.0.0.1:9", "METRICS_PORT": str(unused_tcp_port)} | settings
    async with service(**values) as process:
        assert process.stdout is not None
        log = (await asyncio.wait_for(process.stdout.read(), 60)).decode()
        assert await process.wait() == status
        assert words in log


@needs_voice
async def test_a_turn_is_answered_although_every_remote_engine_is_down(
    redis_url: str, unused_tcp_port_factory: Callable[[], int]
) -> None:
    port, nobody = unused_tcp_port_factory(), unused_tcp_port_factory()
    bus = Bus.connect(redis_url)
    async with (
        llm_server(status=500) as outside,
        llm_server(words=["We", " are", " fine", ",", " thanks", "."]) as local,
        service(
            REDIS_URL=redis_url,
            METRICS_PORT=str(port),
            LLM_BASE_URL=outside.url,
            LLM_FALLBACK="true",
            LLM_FALLBACK_URL=local.url,
            TTS_ENGINE="openai",
            TTS_BASE_URL=f"http://127.0.0.1:{nobody}/v1",
        ) as process,
    ):
        await until_ready(port, process)
        got = await reply(bus, text="How are you today?")
        assert text(got).strip() == "We are fine, thanks."
        _, metrics = await asyncio.to_thread(get, port, "/metrics")
        assert 'parley_engine_fallbacks_total{engine="llm",kind="http"} 1.0' in metrics
        assert 'parley_engine_fallbacks_total{engine="tts",kind="breaker"} 0.0' not in metrics
        assert 'parley_engine_down{engine="tts"} 1.0' in metrics
    await bus.close()
