"""With the outage switch on, people answer the telephone; where nobody is there, a trunk is told to try another way."""

import asyncio
import os
from collections.abc import AsyncIterator

import pytest

from parley.bus import Bus
from tests.e2e.conftest import PhoneFactory
from tests.e2e.people import rung
from tests.e2e.stack import Witness, until_taking_calls
from tests.stack.asterisk.sip import Phone

pytestmark = pytest.mark.stack


@pytest.fixture
async def switched_on() -> AsyncIterator[None]:
    bus = Bus.connect(os.environ["REDIS_URL"])
    await bus.set_outage(on=True)
    await until_taking_calls(taking=False)
    yield
    await bus.set_outage(on=False)
    await bus.close()
    await until_taking_calls()


@pytest.mark.usefixtures("switched_on")
async def test_a_call_rings_the_agents_person_at_once(phone: PhoneFactory, witness: Witness) -> None:
    person, caller = await phone("1001", codec="ulaw"), await phone("1000", codec="ulaw")
    dialling = asyncio.create_task(caller.dial("100", within=30))
    taken = await rung(person)
    call = await dialling
    assert not taken.is_over
    await call.hangup()
    ended = await witness.wait_for("call_ended", caller="1000", reason="outage")
    assert ended.data["outcome"] == "transferred"
    assert await witness.all("agent_said") == []


@pytest.mark.usefixtures("switched_on")
def test_where_nobody_is_there_the_call_is_refused_and_told_when_to_try_again() -> None:
    phone = Phone("1000", os.environ["SIP_PASSWORD_1000"], "asterisk")
    refused = phone.request("INVITE", "100", body=phone.sdp(40000, "ulaw"))
    assert refused.status == 503
    assert int(refused.headers["retry-after"]) > 0
