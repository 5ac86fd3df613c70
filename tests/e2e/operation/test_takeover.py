"""A gateway is killed and its calls go on where they were; one is replaced, and nobody notices."""

import asyncio
import time

import pytest
from docker.models.containers import Container

from caller.phone.call import PhoneCall
from caller.sound.clip import Clip
from caller.sound.ears import Ears
from caller.sound.voice import Voice
from parley.messages import Event
from tests.e2e.conftest import PhoneFactory
from tests.e2e.people import asterisk, greeted, hear, rung, said, say
from tests.e2e.stack import Witness, gateways, until_healthy

pytestmark = pytest.mark.stack

RECEPTION, SHOP, DAYSHIFT = "200", "100", "301"
# The process below docker-init: PID 1's only child that is no probe of ours. Killed from inside, it is started anew by
# Docker's own rule, which it is not when the engine was asked to kill it.
KILL = "for p in /proc/[0-9]*; do read -r _ _ _ parent _ <$p/stat && [[ $parent = 1 ]] && kill -KILL ${p##*/}; done"


async def owner(witness: Witness, call: str) -> Container:
    """The gateway that has a call."""
    name = (await witness.bus._redis.hget(f"call:{call}", "gateway")).decode()
    return next(gateway for gateway in gateways() if gateway.attrs["Config"]["Hostname"] == name)


async def kill(witness: Witness, call: str) -> float:
    """End the gateway that has a call without a word; return when it was."""
    gateway = await owner(witness, call)
    at = time.monotonic()
    await asyncio.to_thread(gateway.exec_run, ["bash", "-c", KILL])
    return at


async def resumed(witness: Witness, call: str) -> Event:
    return await witness.wait_for("call_resumed", call=call, within=20)


@pytest.fixture(autouse=True)
async def whole_afterwards():
    yield
    for gateway in gateways():
        await until_healthy(gateway)


async def ask(call: PhoneCall, clip: Clip, ears: Ears) -> str:
    spoken = await call.say(clip)
    assert spoken.end is not None
    return await hear(call, ears, spoken.end)


async def test_a_conversation_goes_on_with_all_that_was_said(
    phone: PhoneFactory, voice: Voice, ears: Ears, witness: Witness
):
    call = await (await phone()).dial(SHOP)
    await greeted(call)
    assert "five" in (
        first := await ask(call, voice.speak("What are your opening hours on Saturday?"), ears)
    ) or ("5" in first)
    started = await witness.wait_for("call_started", extension=SHOP)
    died = await kill(witness, started.call)
    told = await hear(call, ears, died)
    await resumed(witness, started.call)
    assert "interrupted" in told
    answer = await ask(call, voice.speak("And on Sunday?"), ears)
    await call.hangup()
    assert "closed" in answer
    assert len(await witness.all("call_started")) == 1
    history = [line["text"] for line in await witness.history(started.call)]
    assert sum("Saturday" in text for text in history) >= 2


async def test_a_number_that_is_being_typed_goes_on(phone: PhoneFactory, witness: Witness):
    call = await (await phone()).dial(DAYSHIFT)
    await greeted(call)
    await call.press("1")
    await said(witness, call, "Please type your order number")
    await call.press("47")
    started = await witness.wait_for("call_started", extension=DAYSHIFT)
    async with asyncio.timeout(10):
        while b'"47"' not in (await witness.bus.state(started.call) or b""):  # noqa: ASYNC110  # it tells nobody
            await asyncio.sleep(0.05)
    await kill(witness, started.call)
    await resumed(witness, started.call)
    await said(witness, call, "interrupted")
    await call.press("11#")
    await said(witness, call, "4 7 1, 1")
    await call.press("1")
    event = await witness.wait_for("collected", name="order")
    await call.hangup()
    assert event.data["digits"] == "4711"


async def test_a_menu_is_open_still_in_the_callers_language(phone: PhoneFactory, witness: Witness):
    call = await (await phone()).dial(RECEPTION)
    await greeted(call)
    await call.press("2")
    await witness.wait_for("language", language="de")
    await said(witness, call, "TechStore")
    started = await witness.wait_for("call_started", extension=RECEPTION)
    await kill(witness, started.call)
    await resumed(witness, started.call)
    await said(witness, call, "unterbrochen")
    await call.press("1")
    await witness.wait_for("menu", call=started.call)
    await call.hangup()


async def test_who_waits_in_a_queue_is_led_to_a_person_by_the_gateway_that_goes_on(
    phone: PhoneFactory, voice: Voice, ears: Ears, witness: Witness
):
    here, member = await phone("1000"), await phone("1001")
    call = await here.dial(DAYSHIFT)
    await greeted(call)
    started = await witness.wait_for("call_started", extension=DAYSHIFT)
    await call.press("2")
    await asyncio.wait_for(member.incoming.get(), 30)  # and is not answered
    dead = await owner(witness, started.call)
    await kill(witness, started.call)
    await resumed(witness, started.call)
    await until_healthy(dead)  # it is back, and this is not its call any more
    while not member.incoming.empty():
        member.incoming.get_nowait()
    person = await rung(member)
    await witness.wait_for("transfer_connected", call=started.call, target="sales")
    began = await say(person, voice.speak("Sales, what can I do for you?"))
    assert "sales" in await hear(call, ears, began)
    await person.hangup()
    assert await call.ended(5)
    ended = await witness.wait_for("call_ended", call=started.call)
    assert ended.data["outcome"] == "transferred"
    async with asyncio.timeout(10):  # who goes on with it is forgotten
        while "HEIR_" in asterisk("asterisk", "-rx", "dialplan show globals"):  # noqa: ASYNC110  # it tells nobody
            await asyncio.sleep(0.2)
    assert len(await witness.all("call_ended", call=started.call)) == 1


async def test_a_gateway_is_replaced_under_a_live_call_and_nobody_notices(
    phone: PhoneFactory, voice: Voice, ears: Ears, witness: Witness
):
    call = await (await phone("1000")).dial(SHOP)
    await greeted(call)
    started = await witness.wait_for("call_started", caller="1000")
    old = await owner(witness, started.call)
    stopping = asyncio.create_task(asyncio.to_thread(old.stop, timeout=120))
    try:
        await asyncio.sleep(1)
        other = await (await phone("1001")).dial(SHOP)
        await greeted(other)
        second = await witness.wait_for("call_started", caller="1001")
        assert await owner(witness, second.call) != old
        answer = await ask(call, voice.speak("What are your opening hours on Sunday?"), ears)
        assert "closed" in answer
        assert not stopping.done()
        await call.hangup()
        await asyncio.wait_for(stopping, 30)
        assert not other.is_over
        await other.hangup()
    finally:
        await asyncio.to_thread(old.start)
    assert await witness.all("call_resumed") == []
    ended = await witness.wait_for("call_ended", call=started.call)
    assert ended.data["outcome"] == "caller_hung_up"
