"""Workers die and the telephone goes on."""

import asyncio

import pytest

from caller.phone.phone import Softphone
from caller.sound.clip import Clip
from caller.sound.voice import Voice
from tests.e2e.conftest import PhoneFactory
from tests.e2e.stack import Witness, containers, until_healthy

pytestmark = pytest.mark.stack

QUESTIONS = (
    ("What are your opening hours on Saturday?", "saturday"),
    ("When do you close on Friday?", "friday"),
    ("How much does the delivery cost?", "delivery"),
)
"""And a word that has to arrive: long ones, which speech recognition does not take for others."""


async def converse(phone: Softphone, user: str, clips: list[Clip], asked: asyncio.Event) -> list[str]:
    """Ask every question in one call, each when the answer before it is over; return what the agent understood."""
    witness = await Witness.begin()
    call = await phone.dial("100", within=20)
    started = await witness.wait_for("call_started", caller=user)
    await witness.wait_for("agent_said", call=started.call, revision=0)
    understood = []
    for turn, clip in enumerate(clips, 1):
        await call.say(clip)
        asked.set()
        answer = await witness.wait_for("turn", within=60, call=started.call, turn=turn)
        await witness.wait_for("agent_said", call=started.call, revision=answer.data["revision"])
        said = await witness.wait_for("caller_said", call=started.call, turn=turn)
        understood.append(said.data["text"].lower())
    await call.hangup()
    return understood


async def three_calls(
    phone: PhoneFactory, voice: Voice, asked: asyncio.Event
) -> list[asyncio.Task[list[str]]]:
    clips = [voice.speak(question) for question, _ in QUESTIONS]
    phones = [(await phone(user, codec="ulaw"), user) for user in ("1000", "1001", "1002")]
    return [asyncio.create_task(converse(one, user, clips, asked)) for one, user in phones]


def all_understood(calls: list[list[str]]) -> bool:
    return all(word in text for call in calls for text, (_, word) in zip(call, QUESTIONS, strict=True))


async def test_two_stt_workers_share_three_calls_and_one_may_die(phone: PhoneFactory, voice: Voice):
    workers = containers("stt")
    assert len(workers) == 2
    asked = asyncio.Event()
    calls = await three_calls(phone, voice, asked)
    try:
        await asked.wait()
        # In the midst of the first transcriptions, without a chance to say goodbye.
        await asyncio.sleep(0.3)
        await asyncio.to_thread(workers[0].kill)
        understood = await asyncio.gather(*calls)
    finally:
        await asyncio.to_thread(workers[0].start)
        await until_healthy(workers[0])
    assert all_understood(understood), understood


async def test_both_workers_work(phone: PhoneFactory, voice: Voice):
    """Which worker took a job is in its log: with three calls at once, both have some."""
    before = [len(worker.logs().splitlines()) for worker in containers("stt")]
    understood = await asyncio.gather(*await three_calls(phone, voice, asyncio.Event()))
    assert all_understood(understood), understood
    logs = [worker.logs().splitlines()[n:] for worker, n in zip(containers("stt"), before, strict=True)]
    assert all(any(b'"transcribed"' in line for line in log) for log in logs)
