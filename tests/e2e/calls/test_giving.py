"""Calls that telephones give to somebody else (SIP REFER): the agent goes on with whoever is on the line."""

import asyncio
import time

import pytest

from caller.errors import TransferRefused
from caller.phone.call import PhoneCall
from caller.sound.clip import Clip
from caller.sound.ears import Ears
from tests.e2e.conftest import PhoneFactory, identity
from tests.e2e.people import greeted, hear, rung, say
from tests.e2e.stack import Witness

pytestmark = pytest.mark.stack

TECHSTORE, RECEPTION, DAYSHIFT = "100", "200", "301"


def address(number: str) -> str:
    return f"sip:{number}@{identity().host}"


async def answers(call: PhoneCall, question: Clip, ears: Ears) -> None:
    """The agent hears the question of who is on the line, and answers it to them."""
    began = await say(call, question)
    assert "saturday" in await hear(call, ears, began + question.seconds)


async def test_a_caller_gives_the_agent_to_a_colleague(
    phone: PhoneFactory, question: Clip, ears: Ears, witness: Witness
):
    here, there = await phone("1000"), await phone("1001")
    ringing = asyncio.create_task(rung(there))
    call = await here.dial(TECHSTORE)
    await greeted(call)
    await call.give_to(address("1001"))
    colleague = await ringing
    await witness.wait_for("caller_changed", caller="1001", within=5)
    assert "help you" in await hear(colleague, ears, colleague.answered_at)
    await answers(colleague, question, ears)
    assert call.is_over
    await colleague.hangup()
    assert (await witness.wait_for("call_ended", within=10)).data["outcome"] == "caller_hung_up"
    assert len(await witness.all("call_started")) == 1


async def test_a_colleague_brings_somebody_to_the_agent(
    phone: PhoneFactory, question: Clip, ears: Ears, witness: Witness
):
    customer_phone, colleague_phone = await phone("1002"), await phone("1001")
    ringing = asyncio.create_task(rung(colleague_phone))
    customer = await customer_phone.dial("1001")
    with_customer = await ringing
    with_agent = await colleague_phone.dial(TECHSTORE)
    await greeted(with_agent)
    joined = time.monotonic()
    await with_customer.join(with_agent)
    assert "help you" in await hear(customer, ears, joined)
    await answers(customer, question, ears)
    assert with_customer.is_over
    assert with_agent.is_over
    await customer.hangup()
    assert (await witness.wait_for("call_ended", within=10)).data["outcome"] == "caller_hung_up"


@pytest.mark.parametrize("number", [RECEPTION, "600", "999", "0049301234567"])
async def test_what_is_nobody_of_the_house_is_refused_and_the_call_goes_on(
    phone: PhoneFactory, question: Clip, ears: Ears, number: str
):
    call = await (await phone("1000")).dial(TECHSTORE)
    await greeted(call)
    with pytest.raises(TransferRefused, match="404"):
        await call.give_to(address(number), within=3)
    assert not call.is_over
    if number == RECEPTION:
        await answers(call, question, ears)
    await call.hangup()


async def test_two_agents_that_are_brought_together_both_hang_up(phone: PhoneFactory, witness: Witness):
    caller = await phone("1000")
    first = await caller.dial(TECHSTORE)
    await greeted(first)
    second = await caller.dial(RECEPTION)
    await first.join(second)
    for call in await witness.all("call_started"):
        await witness.wait_for("call_ended", within=10, call=call.call)


async def test_a_person_gives_the_caller_to_another_agent(phone: PhoneFactory, ears: Ears, witness: Witness):
    here, there = await phone("1000"), await phone("1001")
    ringing = asyncio.create_task(rung(there))
    call = await here.dial(DAYSHIFT)
    await greeted(call)
    await call.press("4")
    person = await ringing
    await person.press("1")
    await witness.wait_for("transfer_connected", target="desk", within=20)
    given = time.monotonic()
    await person.give_to(address(TECHSTORE))
    assert "help you" in await hear(call, ears, given, within=40)
    assert not call.is_over
    await witness.wait_for("call_started", extension=TECHSTORE, caller="1000")
    await call.hangup()
    await witness.wait_for("call_ended", within=10, extension=DAYSHIFT, outcome="transferred")
    await witness.wait_for("call_ended", within=10, extension=TECHSTORE, outcome="caller_hung_up")
