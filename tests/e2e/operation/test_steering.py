"""A program follows a call, has the agent say a line in it, and ends it: all by the API; and a webhook tells of it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.server import ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from caller.phone.phone import Softphone
from tests.e2e.api import client
from tests.e2e.conftest import PhoneFactory
from tests.e2e.stack import Witness, containers, until_taking_calls
from tests.fakes.servers.serving import QuietHandler, on_thread

pytestmark = pytest.mark.stack
LINE = "A colleague will call you back at three."
NOTE = "The caller waits for the order 4711, which has been sent today."


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


@asynccontextmanager
async def told(api: httpx.AsyncClient) -> AsyncIterator[list[dict[str, Any]]]:
    """What a webhook tells, each verified by the specification's library."""
    messages: list[dict[str, Any]] = []
    secret = ""

    class Receiver(QuietHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            messages.append(Webhook(secret).verify(body, dict(self.headers)))
            self.send_response(204)
            self.end_headers()

    server = ThreadingHTTPServer(("", 0), Receiver)
    with on_thread(server):
        url = f"http://tests:{server.server_port}/"
        secret = (await api.put("/webhooks/steering", json={"url": url})).json()["secret"]
        yield messages
        await api.delete("/webhooks/steering")


async def ended(messages: list[dict[str, Any]], call: str) -> list[dict[str, Any]]:
    """What was told of a call, when its end was."""
    async with asyncio.timeout(90):
        while not any(m["type"] == "call.ended" and m["data"]["call"] == call for m in messages):  # noqa: ASYNC110  # another thread fills it
            await asyncio.sleep(0.1)
    return [message for message in messages if message["data"].get("call") == call]


async def test_a_call_is_followed_and_steered_from_outside(phone: PhoneFactory, witness: Witness) -> None:
    await until_taking_calls()
    softphone = await phone("1002", codec="ulaw")
    async with client("webhooks:manage") as owner, told(owner) as messages:
        # What happens while the service is away is told when it is back.
        service = containers("webhooks")[0]
        await asyncio.to_thread(service.kill)
        try:
            call = await followed(softphone, witness)
        finally:
            await asyncio.to_thread(service.start)
        about = await ended(messages, call)
    assert [message["type"] for message in about] == ["call.started", "call.ended"]
    assert about[-1]["data"]["outcome"] == "completed"
    assert about[-1]["data"]["caller"] == "1002"


async def followed(softphone: Softphone, witness: Witness) -> str:
    """Make a call that is steered from outside; return its id when it is over."""
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
        noted = await api.post(f"{steer}/note", json={"text": NOTE})
        assert noted.json() == {"result": "done"}
        await witness.wait_for("note", call=started.call, text=NOTE)
        assert {"role": "note", "text": NOTE} in await witness.history(started.call)
        assert (await api.post(f"{steer}/hangup")).json() == {"result": "done"}
        ended = await witness.wait_for("call_ended", call=started.call)
        assert ended.data["outcome"] == "completed"
        async with asyncio.timeout(30):
            told = await following
        assert (await api.post(f"{steer}/hangup")).status_code == 404
    kinds = [event["kind"] for event in told]
    assert [event["data"]["verb"] for event in told if event["kind"] == "command"] == [
        "say",
        "note",
        "hangup",
    ]
    assert kinds[-1] == "call_ended"
    assert [event["data"]["text"] for event in told if event["kind"] == "agent_said"].count(LINE) == 1
    async with asyncio.timeout(20):
        while not call.is_over:  # noqa: ASYNC110  # the telephone tells it
            await asyncio.sleep(0.05)
    return started.call
