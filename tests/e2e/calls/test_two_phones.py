"""Two softphones of ours call each other through Asterisk: the caller's clock against the clock of who answers."""

import asyncio

import pytest

from caller.errors import CallEnded, CallFailed, RegistrationError, ServerUnreachable
from caller.phone.call import PhoneCall
from caller.phone.phone import Identity, Softphone
from caller.sound.clip import Clip
from caller.sound.measure import answer_delay, first_after, spans
from tests.e2e.conftest import PhoneFactory, identity

pytestmark = pytest.mark.stack


async def answered(phone: Softphone) -> PhoneCall:
    call = await asyncio.wait_for(phone.incoming.get(), 10)
    await call.answer()
    return call


@pytest.mark.parametrize("codec", ["ulaw", "g722"])
async def test_both_ends_measure_the_same_latency(phone: PhoneFactory, question: Clip, codec: str):
    here, there = await phone("1000", codec=codec), await phone("1001", codec=codec)
    answering = asyncio.create_task(answered(there))
    caller = await here.dial("1001")
    callee = await answering
    for _ in range(3):
        said = await caller.say(question)
        assert said.start is not None
        await callee.listen(since=said.start, silence=0.5, within=5)
        reply = await callee.say(question)
        assert reply.start is not None
        await caller.listen(since=reply.start, silence=0.5, within=5)
    await caller.hangup()
    assert await callee.ended(3)
    mine, theirs = await caller.tracks(), await callee.tracks()
    assert mine.received.clock == theirs.received.clock == "wire", mine.remark
    said, heard = spans(mine.sent), spans(mine.received)
    asked, answers = spans(theirs.received), spans(theirs.sent)
    assert len(said) == len(heard) == len(asked) == len(answers) == 3
    by_caller = [answer_delay(s.start, s.end, heard) for s in said]
    by_callee = [answer.start - a.end for a in asked if (answer := first_after(answers, a.end))]
    assert by_caller == pytest.approx(by_callee, abs=0.04)
    assert all(delay is not None and 0.5 < delay < 1.5 for delay in by_caller)


async def test_keys_arrive(phone: PhoneFactory):
    here, there = await phone("1000", codec="ulaw"), await phone("1001", codec="ulaw")
    answering = asyncio.create_task(answered(there))
    caller = await here.dial("1001")
    callee = await answering
    await asyncio.sleep(0.3)
    await caller.press("12#")
    await asyncio.sleep(0.5)
    await caller.hangup()
    assert callee.digits == "12#"


async def test_who_answers_may_hang_up(phone: PhoneFactory, question: Clip):
    here, there = await phone("1000"), await phone("1001")
    answering = asyncio.create_task(answered(there))
    caller = await here.dial("1001")
    callee = await answering
    speaking = asyncio.create_task(caller.say(question))
    await asyncio.sleep(0.3)
    await callee.hangup()
    with pytest.raises(CallEnded):
        await speaking
    assert await caller.ended(2)
    assert not caller.ended_by_us
    assert callee.ended_by_us


async def test_a_refused_call_says_why(phone: PhoneFactory):
    here, there = await phone("1000"), await phone("1001")
    dialling = asyncio.create_task(here.dial("1001"))
    await (await asyncio.wait_for(there.incoming.get(), 10)).reject()
    with pytest.raises(CallFailed, match="extension 1001: busy") as refused:
        await dialling
    assert refused.value.status == 486


async def test_nobody_is_registered(phone: PhoneFactory):
    with pytest.raises(CallFailed, match="nobody is there") as refused:
        await (await phone()).dial("1002")
    assert refused.value.status == 480


async def test_a_wrong_password():
    with pytest.raises(RegistrationError, match="wrong user or password") as refused:
        async with Softphone(identity(password="not the password")):
            pass
    assert refused.value.status == 401


@pytest.mark.parametrize("server", ["no-such-host.invalid", "127.0.0.1:9"])
async def test_a_server_that_is_not_there(server: str):
    with pytest.raises(ServerUnreachable, match=server):
        async with Softphone(Identity(server=server, user="1000", password="x")):
            pass
