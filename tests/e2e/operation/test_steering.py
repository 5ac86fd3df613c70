"""A program follows a call, has the agent say a line in it, and ends it: all by the API."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from tests.e2e.api import client
from tests.e2e.conftest import PhoneFactory
from tests.e2e.stack import Witness, until_taking_calls

pytestmark = pytest.mark.stack
LINE = "A colleague will call you back at three."


async def follow(api: httpx.AsyncClient, call: str, begun: asyncio.Event) -> list[dict[str, Any]]:
    """What a stream tells of a call from now on, to its end."""
    told: list[dict[str, Any]] = []
    async with api.stream("GET", "/events", params={"call": call}) as stream:
        begun.set()
        async for line in stream.aiter_lines():
            if line.startswith("data: "):
                told.append(json.loads(line.removeprefix("data: ")))
                if told[-1]["kind"] == "call_ended":
                    break
    return told


async def test_a_call_is_followed_and_steered_from_outside(phone: PhoneFactory, witness: Witness) -> None:
    await until_taking_calls()
    softphone = await phone("1002", codec="ulaw")
    call = await softphone.dial("100", within=20)
    started = await witness.wait_for("call_started", caller="1002")
    await witness.wait_for("agent_said", call=started.call, revision=0)
    async with client("calls:read,calls:steer") as api:
        begun = asyncio.Event()
        following = asyncio.create_task(follow(api, started.call, begun))
        await begun.wait()
        steer = f"/calls/{started.call}"
        refused = await api.post(f"{steer}/transfer", json={"target": "nobody"})
        assert refused.status_code == 409, refused.text
        again = {"Idempotency-Key": "one"}
        for _ in range(2):
            said = await api.post(f"{steer}/say", json={"text": LINE}, headers=again)
            assert said.json() == {"result": "done"}
        await witness.wait_for("agent_said", call=started.call, text=LINE, whole=True)
        assert (await api.post(f"{steer}/hangup")).json() == {"result": "done"}
        ended = await witness.wait_for("call_ended", call=started.call)
        assert ended.data["outcome"] == "completed"
        async with asyncio.timeout(30):
            told = await following
        assert (await api.post(f"{steer}/hangup")).status_code == 404
    kinds = [event["kind"] for event in told]
    assert [event["data"]["verb"] for event in told if event["kind"] == "command"] == ["say", "hangup"]
    assert kinds[-1] == "call_ended"
    assert [event["data"]["text"] for event in told if event["kind"] == "agent_said"].count(LINE) == 1
    async with asyncio.timeout(20):
        while not call.is_over:  # noqa: ASYNC110  # the telephone tells it
            await asyncio.sleep(0.05)
