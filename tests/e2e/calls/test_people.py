"""Calls that are given to people: by key and by voice, taken, declined, with nobody there, and from a queue."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from caller.phone.call import PhoneCall
from caller.phone.phone import Softphone
from caller.sound.ears import Ears
from caller.sound.voice import Voice
from tests.e2e.announced import until_heard
from tests.e2e.conftest import PhoneFactory
from tests.e2e.people import asterisk, call_of, greeted, hear, rung, said, say
from tests.e2e.stack import Witness, gateways, until_healthy
from tests.fakes.servers.receiver import Receiver

pytestmark = pytest.mark.stack

CRM_PORT = 9096
"""Of the lookup of the agent dayshift."""
DAYSHIFT = "301"
"""Its people: 4 the front desk (1001), 3 the boss (1002, nobody there), 2 the queue of sales (1001), and 7
as well, which calls back."""


@asynccontextmanager
async def crm() -> AsyncIterator[Receiver]:
    """A company's service that knows who calls Dayshift."""
    receiver = Receiver(manner="told", told=b'{"name": "Mrs. Miller"}')
    server = await asyncio.start_server(receiver.serve, "", CRM_PORT)
    yield receiver
    server.close()


async def known(here: Softphone) -> tuple[PhoneCall, Witness]:
    """Call Dayshift, and be greeted by name; a machine that is busy may answer before it knows who calls."""
    for _ in range(4):
        witness = await Witness.begin()
        call = await here.dial(DAYSHIFT)
        await greeted(call)
        greeting = await witness.wait_for("agent_said", revision=0)
        if greeting.data["text"] == "Hello Mrs. Miller, this is Dayshift.":
            known = {"role": "known", "text": '{"name":"Mrs. Miller"}'}
            assert known in await witness.history(greeting.call)
            return call, witness
        await call.hangup()
    raise AssertionError("no caller was greeted by name")


async def test_star_reaches_a_person_who_hears_who_calls_and_what_it_is_about(
    phone: PhoneFactory, voice: Voice, ears: Ears
):
    here, there = await phone("1000"), await phone("1001")
    async with crm() as receiver:
        call, witness = await known(here)
    assert receiver.asked[0] == "GET /callers?caller=1000&called=301 HTTP/1.1"
    await say(call, voice.speak("The brakes of my bicycle are broken."))
    await witness.wait_for("turn", turn=1)
    answering = asyncio.create_task(rung(there))
    pressed = time.monotonic()
    await call.press("*")
    await witness.wait_for("transfer_started", target="desk", presence="free")
    person = await answering
    told = await hear(person, ears, person.answered_at)
    assert "miller" in told
    assert "call" in told
    assert "one" in told or "1" in told
    handoff = [e for e in await witness.all("agent_said") if "connecting you" in str(e.data["text"])]
    assert [e.data["whole"] for e in handoff] == [True]
    # Words, then music: at no time is the caller left in silence for long.
    assert call.voice is not None
    heard = [stretch for stretch in call.voice.stretches if stretch[1] > pressed]
    quiet = [after[0] - before[1] for before, after in itertools.pairwise(heard)]
    assert max(quiet) < 6.0
    assert time.monotonic() - heard[-1][1] < 6.0
    await person.press("1")
    await witness.wait_for("transfer_connected", target="desk", within=10)
    await asyncio.sleep(1.0)
    began = await say(person, voice.speak("Hello, this is the front desk speaking."))
    assert "desk" in await hear(call, ears, began)
    began = await say(call, voice.speak("Can you repair my brakes?"))
    assert "repair" in await hear(person, ears, began)
    await call.hangup()
    assert await person.ended(3)
    assert (await witness.wait_for("call_ended", within=10)).data["outcome"] == "transferred"


async def test_a_person_is_asked_for_by_voice_and_declines(
    phone: PhoneFactory, voice: Voice, ears: Ears, witness: Witness
):
    here, there = await phone("1000"), await phone("1001")
    answering = asyncio.create_task(rung(there))
    call = await here.dial(DAYSHIFT)
    await greeted(call)
    await say(call, voice.speak("I would like to speak to a person, please."))
    await witness.wait_for("transfer_started", target="desk")
    person = await answering
    await person.listen(since=person.answered_at, silence=1.5, within=20)
    await person.press("2")
    await witness.wait_for("transfer_ended", outcome="declined")
    assert await person.ended(5)
    await said(witness, call, "nobody could take your call")
    assert not call.is_over
    # To wait is not to ring the same person again and again: who declines once more has decided.
    ringing = asyncio.create_task(rung(there))
    await call.press("1")
    person = await ringing
    await person.listen(since=person.answered_at, silence=1.5, within=20)
    pressed = time.monotonic()
    await person.press("2")
    while len([e for e in await witness.all("transfer_ended") if e.data["outcome"] == "declined"]) < 2:
        assert time.monotonic() - pressed < 15, "the caller was not given back"
        await asyncio.sleep(0.2)
    assert there.incoming.empty()
    await call.press("3")
    await witness.wait_for("menu", menu="offer", label="agent")
    await call.listen(silence=1.0)
    asked = await say(call, voice.speak("Do you sell bicycles?"))
    assert await call.listen(since=asked, silence=1.0, within=20) is not None
    await call.hangup()


async def test_a_busy_person_does_not_lose_the_caller(phone: PhoneFactory, witness: Witness):
    here, there = await phone("1000"), await phone("1001")
    call = await here.dial(DAYSHIFT)
    await greeted(call)
    await call.press("4")
    await (await asyncio.wait_for(there.incoming.get(), 30)).reject()
    await witness.wait_for("transfer_ended", target="desk")
    await said(witness, call, "nobody could take your call")
    assert not call.is_over
    await call.hangup()
    assert (await witness.wait_for("call_ended")).data["outcome"] == "caller_hung_up"


async def test_nobody_is_there_so_a_message_is_left(
    phone: PhoneFactory, voice: Voice, ears: Ears, witness: Witness
):
    call = await (await phone("1000")).dial(DAYSHIFT)
    await greeted(call)
    pressed = time.monotonic()
    await call.press("3")
    told = await hear(call, ears, pressed)
    assert "boss" in told
    await witness.wait_for("transfer_ended", target="absent", outcome="unavailable")
    await say(call, voice.speak("I will leave a message."))
    await witness.wait_for("menu", menu="offer", label="voicemail")
    line = await witness.wait_for(
        "agent_said",
        whole=True,
        text="Please leave your message after the tone, and hang up when you are done.",
    )
    await asyncio.sleep(1.5)
    await call.say(voice.speak("Please call me back about my bicycle."))
    await call.press("#")
    kept = await witness.wait_for("voicemail", within=15, call=line.call)
    assert await call.ended(20)
    assert (await witness.wait_for("call_ended")).data["outcome"] == "completed"
    size = asterisk("stat", "-c", "%s", str(kept.data["file"]))
    assert int(size) > 16_000, size


async def test_callers_wait_for_one_member_of_a_queue_and_hear_so_in_their_languages(
    phone: PhoneFactory, voice: Voice, ears: Ears, witness: Witness
):
    first, second, member = await phone("1000", codec="ulaw"), await phone("1002"), await phone("1001")
    one, two = await first.dial(DAYSHIFT), await second.dial(DAYSHIFT)
    first_id = await call_of(witness, "1000", DAYSHIFT)
    await greeted(one)
    await greeted(two)
    await one.press("2")
    await witness.wait_for("transfer_started", call=first_id, to="queue")
    talking = await rung(member)
    await witness.wait_for("transfer_connected", call=first_id)
    began = time.monotonic()
    await two.press("2")
    second_id = await call_of(witness, "1002", DAYSHIFT)
    await witness.wait_for("transfer_started", call=second_id, presence="busy")
    await until_heard(two, "queue-youarenext", "en", since=began)
    # Music, and the position: a third one waits behind the second, and hears it in the language that was chosen.
    three = await first.dial(DAYSHIFT)
    await greeted(three)
    chosen = time.monotonic()
    await three.press("5")
    await three.press("1")
    await witness.wait_for("language", language="de")
    for sound in ("queue-thereare", "digits/2", "queue-callswaiting"):
        await until_heard(three, sound, "de", since=chosen)
    assert member.incoming.empty()
    assert "has 2 calls" in asterisk("asterisk", "-rx", "queue show sales")
    await three.hangup()
    began = await say(talking, voice.speak("Sales, what can I do for you?"))
    assert "sales" in await hear(one, ears, began)
    await one.hangup()
    assert await talking.ended(3)
    talking = await rung(member)
    await witness.wait_for("transfer_connected", call=second_id)
    await talking.hangup()
    assert await two.ended(5)
    assert (await witness.wait_for("call_ended", call=second_id)).data["outcome"] == "transferred"


async def test_who_does_not_want_to_wait_hangs_up_and_is_called_back_when_a_person_is_free(
    phone: PhoneFactory, witness: Witness
):
    here, member = await phone("1002"), await phone("1001")
    talking = await member.dial("600")
    call = await here.dial(DAYSHIFT)
    await greeted(call)
    await call.press("7")
    started = await witness.wait_for("transfer_started", presence="busy")
    async with asyncio.timeout(30):
        while "has 1 calls" not in asterisk("asterisk", "-rx", "queue show sales"):  # noqa: ASYNC110  # it is asked
            await asyncio.sleep(0.3)
    await call.press("1")
    await witness.wait_for("callback_kept", call=started.call, number="1002")
    assert await call.ended(30)
    assert here.incoming.empty()
    await talking.hangup()
    answering = asyncio.create_task(rung(member, within=60))
    back = await rung(here)
    made = await witness.wait_for("call_made", by="callback", caller="1002")
    await answering
    await witness.wait_for("callback_joined", call=made.call)
    first = await witness.wait_for("agent_said", call=made.call, revision=0)
    assert "asked to be called back by our sales team" in str(first.data["text"])
    await back.hangup()
    assert (await witness.wait_for("call_ended", call=made.call)).data["outcome"] == "transferred"


async def test_a_call_that_a_person_has_outlives_the_gateway(
    phone: PhoneFactory, voice: Voice, ears: Ears, witness: Witness
):
    here, there = await phone("1000"), await phone("1001")
    call = await here.dial(DAYSHIFT)
    await greeted(call)
    await call.press("2")
    person = await rung(there)
    await witness.wait_for("transfer_connected")
    for gateway in gateways():
        gateway.kill()
    for gateway in gateways():
        gateway.start()
        await until_healthy(gateway)
    assert not call.is_over
    assert not person.is_over
    began = await say(person, voice.speak("Are you still there?"))
    assert "still" in await hear(call, ears, began)
    await person.hangup()
    assert await call.ended(5)
