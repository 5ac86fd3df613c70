"""Hold as telephones write it, and transfers to what is no place, by a telephone on the wire."""

import asyncio
import re
import time
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from tests.e2e.stack import Witness
from tests.stack.asterisk.sip import Phone, Response
from tests.stack.asterisk.test_sip import SERVER, phone

pytestmark = pytest.mark.stack

TECHSTORE = "100"


def inactive(offer: str) -> str:
    return offer.replace("sendrecv", "inactive")


def sendonly(offer: str) -> str:
    return offer.replace("sendrecv", "sendonly")


def zeros(offer: str) -> str:
    """As telephones did before RFC 3264, and some do still."""
    return re.sub(r"c=IN IP4 \S+", "c=IN IP4 0.0.0.0", offer)


def as_it_was(offer: str) -> str:
    return offer


class Line:
    """A call that is offered anew."""

    def __init__(self, one: Phone) -> None:
        self._phone = one
        self._version = 1
        self._answer = self._offer(as_it_was)

    def _offer(self, form: Callable[[str], str], to: str = "") -> Response:
        offer = self._phone.sdp(40_000, "ulaw").replace("o=- 1 1", f"o=- 1 {self._version}")
        self._version += 1
        answer = self._phone.request("INVITE", TECHSTORE, body=form(offer), header=to)
        assert answer.status == 200
        return answer

    def anew(self, form: Callable[[str], str]) -> None:
        """Offer the call in another form."""
        self._offer(form, self._answer.headers["to"])

    def refer(self, to: str) -> int:
        """Give the call to somebody; return the answer, or where it is 202, what is told then (RFC 3515, 2.4.4)."""
        uri, header = f"sip:{TECHSTORE}@{self._phone.server}", self._answer.headers["to"]
        self._phone.send("REFER", uri, "", (f"Refer-To: {to}",) if to else (), to=header)
        status = self._phone.final("REFER").status
        return self._phone.told_of_a_transfer() if status == 202 else status

    def bye(self) -> None:
        assert self._phone.bye(TECHSTORE, self._answer).status == 200


async def holds(witness: Witness, *expected: bool) -> None:
    """Wait until so much was told of holds."""
    deadline, told = time.monotonic() + 15, list[object]()
    while told != list(expected):
        assert time.monotonic() < deadline, told
        await asyncio.sleep(0.1)
        told = [event.data["held"] for event in await witness.all("hold")]


async def test_a_call_is_on_hold_in_whatever_form_and_back(witness: Witness) -> None:
    with ExitStack() as exits:
        line = await asyncio.to_thread(lambda: Line(exits.enter_context(phone())))
        await witness.wait_for("agent_said", revision=0)
        for number, forms in enumerate(((inactive,), (zeros,), (sendonly, inactive))):
            told = [True, False] * number
            for form in forms:
                await asyncio.to_thread(line.anew, form)
                await holds(witness, *told, True)
            await asyncio.to_thread(line.anew, as_it_was)
            await holds(witness, *told, True, False)
        await asyncio.to_thread(line.bye)
        ended = await witness.wait_for("call_ended", within=10)
        assert ended.data["outcome"] == "caller_hung_up"


NO_PLACES = (
    f"<sip:nobody@{SERVER}>",
    f"<sip:1001,absent@{SERVER}>",
    f"<sip:s@{SERVER}>",
    f"<sip:{SERVER}>",
    "<tel:+49301234567>",
    "<http://example.invalid/>",
    "",
)


async def test_what_is_no_place_is_refused_at_once_and_the_call_goes_on(witness: Witness) -> None:
    with ExitStack() as exits:
        line = await asyncio.to_thread(lambda: Line(exits.enter_context(phone())))
        await witness.wait_for("agent_said", revision=0)
        for place in NO_PLACES:
            asked = time.monotonic()
            assert await asyncio.to_thread(line.refer, place) >= 400, place
            assert time.monotonic() - asked < 5, place
        assert await witness.all("call_ended") == []
        await asyncio.to_thread(line.bye)
