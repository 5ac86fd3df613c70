"""How a call sounded, as Asterisk and the gateway tell it at its end."""

import asyncio

import pytest

from caller.sound.voice import Voice
from tests.e2e.conftest import PhoneFactory
from tests.e2e.stack import Witness

pytestmark = pytest.mark.stack

REPORTS_S = 12.0
"""By then both sides have sent their RTCP reports, from which the losses there are known."""
LEAST_PACKETS = REPORTS_S / 0.020 / 2
"""Half of what goes by meanwhile in each direction: a busy machine sends late, a silent direction sends nothing."""


@pytest.mark.parametrize("who", ["caller", "agent"])
async def test_a_call_is_judged_at_its_end_whoever_ends_it(
    phone: PhoneFactory, voice: Voice, who: str
) -> None:
    witness = await Witness.begin()
    call = await (await phone()).dial("100")
    started = await witness.wait_for("call_started")
    await asyncio.sleep(REPORTS_S)
    if who == "caller":
        await call.hangup()
    else:
        await call.say(voice.speak("Thank you, goodbye."))
    ended = await witness.wait_for("call_ended", call=started.call)
    assert ended.data["outcome"] == ("caller_hung_up" if who == "caller" else "completed")
    assert 1.0 <= ended.data["mos"] <= 4.5
    assert 0.0 <= ended.data["lost_pct"] < 5.0
    # On one machine the round trip may be shorter than the telephone's clock can tell; the packets are always counted.
    assert 0.0 <= ended.data["round_trip_ms"] < 1000.0
    for counted in ("packets_received", "packets_sent"):
        assert ended.data[counted] > LEAST_PACKETS, "Asterisk's statistics of the caller's leg are missing"
