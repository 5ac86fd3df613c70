"""Numbers as carriers write them, of a trunk that is the test itself, and what a trunk may not do."""

import asyncio
import os
import socket
from collections.abc import Iterator

import pytest

from tests.e2e.conftest import identity
from tests.e2e.stack import Witness
from tests.stack.asterisk.reloaded import reloaded
from tests.stack.asterisk.sip import Phone, Response

pytestmark = pytest.mark.stack

NUMBER = "+493023125301"
"""Of the agent dayshift."""
SERVER = identity().host
PORT = int(os.environ.get("SIP_PORT") or 5060)


def own_address() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((SERVER, PORT))
        return str(probe.getsockname()[0])


@pytest.fixture(scope="module")
def trunk() -> Iterator[None]:
    """Whoever calls from here is the trunk."""
    with reloaded({"TRUNK_HOST": own_address()}):
        yield


def call(number: str, *, caller: str = "+493023125999", headers: tuple[str, ...] = (), to: str = "") -> Phone:
    """A carrier's call; `response` is its answer."""
    phone = Phone(caller, "", SERVER, PORT)
    body = phone.sdp(40000, "ulaw")
    phone.response = phone.request("INVITE", number, body=body, extra=headers, header=to)  # type: ignore[attr-defined]
    return phone


async def answered(witness: Witness, number: str, **how: object) -> dict[str, object]:
    """Call a number; return what is told of the call that begins."""
    phone = await asyncio.to_thread(call, number, **how)  # type: ignore[arg-type]
    response: Response = phone.response  # type: ignore[attr-defined]
    assert response.status == 200
    started = await witness.wait_for("call_started", within=10)
    await asyncio.to_thread(phone.bye, number or NUMBER, response)
    await witness.wait_for("call_ended", within=10, call=started.call)
    return started.data


@pytest.mark.parametrize(
    "number",
    [
        NUMBER,
        "00493023125301",
        "493023125301",
        "03023125301",
        "3023125301",
        "+493023125301;npdi;rn=+493099999999",
        "3023125301;phone-context=+49",
        "+49-30-23125301",
        "%2B49(0)30.23125301",
        "(030)23125301;isub=7",
    ],
)
async def test_a_number_reaches_its_agent_however_a_carrier_writes_it(
    trunk: None, witness: Witness, number: str
):
    told = await answered(witness, number)
    assert (told["agent"], told["extension"], told["caller"]) == ("dayshift", NUMBER, "+493023125999")


@pytest.mark.parametrize(
    ("headers", "to"),
    [
        ((), f'"Shop" <sip:{NUMBER}@gw.example;user=phone>'),
        ((f"P-Called-Party-ID: <sip:{NUMBER}@gw.example>",), ""),
        (("P-Called-Party-ID: <sip:03023125301@gw.example>",), "<sip:100@gw.example>"),
    ],
    ids=["to", "called-party", "called-party-first"],
)
@pytest.mark.parametrize("registered", ["acme-301", "home-office", ""])
async def test_the_number_stands_in_a_header_when_the_request_has_what_was_registered(
    trunk: None, witness: Witness, registered: str, headers: tuple[str, ...], to: str
):
    told = await answered(witness, registered, headers=headers, to=to)
    assert (told["agent"], told["extension"]) == ("dayshift", NUMBER)


@pytest.mark.parametrize("number", ["*97", "301"])
async def test_what_is_dialled_on_keys_is_reached(trunk: None, witness: Witness, number: str):
    told = await answered(witness, number)
    assert told["extension"] == number


@pytest.mark.parametrize(
    ("caller", "number"),
    [
        ("03023125999", "+493023125999"),
        ("00493023125999", "+493023125999"),
        ("493023125999", "+493023125999"),
        ("canary", ""),
        ("anonymous", ""),
    ],
)
async def test_a_caller_is_known_by_their_number_and_nothing_else(
    trunk: None, witness: Witness, caller: str, number: str
):
    assert (await answered(witness, NUMBER, caller=caller))["caller"] == number


@pytest.mark.parametrize("number", ["1001", "600", "+493023125302", "nobody", "100000301"])
def test_a_trunk_reaches_neither_telephones_nor_other_numbers(trunk: None, number: str) -> None:
    phone = call(number)
    assert phone.response.status == 404  # type: ignore[attr-defined]


def test_a_trunk_gives_no_call_to_anybody(trunk: None) -> None:
    """Neither to a telephone of the house nor, at the company's cost, outside."""
    phone = call(NUMBER)
    response: Response = phone.response  # type: ignore[attr-defined]
    for target in ("1001", "0049301234567", "nobody"):
        uri = f"sip:{NUMBER}@{SERVER}"
        phone.send("REFER", uri, "", (f"Refer-To: <sip:{target}@{SERVER}>",), to=response.headers["to"])
        assert phone.final("REFER").status == 603
    assert phone.bye(NUMBER, response).status == 200
