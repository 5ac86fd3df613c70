"""Somebody who answers questions that belong to no call as an agent worker does, on a real Redis."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from parley.bus import Bus
from parley.outside.inquiries import Evidence, Inquiry, InquiryAnswer, Trial

FACT = Evidence(text="We open at nine.", source="facts.md", chance=0.9, words=0.8, meaning=0.7)
TRIAL = Trial(register="say", line=FACT.text, action="none", target="", known=0.95, evidence=[FACT])


def answered(_inquiry: Inquiry) -> InquiryAnswer:
    return InquiryAnswer(result="answered", trial=TRIAL)


@asynccontextmanager
async def worker(
    redis_url: str, answer: Callable[[Inquiry], InquiryAnswer] = answered
) -> AsyncIterator[list[Inquiry]]:
    """One that runs; what it was asked."""
    bus, asked = Bus.connect(redis_url), list[Inquiry]()
    inquiries = bus.commands().inquiries()

    async def run() -> None:
        while True:
            if inquiry := await inquiries.take(1.0):
                asked.append(inquiry)
                await inquiries.answer(inquiry, answer(inquiry))

    running = asyncio.create_task(run())
    yield asked
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await bus.close()


@contextmanager
def at_work(redis_url: str) -> Iterator[None]:
    """One runs, whoever waits meanwhile."""
    over = threading.Event()

    async def run() -> None:
        async with worker(redis_url):
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
