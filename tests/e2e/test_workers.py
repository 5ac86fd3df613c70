"""Workers die and the telephone goes on."""

import asyncio

import pytest

from caller.phone import Softphone
from caller.voice import Voice
from tests.e2e.conftest import PhoneFactory
from tests.e2e.stack import Witness, containers, until_healthy

pytestmark = pytest.mark.stack

QUESTIONS = ("Do you sell laptops?", "When do you close on Friday?", "Where is your shop?")


async def converse(phone: Softphone, clips: list, witness: Witness, asked: asyncio.Event) -> int:
    """Ask every question in one call; return how many were answered."""
    call = await phone.dial("100", within=20)
    assert await call.listen(since=call.answered_at, silence=1.0) is not None
    answered = 0
    for clip in clips:
        await call.say(clip)
        asked.set()
        answered += await call.listen(silence=1.0, within=40) is not None
    await call.hangup()
    return answered


async def test_two_stt_workers_share_three_calls_and_one_may_die(phone: PhoneFactory, voice: Voice):
    workers = containers("stt")
    assert len(workers) == 2
    witness = await Witness.begin()
    clips = [voice.speak(question) for question in QUESTIONS]
    phones = [
        await phone("1000", codec="ulaw"),
        await phone("1001", codec="ulaw"),
        await phone("1002", codec="ulaw"),
    ]
    asked = asyncio.Event()
    calls = [asyncio.create_task(converse(one, clips, witness, asked)) for one in phones]
    try:
        await asked.wait()
        # In the midst of the first transcriptions, without a chance to say goodbye.
        await asyncio.sleep(0.3)
        await asyncio.to_thread(workers[0].kill)
        answered = await asyncio.gather(*calls)
    finally:
        await asyncio.to_thread(workers[0].start)
        await until_healthy(workers[0])
    assert answered == [3, 3, 3]
    assert len(await witness.all("turn")) >= 9


async def test_both_workers_work(phone: PhoneFactory, voice: Voice):
    """Which worker took a job is in its log: with three calls at once, both have some."""
    clips = [voice.speak(question) for question in QUESTIONS]
    before = [len(worker.logs().splitlines()) for worker in containers("stt")]
    witness = await Witness.begin()
    phones = [
        await phone("1000", codec="ulaw"),
        await phone("1001", codec="ulaw"),
        await phone("1002", codec="ulaw"),
    ]
    asked = asyncio.Event()
    assert await asyncio.gather(*(converse(one, clips, witness, asked) for one in phones)) == [3, 3, 3]
    logs = [worker.logs().splitlines()[n:] for worker, n in zip(containers("stt"), before, strict=True)]
    assert all(any(b'"transcribed"' in line for line in log) for log in logs)
