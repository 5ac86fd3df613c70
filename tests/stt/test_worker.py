import asyncio
import threading
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import numpy as np
import pytest
from prometheus_client import REGISTRY

from parley import audio
from parley.bus import AGENT_JOBS, EVENTS, STT_JOBS, Bus, down_stream
from parley.errors import EngineError
from parley.messages import AnyMessage, Cancel, ReplyFailed, ReplyJob, Transcript
from stt import hands, metrics
from stt.worker import GROUP, LATEST_S, Worker, warm_up
from tests.fakes.engines.ears import Ears, Judge
from tests.stt.conftest import speak, transcribe_job

CLAIM_AFTER_MS = 400


@asynccontextmanager
async def working(
    bus: Bus, ears: Ears, judge: Judge | None = None, name: str = "w1", at_once: int = 1
) -> AsyncIterator[asyncio.Event]:
    worker = Worker(bus, ears, judge, name=name, claim_after_ms=CLAIM_AFTER_MS, at_once=at_once)
    stopping, joined = asyncio.Event(), asyncio.Event()
    task = asyncio.create_task(worker.run(stopping, joined.set))
    await joined.wait()
    try:
        yield stopping
    finally:
        stopping.set()
        await task


async def messages(bus: Bus, stream: str, count: int, timeout_s: float = 10.0) -> Sequence[AnyMessage]:
    """Everything on the stream, once there are `count`."""
    end = time.monotonic() + timeout_s
    while True:
        got = [message for _, message in await bus.read(stream, "0-0", block_ms=50)]
        if len(got) >= count:
            return got
        assert time.monotonic() < end, f"{len(got)} of {count} messages on {stream}"


async def settled(bus: Bus) -> None:
    """Wait until every job has been acknowledged."""
    for _ in range(200):
        if not await bus._redis.xlen(STT_JOBS):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("a job is left")


def outcomes(outcome: str) -> float:
    return metrics.JOBS.labels(outcome)._value.get()


async def test_words_go_to_the_gateway_and_to_the_agent(bus: Bus) -> None:
    end = await speak(bus, "c1", np.full(16000, 0.5, np.float32))
    async with working(bus, Ears("where is my order"), Judge(0.8)):
        queued_at = time.time()
        await bus.publish(
            STT_JOBS,
            transcribe_job(
                turn=3,
                revision=7,
                end_sample=end,
                queued_at=queued_at,
                heard="We are",
                repeats="where is",
                language="en",
            ),
        )
        (transcript,) = await messages(bus, down_stream("g1"), 1)
        (reply,) = await messages(bus, AGENT_JOBS, 1)
        await settled(bus)
    assert isinstance(transcript, Transcript)
    assert (transcript.call, transcript.turn, transcript.revision) == ("c1", 3, 7)
    assert transcript.text == "where is my order"
    assert transcript.end_of_turn == 0.8
    assert 0 <= transcript.queue_s < 5
    assert 0 <= transcript.work_s < 5
    assert isinstance(reply, ReplyJob)
    assert (reply.call, reply.gateway, reply.agent, reply.turn, reply.revision) == ("c1", "g1", "shop", 3, 7)
    assert (reply.kind, reply.text, reply.language) == ("reply", "where is my order", "en")
    assert (reply.heard, reply.repeats) == ("We are", "where is")
    assert reply.queued_at >= queued_at


async def test_what_was_recognised_is_told_also_for_words_that_nobody_waits_for(bus: Bus) -> None:
    before = await bus.last_id(EVENTS)
    end = await speak(bus, "c1", np.full(24000, 0.5, np.float32))
    async with working(bus, Ears("hello", engine="whisper-1", takes_s=0.3)):
        await bus.publish(STT_JOBS, transcribe_job(end_sample=end))
        await asyncio.sleep(0.1)
        await bus.cancel(Cancel(call="c1", revision=transcribe_job().revision))
        await settled(bus)
        ((_, event),) = await bus.events(before)
    use = {"part": "stt", "engine": "whisper-1", "requests": 1, "seconds": 1.5}
    assert (event.kind, event.call, event.data) == ("usage", "c1", {"agent": "shop", "uses": [use]})


async def test_the_engine_gets_the_range_with_silence_in_its_gaps(bus: Bus) -> None:
    await speak(bus, "c1", np.full(3200, 0.5, np.float32), start=1000)
    await speak(bus, "c1", np.full(3200, -0.5, np.float32), start=8000)
    ears = Ears()
    async with working(bus, ears):
        await bus.publish(STT_JOBS, transcribe_job(start_sample=500, end_sample=10000, vocabulary="Parley"))
        await messages(bus, down_stream("g1"), 1)
    (samples,) = ears.heard
    assert samples.shape == (9500,)
    assert samples.dtype == np.float32
    assert samples[:500].max() == 0
    assert samples[500:3700] == pytest.approx(0.5, abs=1e-3)
    assert np.abs(samples[3700:7500]).max() == 0
    assert samples[7500:] == pytest.approx(-0.5, abs=1e-3)
    assert ears.hints == [("en", "Parley")]
    assert all(thread.startswith("decode") for thread in ears.threads), "never on the event loop"


async def test_what_three_workers_have_died_of_is_answered_unread(bus: Bus) -> None:
    before = outcomes("poison")
    await bus.join(STT_JOBS, GROUP)
    await bus.publish(STT_JOBS, transcribe_job())
    for dead in ("w1", "w2", "w3"):
        assert await bus.take(STT_JOBS, GROUP, dead, block_ms=10, claim_after_ms=0) is not None
    ears = Ears()
    async with working(bus, ears):
        (failed,) = await messages(bus, down_stream("g1"), 1)
        await settled(bus)
    assert isinstance(failed, ReplyFailed)
    assert ears.heard == []
    assert outcomes("poison") == before + 1


async def test_no_words_are_told_to_the_gateway_only(bus: Bus) -> None:
    before = outcomes("noise")
    async with working(bus, Ears(""), Judge()):
        await bus.publish(STT_JOBS, transcribe_job())
        (transcript,) = await messages(bus, down_stream("g1"), 1)
        await settled(bus)
    assert isinstance(transcript, Transcript)
    assert transcript.text == ""
    assert await bus.read(AGENT_JOBS, "0-0", block_ms=1) == []
    assert outcomes("noise") == before + 1


async def test_stale_jobs_are_skipped_without_decoding(bus: Bus) -> None:
    await bus.cancel(Cancel(call="c1", revision=2))
    ears = Ears()
    async with working(bus, ears):
        for revision in (1, 2, 3):
            await bus.publish(STT_JOBS, transcribe_job(revision=revision))
        (transcript,) = await messages(bus, down_stream("g1"), 1)
        await settled(bus)
    assert isinstance(transcript, Transcript)
    assert transcript.revision == 3
    assert len(ears.heard) == 1


async def test_a_job_that_nobody_waits_for_any_more_is_dropped(bus: Bus) -> None:
    before = outcomes("expired")
    ears = Ears()
    async with working(bus, ears):
        await bus.publish(STT_JOBS, transcribe_job(revision=1, queued_at=time.time() - LATEST_S - 1))
        await bus.publish(STT_JOBS, transcribe_job(revision=2))
        (transcript,) = await messages(bus, down_stream("g1"), 1)
        await settled(bus)
    assert isinstance(transcript, Transcript)
    assert transcript.revision == 2
    assert len(ears.heard) == 1
    assert outcomes("expired") == before + 1


async def test_a_revision_that_goes_stale_while_it_is_decoded_is_not_published(bus: Bus) -> None:
    async with working(bus, Ears(takes_s=0.5)):
        await bus.publish(STT_JOBS, transcribe_job(revision=1))
        await asyncio.sleep(0.25)
        await bus.cancel(Cancel(call="c1", revision=1))
        await settled(bus)
    assert await bus.read(down_stream("g1"), "0-0", block_ms=1) == []
    assert await bus.read(AGENT_JOBS, "0-0", block_ms=1) == []


async def test_what_is_written_down_of_a_long_turn_is_kept_though_the_caller_goes_on(bus: Bus) -> None:
    end = audio.ONE_DECODE + 16000
    async with working(bus, Ears("on and on", takes_s=0.5)):
        await bus.publish(STT_JOBS, transcribe_job(revision=1, start_sample=800, end_sample=end))
        await asyncio.sleep(0.25)
        await bus.cancel(Cancel(call="c1", revision=1))
        (transcript,) = await messages(bus, down_stream("g1"), 1)
        await settled(bus)
    assert isinstance(transcript, Transcript)
    assert (transcript.start_sample, transcript.end_sample, transcript.text) == (800, end, "on and on")
    assert await bus.read(AGENT_JOBS, "0-0", block_ms=1) == []


@pytest.mark.parametrize(
    ("text", "whole"), [("and a blue one", "a red one and a blue one"), ("", "a red one")]
)
async def test_what_is_known_of_a_turn_is_not_written_down_again(bus: Bus, text: str, whole: str) -> None:
    end = await speak(bus, "c1", np.linspace(0, 0.9, 12 * 16000, dtype=np.float32))
    ears, judge = Ears(text), Judge()
    job = transcribe_job(end_sample=end, written="a red one", written_to=10 * 16000)
    async with working(bus, ears, judge):
        await bus.publish(STT_JOBS, job)
        (transcript,) = await messages(bus, down_stream("g1"), 1)
        (reply,) = await messages(bus, AGENT_JOBS, 1)
        await settled(bus)
    assert isinstance(transcript, Transcript)
    assert isinstance(reply, ReplyJob)
    assert transcript.text == reply.text == whole
    (samples,) = ears.heard
    assert samples.shape == (2 * 16000,)
    assert samples[0] == pytest.approx(0.75, abs=1e-3)
    (judged,) = judge.heard
    assert judged.shape == (8 * 16000,), "how the turn ends is judged by what came before, too"


async def test_who_speaks_on_and_on_keeps_nobody_waiting(bus: Bus) -> None:
    ears = Ears("hello", takes_s=0.1)
    minute = await speak(bus, "c1", np.full(70 * 16000, 0.5, np.float32))
    async with working(bus, ears):
        await bus.publish(STT_JOBS, transcribe_job(call="c1", end_sample=minute))
        await bus.publish(STT_JOBS, transcribe_job(call="c2"))
        first, second = await messages(bus, down_stream("g1"), 2)
        await settled(bus)
    assert (first.call, second.call) == ("c2", "c1")
    assert isinstance(second, Transcript)
    assert second.text == "hello hello hello", "all of it is written down, in pieces"


async def test_several_jobs_are_done_at_once_where_there_is_room(bus: Bus) -> None:
    together = threading.Barrier(3)
    ears = Ears("hello", meets=together)
    async with working(bus, ears, at_once=3):
        for call in ("c1", "c2", "c3"):
            await bus.publish(STT_JOBS, transcribe_job(call=call))
        told = await messages(bus, down_stream("g1"), 3)
        await settled(bus)
    assert {message.call for message in told if isinstance(message, Transcript)} == {"c1", "c2", "c3"}


def errors_counted(kind: str) -> float:
    return REGISTRY.get_sample_value("parley_stt_errors_total", {"kind": kind}) or 0.0


@pytest.mark.parametrize(
    ("error", "kind"),
    [(EngineError("language", "no such language"), "language"), (ValueError("x"), "internal")],
)
async def test_a_failing_engine_is_told_and_the_next_job_is_done(
    bus: Bus, error: Exception, kind: str
) -> None:
    ears = Ears(error=error)
    errors = errors_counted(kind)
    async with working(bus, ears):
        await bus.publish(STT_JOBS, transcribe_job(revision=1))
        (failed,) = await messages(bus, down_stream("g1"), 1)
        ears.error = None
        await bus.publish(STT_JOBS, transcribe_job(revision=2))
        await messages(bus, down_stream("g1"), 2)
        await settled(bus)
    assert failed == ReplyFailed(call="c1", turn=1, revision=1, kind=kind)
    assert errors_counted(kind) == errors + 1


async def test_a_decode_without_an_end_is_answered_and_ends_the_process(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hands, "STUCK_S", 0.5)
    monkeypatch.setattr(hands, "_LOOK_S", 0.1)
    back, stuck = threading.Event(), asyncio.Event()
    worker = Worker(
        bus,
        Ears(hangs_until=back),
        None,
        name="w1",
        claim_after_ms=CLAIM_AFTER_MS,
        at_once=1,
        on_stuck=stuck.set,
    )
    stopping = asyncio.Event()
    running = asyncio.create_task(worker.run(stopping))
    await bus.publish(STT_JOBS, transcribe_job())
    await stuck.wait()
    (failed,) = await messages(bus, down_stream("g1"), 1)
    assert failed == ReplyFailed(call="c1", turn=1, revision=1, kind="timeout")
    assert await bus._redis.xlen(STT_JOBS) == 0, "nobody else is to die of it"
    back.set()
    stopping.set()
    await running


async def test_who_waits_for_a_thread_is_not_stuck(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hands, "STUCK_S", 1.0)
    threads, back = hands.Threads("decode", 1), threading.Event()
    audio_s = np.zeros(60 * audio.SAMPLE_RATE, np.float32)
    first = asyncio.create_task(threads.run(lambda samples: back.wait(60), audio_s))
    second = asyncio.create_task(threads.run(len, audio_s[:0]))
    await asyncio.sleep(1.5)
    back.set()
    assert await first
    assert await second == 0
    assert not threads.stuck
    threads.close()


async def test_without_a_score_the_words_still_go_out(bus: Bus) -> None:
    async with working(bus, Ears(), Judge(error=RuntimeError("broken"))):
        await bus.publish(STT_JOBS, transcribe_job())
        (transcript,) = await messages(bus, down_stream("g1"), 1)
    assert isinstance(transcript, Transcript)
    assert (transcript.text, transcript.end_of_turn) == ("hello", None)


async def test_unreadable_and_foreign_jobs_do_not_stop_the_worker(bus: Bus) -> None:
    before = outcomes("unreadable")
    async with working(bus, Ears()):
        await bus._redis.xadd(STT_JOBS, {"m": b"\xc1 not msgpack"})
        await bus.publish(STT_JOBS, Cancel(call="c1", revision=0))
        await bus.publish(STT_JOBS, transcribe_job())
        await messages(bus, down_stream("g1"), 1)
    assert outcomes("unreadable") == before + 2


async def test_a_long_decode_is_not_taken_from_its_worker(bus: Bus) -> None:
    slow, idle = Ears(takes_s=CLAIM_AFTER_MS / 1000 * 3), Ears()
    async with working(bus, slow, name="slow"):
        await bus.publish(STT_JOBS, transcribe_job())
        await asyncio.sleep(0.1)
        async with working(bus, idle, name="idle"):
            await settled(bus)
    assert len(await messages(bus, down_stream("g1"), 1)) == 1
    assert idle.heard == []


async def test_a_dead_workers_job_is_taken_over(bus: Bus) -> None:
    await bus.join(STT_JOBS, GROUP)
    await bus.publish(STT_JOBS, transcribe_job())
    lost = await bus.take(STT_JOBS, GROUP, "dead")
    assert lost is not None
    before = metrics.CLAIMED._value.get()
    async with working(bus, Ears()):
        started = time.monotonic()
        await messages(bus, down_stream("g1"), 1)
        await settled(bus)
    assert time.monotonic() - started < CLAIM_AFTER_MS / 1000 + 2
    assert metrics.CLAIMED._value.get() == before + 1


async def test_two_workers_share_three_calls(bus: Bus) -> None:
    one, two = Ears(takes_s=0.3), Ears(takes_s=0.3)
    async with working(bus, one, name="one"), working(bus, two, name="two"):
        for call in ("c1", "c2", "c3", "c1", "c2", "c3"):
            await bus.publish(STT_JOBS, transcribe_job(call=call, revision=1))
        got = await messages(bus, down_stream("g1"), 6)
        await settled(bus)
    assert sorted(message.call for message in got) == ["c1", "c1", "c2", "c2", "c3", "c3"]
    assert len(one.heard) == 3
    assert len(two.heard) == 3


async def test_a_stop_finishes_the_job_in_hand_and_leaves_the_group(bus: Bus) -> None:
    async with working(bus, Ears(takes_s=0.4)) as stopping:
        await bus.publish(STT_JOBS, transcribe_job())
        await asyncio.sleep(0.2)
        stopping.set()
        await bus.publish(STT_JOBS, transcribe_job(call="c2"))
    assert [message.call for _, message in await bus.read(down_stream("g1"), "0-0", block_ms=1)] == ["c1"]
    assert await bus._redis.xlen(STT_JOBS) == 1, "the second job is for another worker"
    assert await bus._redis.xinfo_consumers(STT_JOBS, GROUP) == []


async def test_the_group_is_made_again_when_redis_lost_it(bus: Bus) -> None:
    async with working(bus, Ears()):
        await bus._redis.flushdb()
        await asyncio.sleep(0.1)
        await bus.publish(STT_JOBS, transcribe_job())
        await messages(bus, down_stream("g1"), 1)


def test_warm_up_shows_an_engine_that_does_not_work() -> None:
    warm_up(Ears(), Judge(0.5))
    with pytest.raises(EngineError):
        warm_up(Ears(), Judge(3.0))
    with pytest.raises(ValueError, match="broken"):
        warm_up(Ears(error=ValueError("broken")), None)
