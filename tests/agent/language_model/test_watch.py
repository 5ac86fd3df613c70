import asyncio
import contextlib
from collections.abc import AsyncGenerator, Sequence

import pytest

from agent.language_model import watch
from agent.language_model.chat_stream import Token
from agent.language_model.prompt import ChatMessage
from agent.language_model.watch import LlmWatch
from parley.errors import EngineError

PROMPT = [{"role": "system", "content": "You are."}, {"role": "user", "content": "Hello."}]


class Moody:
    """Fails for a number of requests, then answers."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.asked = 0
        self.messages: list[Sequence[ChatMessage]] = []
        self.at_a_time = 0
        self.most = 0

    async def stream(
        self, messages: Sequence[ChatMessage], max_tokens: int | None = None, timeout_s: float | None = None
    ) -> AsyncGenerator[Token]:
        assert max_tokens == 1
        self.asked += 1
        self.messages.append(messages)
        if self.asked <= self.failures:
            raise EngineError("refused", "not yet")
        self.at_a_time += 1
        self.most = max(self.most, self.at_a_time)
        await asyncio.sleep(0.01)
        self.at_a_time -= 1
        yield Token("x")


class Gated:
    """Reads a prompt when the test says so, and refuses while it is gone."""

    def __init__(self) -> None:
        self.gone = False
        self._begun: asyncio.Queue[tuple[str, asyncio.Event]] = asyncio.Queue()
        self._reading: list[tuple[str, asyncio.Event]] = []

    async def stream(
        self, messages: Sequence[ChatMessage], max_tokens: int | None = None, timeout_s: float | None = None
    ) -> AsyncGenerator[Token]:
        if self.gone:
            raise EngineError("refused", "not there")
        done = asyncio.Event()
        self._begun.put_nowait((messages[0]["content"], done))
        await done.wait()
        yield Token("x")

    async def reads(self, name: str) -> asyncio.Event:
        """Wait until a prompt is being read; give what ends it."""
        while not (found := [done for each, done in self._reading if each == name]):
            self._reading.append(await self._begun.get())
        self._reading = [(each, done) for each, done in self._reading if done is not found[0]]
        return found[0]

    async def read(self, *names: str) -> None:
        """Wait for prompts in this order, and let each be read."""
        for name in names:
            (await self.reads(name)).set()


@contextlib.asynccontextmanager
async def watching(llm: Moody, parallel: int = 0) -> AsyncGenerator[tuple[LlmWatch, list[bool]]]:
    changes: list[bool] = []
    watch = LlmWatch(llm, lambda: {"one": PROMPT}, parallel=parallel, on_change=changes.append)
    task = asyncio.create_task(watch.run())
    yield watch, changes
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "FIRST_WAIT_S", 0.01)


async def test_it_waits_until_the_model_answers() -> None:
    async with watching(Moody(3)) as (_, changes):
        await asyncio.sleep(0.3)
        assert changes == [False, True]


async def test_every_slot_is_warmed_at_the_same_time() -> None:
    llm = Moody(0)
    async with watching(llm, parallel=4) as (_, changes):
        await asyncio.sleep(0.2)
        assert changes == [True]
        assert llm.most == 4
        assert llm.asked == 5


async def test_a_server_that_is_busy_with_calls_makes_no_worker_wait_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watch, "FILLED_S", 0.05)
    llm, up = Gated(), asyncio.Event()
    it = LlmWatch(
        llm,
        lambda: {
            "one": [{"role": "system", "content": "one"}],
            "two": [{"role": "system", "content": "two"}],
        },
        parallel=2,
        on_change=lambda is_up: up.set() if is_up else None,
    )
    task = asyncio.create_task(it.run())
    await llm.read("one")
    two = await llm.reads("two")  # which is not read for long
    await asyncio.wait_for(up.wait(), 10)
    two.set()
    await llm.read("one")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("is_there", [True, False])
async def test_a_worker_whose_turn_to_ask_does_not_come_is_ready_where_the_server_is_there(
    monkeypatch: pytest.MonkeyPatch, is_there: bool
) -> None:
    monkeypatch.setattr(watch, "FILLED_S", 0.05)
    llm, reading, up = Moody(0), asyncio.Lock(), asyncio.Event()
    await reading.acquire()  # by another worker
    it = LlmWatch(
        llm,
        lambda: {"one": PROMPT},
        alive=lambda: _told(is_there),
        alone=lambda: reading,
        parallel=2,
        on_change=lambda is_up: up.set() if is_up else None,
    )
    task = asyncio.create_task(it.run())
    if is_there:
        await asyncio.wait_for(up.wait(), 10)
    else:
        await asyncio.sleep(0.3)
        assert not up.is_set()
    assert llm.asked == 0
    reading.release()
    await asyncio.wait_for(up.wait(), 10)
    for _ in range(1000):
        if llm.asked == 3:  # its slots are filled all the same
            break
        await asyncio.sleep(0.01)
    assert llm.asked == 3
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_every_prompt_is_read_and_no_slot_stays_empty() -> None:
    prompts = {str(n): [{"role": "user", "content": str(n)}] for n in range(3)}
    llm = Moody(0)
    watch = LlmWatch(llm, lambda: prompts, parallel=4, on_change=lambda _: None)
    task = asyncio.create_task(watch.run())
    await asyncio.sleep(0.2)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert [messages[0]["content"] for messages in llm.messages] == ["0", "0", "1", "2", "0"]


async def test_further_prompts_are_read_one_by_one_when_calls_are_taken_already() -> None:
    llm = Moody(0)
    ready_after: list[int] = []
    watch = LlmWatch(
        llm,
        lambda: {"one": PROMPT},
        further=lambda: [[{"role": "user", "content": str(n)}] for n in range(3)],
        parallel=2,
        on_change=lambda _: ready_after.append(llm.asked),
    )
    task = asyncio.create_task(watch.run())
    await asyncio.sleep(0.2)
    assert ready_after == [3]
    assert [messages[0]["content"] for messages in llm.messages[3:]] == ["0", "1", "2"]
    assert llm.most == 2
    llm.failures = llm.asked + 1
    watch.report(EngineError("refused", "gone"))
    await asyncio.sleep(0.3)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    # A server that came back has forgotten them.
    assert [messages[0]["content"] for messages in llm.messages[-3:]] == ["0", "1", "2"]
    assert len(llm.messages) == 6 + 2 + 1 + 3  # calls do not wait for the other slots


async def test_where_nothing_is_to_be_read_nothing_is() -> None:
    llm = Moody(0)
    async with watching(llm) as (watch, changes):
        await asyncio.sleep(0.1)
        await watch.read([PROMPT])
        await watch.read_meanwhile([PROMPT])
        assert (changes, llm.asked) == ([True], 1)


async def test_an_error_makes_it_ask_again() -> None:
    llm = Moody(0)
    async with watching(llm) as (watch, changes):
        await asyncio.sleep(0.1)
        watch.report(EngineError("timeout", "only slow"))
        await asyncio.sleep(0.1)
        assert llm.asked == 1
        llm.asked, llm.failures = 0, 2
        watch.report(EngineError("refused", "gone"))
        await asyncio.sleep(0.3)
        assert changes == [True, False, True]


async def test_a_model_that_is_gone_is_noticed_though_nobody_asks_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "LOOK_S", 0.01)
    llm, there, changes = Moody(0), [True], []
    watched = LlmWatch(
        llm, lambda: {"one": PROMPT}, alive=lambda: _told(there[0]), parallel=0, on_change=changes.append
    )
    task = asyncio.create_task(watched.run())
    await asyncio.sleep(0.1)
    assert (changes, watched.is_away("one")) == ([True], False)
    there[0], llm.failures = False, llm.asked + 2
    await asyncio.sleep(0.02)
    assert watched.is_away("one")
    there[0] = True
    await asyncio.sleep(0.3)
    assert (changes, watched.is_away("one")) == ([True, False, True], False)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_it_is_away_until_each_prompt_was_read_once_again() -> None:
    prompts = {str(n): [{"role": "user", "content": str(n)}] for n in range(3)}
    llm = Moody(0)
    watched = LlmWatch(llm, lambda: prompts, parallel=8, on_change=lambda _: None)
    task = asyncio.create_task(watched.run())
    await asyncio.sleep(0.2)
    assert llm.asked == 1 + 8
    llm.failures = llm.asked + 1
    watched.report(EngineError("refused", "gone"))
    await asyncio.sleep(0.2)
    assert llm.asked == 9 + 2 + 3  # one that failed, one that did not, and the prompts
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_who_was_last_answered_gets_the_model_back_first() -> None:
    prompts = {name: [{"role": "user", "content": name}] for name in ("first", "second", "third")}
    llm = Gated()
    watched = LlmWatch(llm, lambda: prompts, parallel=1, on_change=lambda _: None)
    task = asyncio.create_task(watched.run())
    await llm.read("first", "first", "second", "third")
    await asyncio.sleep(0.05)
    llm.gone = True
    watched.report(EngineError("refused", "gone"))
    await asyncio.sleep(0.05)
    assert all(watched.is_away(name) for name in ("first", "third", "second"))
    llm.gone = False
    await llm.read("second", "second")
    third_is_read = await llm.reads("third")
    assert [watched.is_away(name) for name in prompts] == [True, False, True]
    third_is_read.set()
    await llm.read("first")
    await asyncio.sleep(0.05)
    assert not any(watched.is_away(name) for name in prompts)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_workers_do_not_have_the_same_read_at_the_same_time() -> None:
    llm, reading = Moody(0), asyncio.Lock()
    changes: list[bool] = []
    workers = [
        LlmWatch(llm, lambda: {"one": PROMPT}, alone=lambda: reading, parallel=2, on_change=changes.append)
        for _ in range(3)
    ]
    tasks = [asyncio.create_task(worker.run()) for worker in workers]
    await asyncio.sleep(0.5)
    assert (changes, llm.asked, llm.most) == ([True] * 3, 9, 2)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _told(there: bool) -> bool:
    return there
