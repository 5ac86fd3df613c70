"""Somebody who answers questions that belong to no call as an agent worker does, or makes calls as a gateway does, on a
real Redis.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import msgspec

from parley.bus import Bus
from parley.outside.dialling import Dial, DialAnswer
from parley.outside.inquiries import Compared, Draft, Evidence, Inquiry, InquiryAnswer, Trial
from parley.outside.mailbox import Mailbox, Question

FACT = Evidence(text="We open at nine.", source="facts.md", chance=0.9, words=0.8, meaning=0.7)
TRIAL = Trial(register="say", line=FACT.text, action="none", target="", known=0.95, evidence=[FACT])


UNKNOWN = Trial(register="unknown", line="I am not sure.", action="none", target="", known=0.1, evidence=[])


def answered(inquiry: Inquiry) -> InquiryAnswer:
    """As somebody who knows one fact, and takes all questions for the same."""
    if inquiry.draft is not None:
        compared = [comparison(inquiry.draft, question) for question in inquiry.questions]
        return InquiryAnswer(result="answered", compared=compared)
    return InquiryAnswer(result="answered", trial=TRIAL, groups=[0 for _ in inquiry.questions])


def comparison(draft: Draft, question: str) -> Compared:
    """What becomes of a question: watches are not known of, opening hours are."""
    if question in draft.asks or "watch" in question:
        return Compared(before=UNKNOWN, after=msgspec.structs.replace(TRIAL, line=draft.answer))
    return Compared(before=TRIAL, after=TRIAL)


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
def at_work(redis_url: str, dialled: Callable[[Dial], DialAnswer] = ringing) -> Iterator[None]:
    """Both run, whoever waits meanwhile."""
    over = threading.Event()

    async def run() -> None:
        async with worker(redis_url), dialler(redis_url, dialled):
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
