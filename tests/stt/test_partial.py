import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import numpy as np

from parley.bus import PARTIAL_JOBS, PREPARE_JOBS, Bus, down_stream
from parley.messages import Cancel, PartialJob, PartialTranscript
from stt import metrics
from stt.partial import LATEST_S, PartialWorker
from stt.transcriber import Heard, Samples
from tests.fakes.engines.ears import Ears
from tests.stt.conftest import speak
from tests.stt.test_worker import messages


def partial_job(**fields: Any) -> PartialJob:
    values: dict[str, Any] = {
        "call": "c1", "gateway": "g1", "agent": "shop", "turn": 1, "start_sample": 0, "queued_at": time.time(),
    }  # fmt: skip
    return PartialJob(**(values | fields))


@asynccontextmanager
async def working(bus: Bus, ears: Ears) -> AsyncIterator[None]:
    stopping = asyncio.Event()
    task = asyncio.create_task(PartialWorker(bus, ears, name="w1", claim_after_ms=400).run(stopping))
    try:
        yield
    finally:
        stopping.set()
        await task


def outcomes(outcome: str) -> float:
    return metrics.PARTIAL_JOBS.labels(outcome)._value.get()


async def test_the_words_so_far_go_to_the_gateway_and_to_the_agent(bus: Bus) -> None:
    await speak(bus, "c1", np.full(16000, 0.5, np.float32), start=3200)
    async with working(bus, Ears("where is my")):
        job = partial_job(start_sample=3200, turn=3, heard="We are", repeats="where", hushed=True)
        await bus.publish(PARTIAL_JOBS, job)
        (told,) = await messages(bus, down_stream("g1"), 1)
        assert list(await messages(bus, PREPARE_JOBS, 1)) == [told]
    assert isinstance(told, PartialTranscript)
    assert (told.call, told.agent, told.turn, told.language) == ("c1", "shop", 3, "en")
    assert (told.text, told.start_sample, told.end_sample) == ("where is my", 3200, 19200)
    assert (told.heard, told.repeats, told.hushed) == ("We are", "where", True)


async def test_who_waits_is_read_up_to_what_has_come_meanwhile(bus: Bus) -> None:
    await bus.publish(PARTIAL_JOBS, partial_job())
    await speak(bus, "c1", np.full(4800, 0.5, np.float32))
    ears = Ears()
    async with working(bus, ears):
        (told,) = await messages(bus, down_stream("g1"), 1)
    assert isinstance(told, PartialTranscript)
    assert told.end_sample == 4800
    assert [len(samples) for samples in ears.heard] == [4800]
    assert all(thread.startswith("partial") for thread in ears.threads), "never on the event loop"


async def test_nothing_is_prepared_without_words_or_where_no_answer_is_wanted(bus: Bus) -> None:
    ears = Ears("")
    async with working(bus, ears):
        await bus.publish(PARTIAL_JOBS, partial_job())
        await messages(bus, down_stream("g1"), 1)
        ears.text = "two"
        await bus.publish(PARTIAL_JOBS, partial_job(prepare=False))
        await messages(bus, down_stream("g1"), 2)
    assert await bus.read(PREPARE_JOBS, "0-0", block_ms=1) == []


async def test_what_has_waited_too_long_is_dropped(bus: Bus) -> None:
    before = outcomes("late")
    ears = Ears()
    async with working(bus, ears):
        await bus.publish(PARTIAL_JOBS, partial_job(queued_at=time.time() - LATEST_S - 1))
        await bus.publish(PARTIAL_JOBS, partial_job(call="c2"))
        (told,) = await messages(bus, down_stream("g1"), 1)
    assert told.call == "c2"
    assert len(ears.heard) == 1
    assert outcomes("late") == before + 1
    assert await bus._redis.xlen(PARTIAL_JOBS) == 0


async def test_a_failing_engine_and_foreign_jobs_do_not_stop_it(bus: Bus) -> None:
    ears = Ears(error=ValueError("x"))
    failed, unreadable = outcomes("failed"), outcomes("unreadable")
    async with working(bus, ears):
        await bus.publish(PARTIAL_JOBS, partial_job())
        await bus.publish(PARTIAL_JOBS, Cancel(call="c1", revision=0))
        await bus._redis.xadd(PARTIAL_JOBS, {"m": b"\xc1 not msgpack"})
        while await bus._redis.xlen(PARTIAL_JOBS):  # noqa: ASYNC110  # Redis tells nobody of it
            await asyncio.sleep(0.02)
        ears.error = None
        await bus.publish(PARTIAL_JOBS, partial_job())
        await messages(bus, down_stream("g1"), 1)
    assert (outcomes("failed"), outcomes("unreadable")) == (failed + 1, unreadable + 2)


class Nice(Ears):
    """Tells how nice the thread is that it works on."""

    nice: int | None = None

    def transcribe(self, samples: Samples, language: str, vocabulary: str = "") -> Heard:
        self.nice = os.getpriority(os.PRIO_PROCESS, 0)
        return super().transcribe(samples, language, vocabulary)


async def test_its_thread_gives_way_to_transcripts(bus: Bus) -> None:
    ears = Nice()
    own = os.getpriority(os.PRIO_PROCESS, 0)
    async with working(bus, ears):
        await bus.publish(PARTIAL_JOBS, partial_job())
        await messages(bus, down_stream("g1"), 1)
    assert ears.nice is not None
    assert ears.nice > own
    assert os.getpriority(os.PRIO_PROCESS, 0) == own
