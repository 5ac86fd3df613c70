"""Campaigns call a carrier's numbers over a trunk: what comes of each, who is called again, and when one stops."""

import asyncio
import re
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from difflib import SequenceMatcher
from typing import Any

import httpx
import pytest

from caller.sound.ears import Ears
from caller.sound.voice import Voice
from tests.e2e.api import client
from tests.e2e.outbound import carrier
from tests.e2e.outbound.carrier import BUSY, MENU, NOBODY, PERSON, SCREENING, UNKNOWN, UNWILLING, VOICEMAIL
from tests.e2e.stack import Witness, containers, until_healthy, until_taking_calls

pytestmark = pytest.mark.stack

MESSAGE = "Hello Jane, your order is ready. You can pick it up on Saturday. Thank you."
PLAN = {
    "agent": "techstore",
    "greeting": "Hello {name}, your order is ready.",
    "voicemail": MESSAGE.replace("Jane", "{name}"),
    "at_once": 3,
    "ring_s": 6,
    "retries": {"busy": {"times": 1, "after_s": 60}},
}
COMES_OF = {
    BUSY: ("busy", 2),
    VOICEMAIL: ("message_left", 1),
    SCREENING: ("caller_hung_up", 1),
    PERSON: ("caller_hung_up", 1),
    UNKNOWN: ("no_such_number", 1),
    MENU: ("machine", 1),
    NOBODY: ("no_answer", 1),
}
"""Outcome and attempts, in the list's order: who is busy is called again a minute later, while the others are."""
ANSWERED_BY = {PERSON: "person", VOICEMAIL: "voicemail", SCREENING: "screening", MENU: "menu"}
LEAST = 5
"""Calls after which it is told whether a campaign goes wrong."""


@asynccontextmanager
async def running(
    api: httpx.AsyncClient, plan: dict[str, Any], numbers: tuple[str, ...]
) -> AsyncIterator[str]:
    """A campaign of a name of its own, which calls nobody any more afterwards."""
    name = f"test-{uuid.uuid4().hex[:8]}"
    rows = [{"number": number, "consent": "test", "name": "Jane"} for number in numbers]
    put = await api.post("/campaigns", json={"name": name, "definition": plan, "rows": rows})
    assert put.status_code == 201, put.text
    try:
        assert (await api.post(f"/campaigns/{name}/start")).status_code == 200
        yield name
    finally:
        for verb in ("resume", "pause"):  # one that has stopped by itself would be alerted of
            await api.post(f"/campaigns/{name}/{verb}")


async def until(api: httpx.AsyncClient, name: str, state: str, within: float = 120.0) -> dict[str, Any]:
    """Wait until a campaign stands so, and return all of it."""
    deadline = time.monotonic() + within
    while True:
        found: dict[str, Any] = (await api.get(f"/campaigns/{name}")).raise_for_status().json()
        if found["state"] == state:
            return found
        assert time.monotonic() < deadline, f"not {state} after {within:g} s: {found}"
        await asyncio.sleep(0.5)


async def killed(service: str) -> None:
    """Kill a part, and start it again."""
    for container in containers(service):
        await asyncio.to_thread(container.kill)
        await asyncio.to_thread(container.start)
        await until_healthy(container)


def results(campaign: dict[str, Any]) -> dict[str, tuple[str, int]]:
    return {row["number"]: (row["outcome"], row["attempts"]) for row in campaign["rows"]}


async def answered_by(witness: Witness) -> dict[str, str]:
    """Who has answered at each number, as far as could be told in the end."""
    whom = {event.call: event.data["caller"] for event in await witness.all("call_made")}
    return {str(whom[event.call]): str(event.data["who"]) for event in await witness.all("answered_by")}


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9']+", text.lower())


async def test_campaigns_over_sip(trunk: None, witness: Witness, voice: Voice, ears: Ears) -> None:
    """Two at a time, while what makes their calls is killed; one is of people who hang up at once."""
    await until_taking_calls()
    await asyncio.to_thread(carrier.give_voice, voice)
    begun = time.time()
    async with client("campaigns:read,campaigns:write") as api:
        unwanted = {"agent": "techstore", "ring_s": 6}
        async with (
            running(api, PLAN, tuple(COMES_OF)) as spring,
            running(api, unwanted, UNWILLING) as stopping,
        ):
            await witness.wait_for("call_started")
            await killed("records")

            stopped = await until(api, stopping, "tripped")
            assert (stopped["breaker"]["ended"], stopped["breaker"]["wrong"]) == (LEAST, LEAST)
            assert stopped["waiting"] == len(UNWILLING) - LEAST
            assert (await api.post(f"/campaigns/{stopping}/resume")).status_code == 200
            await until(api, stopping, "done")

            assert results(await until(api, spring, "done")) == COMES_OF
    who = await answered_by(witness)
    assert {number: who.get(number) for number in ANSWERED_BY} == ANSWERED_BY
    attempts = {number: times for number, (_, times) in COMES_OF.items()}
    assert Counter(carrier.called(begun)) == attempts | dict.fromkeys(UNWILLING, 1)
    heard = words(await ears.transcribe(carrier.kept_by(VOICEMAIL)))
    assert SequenceMatcher(None, words(MESSAGE), heard).ratio() >= 0.8, heard
    assert (heard[0], heard[-2:]) == ("hello", ["thank", "you"])
