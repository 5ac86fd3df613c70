"""Somebody who answers questions that belong to no call as an agent worker does, or makes calls as a gateway does, on a
real Redis.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from parley.bus import Bus
from parley.outside.dialling import Dial, DialAnswer
from parley.outside.inquiries import Evidence, Inquiry, InquiryAnswer, Trial
from parley.outside.mailbox import Mailbox, Question

FACT = Evidence(text="We open at nine.", source="facts.md", chance=0.9, words=0.8, meaning=0.7)
TRIAL = Trial(register="say", line=FACT.text, action="none", target="", known=0.95, evidence=[FACT])


def answered(_inquiry: Inquiry) -> InquiryAnswer:
    return InquiryAnswer(result="answered", trial=TRIAL)


@asynccontextmanager
async def serving[Q: Question, A](mailbox: Mailbox[Q, A], answer: Callable[[Q], A]) -> AsyncIterator[list[Q]]:
    asked: list[Q] = []

    async def run() -> None:
        while True:
            if question := await mailbox.take(1.0):
                asked.append(question)
                await mailbox.answer(question, answer(question))

    running = asyncio.create_task(run())
    yield asked
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@asynccontextmanager
async def worker(
    redis_url: str, answer: Callable[[Inquiry], InquiryAnswer] = answered
) -> AsyncIterator[list[Inquiry]]:
    """One that runs; what it was asked."""
    bus = Bus.connect(redis_url)
    async with serving(bus.commands().inquiries(), answer) as asked:
        yield asked
    await bus.close()


def ringing(_dial: Dial) -> DialAnswer:
    return DialAnswer(result="ringing")


@asynccontextmanager
async def dialler(
    redis_url: str, answer: Callable[[Dial], DialAnswer] = ringing
) -> AsyncIterator[list[Dial]]:
    """A gateway that makes calls; which it was asked for."""
    bus = Bus.connect(redis_url)
    async with serving(bus.commands().dials(), answer) as asked:
        yield asked
    await bus.close()


@contextmanager
def at_work(redis_url: str) -> Iterator[None]:
    """Both run, whoever waits meanwhile."""
    over = threading.Event()

    async def run() -> None:
        async with worker(redis_url), dialler(redis_url):
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
