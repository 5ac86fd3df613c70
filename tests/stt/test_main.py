"""The worker as a process, with its real models, recordings of a human, and a real Redis."""

import asyncio
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest

from parley.bus import AGENT_JOBS, STT_JOBS, Bus, down_stream
from parley.messages import ReplyJob, Transcript
from stt.transcriber import Samples
from stt.worker import GROUP
from tests.stt.conftest import PAUSE, SAID, speak, stt_model, transcribe_job

SERVICES = Path(__file__).parents[2] / "services"
READY_S = 90


class Process:
    def __init__(self, redis_url: str, models_dir: Path, port: int, **environ: str) -> None:
        self.port = port
        values = {"REDIS_URL": redis_url, "MODELS_DIR": str(models_dir), "METRICS_PORT": str(port)}
        values |= {"AGENTS_DIR": str(SERVICES.parent / "agents")}
        values |= {"STT_MODEL": stt_model(), "STT_THREADS": "1", "STT_CLAIM_AFTER_MS": "1000"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "stt"],
            cwd=SERVICES,
            env={**os.environ, **values, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=2) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, ""

    def wait_ready(self) -> list[int]:
        """The answers of /healthz until it is ready."""
        seen: list[int] = []
        end = time.monotonic() + READY_S
        while time.monotonic() < end:
            assert self.process.poll() is None, self.output()
            with suppress(OSError):
                seen.append(self.get("/healthz")[0])
                if seen[-1] == 200:
                    return seen
            time.sleep(0.1)
        raise AssertionError(f"not ready after {READY_S} s")

    def jobs(self, outcome: str = "speech") -> float:
        return self.count(f'parley_stt_jobs_total{{outcome="{outcome}"}}')

    def count(self, series: str) -> float:
        """The value of one time series in /metrics; 0 when it is not there."""
        rows = (row.rpartition(" ") for row in self.get("/metrics")[1].splitlines())
        return next((float(value) for name, _, value in rows if name == series), 0.0)

    def output(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.read()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


Starter = Callable[..., Process]


@pytest.fixture
def start(redis_url: str, models_dir: Path, unused_tcp_port_factory: Callable[[], int]) -> Iterator[Starter]:
    running: list[Process] = []

    def begin(**environ: str) -> Process:
        running.append(Process(redis_url, models_dir, unused_tcp_port_factory(), **environ))
        return running[-1]

    yield begin
    for process in running:
        process.stop()


async def _three_calls(bus: Bus, speech: Callable[[str], Samples]) -> dict[str, tuple[str, int]]:
    """Three calls in which something has been said: call → recording, end."""
    calls = {}
    for call, name in zip(
        ("c1", "c2", "c3"), ("conf-onlyperson", "demo-nomatch", "vm-rec-name"), strict=True
    ):
        end = await speak(bus, call, np.concatenate([speech(name), PAUSE]), start=8000)
        calls[call] = (name, end)
    return calls


async def _ask(bus: Bus, calls: dict[str, tuple[str, int]], revision: int) -> None:
    for call, (_, end) in calls.items():
        job = transcribe_job(
            call=call, revision=revision, start_sample=8000, end_sample=end, queued_at=time.time()
        )
        await bus.publish(STT_JOBS, job)


async def _transcripts(bus: Bus, count: int, timeout_s: float = 60) -> list[Transcript]:
    end = time.monotonic() + timeout_s
    while True:
        got = [message for _, message in await bus.read(down_stream("g1"), "0-0", block_ms=100)]
        if len(got) >= count:
            assert all(isinstance(message, Transcript) for message in got)
            return got  # type: ignore[return-value]
        assert time.monotonic() < end, f"{len(got)} of {count} transcripts"


def _plain(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalpha() or letter == " ")


async def test_two_workers_share_three_calls_and_the_words_are_right(
    bus: Bus, start: Starter, speech: Callable[[str], Samples]
) -> None:
    one, two = start(), start()
    calls = await _three_calls(bus, speech)
    for process in (one, two):
        process.wait_ready()
    for revision in (1, 2):
        await _ask(bus, calls, revision)
    got = await _transcripts(bus, 6)
    assert sorted((t.call, t.revision) for t in got) == [(c, r) for c in calls for r in (1, 2)]
    for transcript in got:
        assert _plain(transcript.text) == _plain(SAID[calls[transcript.call][0]])
        assert transcript.end_of_turn is not None
        assert 0 <= transcript.end_of_turn <= 1
    replies = [m for _, m in await bus.read(AGENT_JOBS, "0-0", block_ms=1)]
    assert sorted((r.call, r.revision) for r in replies if isinstance(r, ReplyJob)) == sorted(
        (t.call, t.revision) for t in got
    )
    assert one.jobs() + two.jobs() == 6
    assert one.jobs() >= 1
    assert two.jobs() >= 1


async def test_a_killed_workers_job_is_neither_lost_nor_done_twice(
    bus: Bus, start: Starter, speech: Callable[[str], Samples], monologue: Samples
) -> None:
    workers = start(), start()
    calls = await _three_calls(bus, speech)
    for process in workers:
        process.wait_ready()
    # Long enough that whoever takes it is in the middle of it when it is killed.
    long = {"c4": ("monologue", await speak(bus, "c4", monologue, start=8000))}
    await _ask(bus, long, 1)
    victim = await _kill_in_mid_job(bus, workers)
    await _ask(bus, calls, 1)
    got = await _transcripts(bus, 4)
    await asyncio.sleep(2.5)  # longer than a claim and a decode: a second answer would be there by now
    got = await _transcripts(bus, 4)
    assert sorted((t.call, t.revision) for t in got) == [(call, 1) for call in (*calls, *long)]
    assert await bus._redis.xlen(STT_JOBS) == 0
    (survivor,) = (worker for worker in workers if worker is not victim)
    assert survivor.count("parley_stt_claimed_total") >= 1


async def _kill_in_mid_job(bus: Bus, workers: Sequence[Process]) -> Process:
    """Kill the worker that the group says has the job, and return it."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        for pending in await bus._redis.xpending_range(STT_JOBS, GROUP, "-", "+", 1):
            pid = int(pending["consumer"].rpartition(b"-")[2])
            (victim,) = (worker for worker in workers if worker.process.pid == pid)
            victim.process.send_signal(signal.SIGKILL)
            victim.process.wait()
            left = await bus._redis.xpending_range(STT_JOBS, GROUP, "-", "+", 1)
            assert left, "it was quicker"
            return victim
        await asyncio.sleep(0.005)
    raise AssertionError("no worker took the job")


async def test_ready_only_when_the_model_is_loaded_and_a_stop_is_clean(bus: Bus, start: Starter) -> None:
    process = start()
    seen = await asyncio.to_thread(process.wait_ready)
    assert set(seen[:-1]) <= {503}
    assert f'parley_stt_model_loaded{{device="cpu",model="{stt_model()}"}} 1.0' in process.get("/metrics")[1]
    process.process.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(process.process.wait, 10) == 0
    assert await bus._redis.xinfo_consumers(STT_JOBS, GROUP) == []


async def test_a_job_in_hand_is_finished_before_a_stop(bus: Bus, start: Starter, monologue: Samples) -> None:
    process = start()
    end = await speak(bus, "c1", monologue)
    process.wait_ready()
    await bus.publish(STT_JOBS, transcribe_job(end_sample=end, queued_at=time.time()))
    for _ in range(500):
        if await bus._redis.xpending_range(STT_JOBS, GROUP, "-", "+", 1):
            break
        await asyncio.sleep(0.01)
    process.process.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(process.process.wait, 30) == 0
    (transcript,) = await _transcripts(bus, 1)
    assert "conference" in transcript.text


def test_a_missing_model_is_a_clear_error(
    redis_url: str, tmp_path: Path, unused_tcp_port_factory: Callable[[], int]
) -> None:
    process = Process(
        redis_url, tmp_path, unused_tcp_port_factory(), STT_MODEL="huge", STT_END_OF_TURN="false"
    )
    try:
        assert process.process.wait(60) != 0
        output = process.output()
    finally:
        process.stop()
    for word in ("STT_MODEL", str(tmp_path / "whisper" / "huge"), "make models"):
        assert word in output
    assert "Traceback" not in output
    assert urlsplit(redis_url).hostname
