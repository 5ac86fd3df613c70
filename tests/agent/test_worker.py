import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable

import pytest

from agent import worker as worker_module
from agent.reply import Replier
from agent.voice.pool import DeadlinePool
from agent.voice.tts import Speaker
from agent.worker import GROUP, Worker
from parley.agents import Agent
from parley.bus import AGENT_JOBS, EVENTS, Bus, down_stream
from parley.messages import AnyMessage, Cancel, ReplyEnd, ReplyFailed, ReplyJob, Speech, Transcript
from tests.agent.conftest import job
from tests.fakes.engines.library import FixedLibrary
from tests.fakes.engines.llm import ScriptedLlm
from tests.fakes.engines.voice import WordVoice


@pytest.fixture
async def bus(redis_url: str) -> AsyncIterator[Bus]:
    bus = Bus.connect(redis_url)
    await bus._redis.flushdb()
    yield bus
    await bus.close()


class Bench:
    def __init__(self, bus: Bus, shop: Agent, pool: DeadlinePool) -> None:
        self.bus = bus
        self._shop = shop
        self._pool = pool

    @contextlib.asynccontextmanager
    async def working(
        self, llm: ScriptedLlm, voice: WordVoice | None = None, *, concurrency: int = 4, name: str = "w1"
    ) -> AsyncIterator[asyncio.Event]:
        speaker = Speaker({"joe": voice or WordVoice()}, self._pool, 10**6)
        replier = Replier(
            {"shop": self._shop},
            FixedLibrary(),
            speaker,
            self.bus.history,
            llm_of=lambda _: llm,
            default_voice="joe",
        )
        worker = Worker(self.bus, replier, consumer=name, concurrency=concurrency, max_age_s=30)
        stopping = asyncio.Event()
        task = asyncio.create_task(worker.run(stopping))
        await asyncio.sleep(0.1)
        try:
            yield stopping
        finally:
            stopping.set()
            await task

    async def ask(self, **fields: object) -> ReplyJob:
        asked = job(**({"queued_at": time.time()} | fields))  # type: ignore[arg-type]
        await self.bus.publish(AGENT_JOBS, asked)
        return asked

    async def down(self, until: Callable[[list[AnyMessage]], bool], timeout_s: float = 5) -> list[AnyMessage]:
        """Everything sent to the gateway, once the condition holds."""
        end = time.monotonic() + timeout_s
        while True:
            got = [m for _, m in await self.bus.read(down_stream("g1"), "0-0", block_ms=50)]
            if until(got):
                return got
            assert time.monotonic() < end, got

    async def pending(self) -> int:
        info = await self.bus._redis.xpending(AGENT_JOBS, GROUP)
        return int(info["pending"])


@pytest.fixture
def bench(bus: Bus, shop: Agent, pool: DeadlinePool) -> Bench:
    return Bench(bus, shop, pool)


def ends(count: int = 1) -> Callable[[list[AnyMessage]], bool]:
    return lambda got: sum(isinstance(m, ReplyEnd | ReplyFailed) for m in got) >= count


def text(got: list[AnyMessage], revision: int = 1) -> str:
    return "".join(m.text for m in got if isinstance(m, Speech) and m.revision == revision)


async def test_a_job_is_answered_and_acknowledged(bench: Bench) -> None:
    async with bench.working(ScriptedLlm("Yes, we are open.")):
        await bench.ask()
        got = await bench.down(ends())
    assert text(got) == "Yes, we are open. "
    assert isinstance(got[-1], ReplyEnd)
    assert await bench.pending() == 0
    assert await bench.bus._redis.xlen(AGENT_JOBS) == 0


async def test_of_endless_words_the_last_are_read(bench: Bench) -> None:
    llm = ScriptedLlm("Yes, we are open.")
    async with bench.working(llm):
        await bench.ask(text="so on and " * 100_000 + "are you open")
        await bench.down(ends())
    (asked,) = llm.asked
    said = asked[-1]["content"]
    assert said.endswith("are you open")
    assert len(said) < 2 * worker_module.MOST_CHARS


async def test_what_was_spoken_is_told_also_of_a_reply_that_is_called_off(bench: Bench) -> None:
    before = await bench.bus.last_id(EVENTS)
    llm = ScriptedLlm("Yes. " + "word " * 300, delay_s=0.01)
    async with bench.working(llm):
        await bench.ask(revision=2)
        await bench.down(bool)
        await bench.bus.cancel(Cancel(call="c1", revision=2))
        await asyncio.sleep(0.2)
        await bench.ask(revision=3, kind="greeting")
        await bench.down(ends())
    (_, first), (_, second) = await bench.bus.events(before)
    assert (first.kind, first.call, first.data["agent"]) == ("usage", "c1", "shop")
    (use,) = first.data["uses"]
    assert (use["part"], use.get("engine", "local")) == ("tts", "local")
    assert use["characters"] >= len("Yes. ")
    assert second.data["uses"] == [
        {"part": "tts", "requests": 2, "characters": len("Hello, Shop. How can I help? ")}
    ]


async def test_speech_that_was_kept_costs_nothing(bench: Bench) -> None:
    before = await bench.bus.last_id(EVENTS)
    async with bench.working(ScriptedLlm()):
        for revision in (1, 2):
            await bench.ask(revision=revision, kind="greeting")
            await bench.down(ends(revision))
    assert len(await bench.bus.events(before, block_ms=100)) == 1


async def test_several_jobs_at_a_time(bench: Bench) -> None:
    async with bench.working(ScriptedLlm("one two three four five.", delay_s=0.1)):
        started = time.monotonic()
        for number in range(4):
            await bench.ask(call=f"c{number}")
        await bench.down(ends(4))
        assert time.monotonic() - started < 1.2  # one after the other takes 2 s


async def test_no_more_than_the_limit_is_taken(bench: Bench) -> None:
    async with bench.working(ScriptedLlm("one two three four.", delay_s=0.1), concurrency=1):
        for number in range(3):
            await bench.ask(call=f"c{number}")
        await asyncio.sleep(0.2)
        assert await bench.pending() == 1
        await bench.down(ends(3))


async def test_a_cancelled_reply_stops_and_is_acknowledged(bench: Bench) -> None:
    llm = ScriptedLlm("Yes. " + "word " * 300, delay_s=0.01)
    async with bench.working(llm):
        await bench.ask(revision=2)
        await bench.down(bool)
        await bench.bus.cancel(Cancel(call="c1", revision=2))
        await asyncio.sleep(0.2)
        assert llm.closed == 1
        assert await bench.pending() == 0
        got = await bench.down(lambda got: True)
        assert not any(isinstance(m, ReplyEnd | ReplyFailed) for m in got)


async def test_a_cancellation_spares_other_calls_and_later_revisions(bench: Bench) -> None:
    async with bench.working(ScriptedLlm("one two three four five six.", delay_s=0.05)):
        await bench.ask(call="c1", revision=3)
        await bench.ask(call="c1", revision=2)
        await bench.ask(call="c2", revision=1)
        await asyncio.sleep(0.1)
        await bench.bus.cancel(Cancel(call="c1", revision=2, keep=2))
        got = await bench.down(ends(3))
        assert sum(isinstance(m, ReplyEnd) for m in got) == 3


async def test_a_stale_job_does_no_work(bench: Bench) -> None:
    llm = ScriptedLlm()
    await bench.bus.cancel(Cancel(call="c1", revision=5))
    async with bench.working(llm):
        await bench.ask(revision=5)
        await bench.ask(revision=6, text="Are you there?")
        got = await bench.down(ends())
    assert {m.revision for m in got if isinstance(m, Speech)} == {6}
    assert len(llm.asked) == 1
    assert await bench.pending() == 0


async def test_a_job_that_waited_too_long_is_dropped_and_who_asked_is_told(bench: Bench) -> None:
    llm = ScriptedLlm()
    async with bench.working(llm):
        await bench.ask(queued_at=time.time() - 60)
        await bench.ask(revision=2)
        got = await bench.down(ends(2))
    assert len(llm.asked) == 1
    assert [m.revision for m in got if isinstance(m, ReplyFailed)] == [1]
    assert await bench.pending() == 0


async def test_bytes_that_are_no_job_are_skipped(bench: Bench) -> None:
    async with bench.working(ScriptedLlm()):
        await bench.bus._redis.xadd(AGENT_JOBS, {"m": b"\xff\x00 rubbish"})
        await bench.bus._redis.xadd(AGENT_JOBS, {"other": b"field"})
        wrong = Transcript(call="c1", turn=1, revision=1, text="Hi", end_of_turn=None, queue_s=0, work_s=0)
        await bench.bus.publish(AGENT_JOBS, wrong)
        await bench.ask()
        await bench.down(ends())
        assert await bench.pending() == 0


async def test_a_failed_reply_is_told(bench: Bench) -> None:
    async with bench.working(ScriptedLlm(), WordVoice(broken=True)):
        await bench.ask()
        got = await bench.down(ends())
    assert isinstance(got[-1], ReplyFailed)


async def test_a_stopping_worker_finishes_what_it_has(bench: Bench) -> None:
    async with bench.working(ScriptedLlm("one two three four five.", delay_s=0.1)) as stopping:
        await bench.ask()
        await asyncio.sleep(0.2)
        stopping.set()
    got = await bench.down(ends())
    assert text(got) == "one two three four five. "
    assert await bench.bus._redis.xinfo_consumers(AGENT_JOBS, GROUP) == []


async def test_the_job_of_a_dead_worker_is_taken_over(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    take = bench.bus.take

    async def quick_take(*args: str, **options: int) -> object:
        return await take(*args, **(options | {"claim_after_ms": 200}))  # type: ignore[arg-type]

    await bench.bus.join(AGENT_JOBS, GROUP)
    asked = await bench.ask()
    lost = await bench.bus.take(AGENT_JOBS, GROUP, "dead")
    assert lost is not None
    assert lost.message == asked
    monkeypatch.setattr(bench.bus, "take", quick_take)
    async with bench.working(ScriptedLlm("Yes.")):
        got = await bench.down(ends())
    assert text(got) == "Yes. "
    assert await bench.pending() == 0


async def test_what_three_workers_have_died_of_is_answered_unread(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = bench.bus.take

    async def quick_take(*args: str, **options: int) -> object:
        return await take(*args, **(options | {"claim_after_ms": 50}))  # type: ignore[arg-type]

    await bench.bus.join(AGENT_JOBS, GROUP)
    await bench.ask()
    for dead in ("w1", "w2", "w3"):
        assert await bench.bus.take(AGENT_JOBS, GROUP, dead, block_ms=10, claim_after_ms=0) is not None
    monkeypatch.setattr(bench.bus, "take", quick_take)
    llm = ScriptedLlm("Yes.")
    async with bench.working(llm):
        got = await bench.down(ends())
    assert isinstance(got[-1], ReplyFailed)
    assert text(got) == ""
    assert await bench.pending() == 0


async def test_a_long_reply_is_not_taken_over(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "KEEP_EVERY_S", 0.1)
    async with bench.working(ScriptedLlm("one two three four five six.", delay_s=0.15)):
        await bench.ask()
        await asyncio.sleep(0.2)
        for _ in range(3):
            assert await bench.bus.take(AGENT_JOBS, GROUP, "w2", block_ms=1, claim_after_ms=300) is None
            await asyncio.sleep(0.2)
        await bench.down(ends())


async def test_a_worker_whose_job_was_taken_over_falls_silent(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "KEEP_EVERY_S", 0.05)
    llm = ScriptedLlm("one two three four five six. " * 20, delay_s=0.1)
    async with bench.working(llm):
        asked = await bench.ask()
        await bench.down(lambda got: any(isinstance(m, Speech) for m in got))
        taken = await bench.bus.take(AGENT_JOBS, GROUP, "w2", block_ms=1, claim_after_ms=0)
        assert taken is not None
        async with asyncio.timeout(5):
            while not llm.closed:  # noqa: ASYNC110  # the model has no event for it
                await asyncio.sleep(0.01)
        end = ReplyEnd(call=asked.call, turn=asked.turn, revision=asked.revision)
        assert await bench.bus.finish(taken, GROUP, [(down_stream("g1"), end)])
    got = await bench.down(ends())
    assert sum(isinstance(m, ReplyEnd) for m in got) == 1
