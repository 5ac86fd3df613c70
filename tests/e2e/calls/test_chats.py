"""The agent answers by text: a softphone's SIP message, and a page's chat that a person takes over."""

import asyncio
import os
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.e2e.api import client
from tests.e2e.stack import Witness, until_taking_calls
from tests.stack.asterisk.sip import Phone

pytestmark = pytest.mark.stack
QUESTION, ANSWER = "What is your email address?", "help@techstore.example"


def written_back(question: str) -> str:
    """Send a SIP message to 100 from a telephone that is registered, and return the one that comes."""
    with Phone("1002", os.environ["SIP_PASSWORD_1002"], "asterisk", timeout=60) as phone:
        assert phone.register().status == 200
        phone.content = "text/plain"
        assert phone.request("MESSAGE", "100", body=question).status == 202
        while not (message := phone.receive()).startswith("MESSAGE "):
            pass  # Asterisk asks whether the telephone is there
        phone.respond(message, "200 OK")
        assert phone.register(expires=0).status == 200
    return message


async def test_a_softphone_gets_the_agents_answer_as_a_message(witness: Witness) -> None:
    await until_taking_calls()
    head, _, body = (await asyncio.to_thread(written_back, QUESTION)).partition("\r\n\r\n")
    assert ANSWER in body
    assert "From: <sip:100@asterisk>" in head
    started = await witness.wait_for("call_started", caller="1002", channel="sip")
    assert started.data["extension"] == "100"
    await witness.wait_for("caller_said", call=started.call, text=QUESTION)


async def read_until(visitor: httpx.AsyncClient, chat: str, true: Callable[[dict[str, Any]], bool]) -> Any:
    """Read a chat until something is true of it."""
    async with asyncio.timeout(60):
        while not true(told := (await visitor.get(f"/chats/{chat}/messages")).json()):  # noqa: ASYNC110  # another process tells it
            await asyncio.sleep(0.1)
    return told


async def test_a_page_chats_and_a_person_takes_over(witness: Witness) -> None:
    await until_taking_calls()
    async with (
        httpx.AsyncClient(base_url="http://chat:8001/chat/v1", timeout=20) as visitor,
        client("chats:steer,calls:read") as person,
    ):
        begun = (await visitor.post("/agents/techstore/chats", json={})).json()
        chat, visitor.headers["Authorization"] = begun["chat"], f"Bearer {begun['token']}"
        await visitor.post(f"/chats/{chat}/messages", json={"text": QUESTION})
        told = await read_until(visitor, chat, lambda told: len(told["lines"]) == 3)
        assert ANSWER in told["lines"][2]["text"]

        await visitor.post(f"/chats/{chat}/messages", json={"text": "I want to speak to a person."})
        await read_until(visitor, chat, lambda told: told["phase"] == "waiting")
        for step, body in (("take", None), ("say", {"text": "This is Ann."}), ("close", None)):
            done = await person.post(f"/chats/{chat}/{step}", json=body)
            assert done.json() == {"result": "done"}, done.text
        told = await read_until(visitor, chat, lambda told: told["phase"] == "ended")
        assert (told["lines"][-1]["who"], told["lines"][-1]["text"]) == ("person", "This is Ann.")

        await witness.wait_for("call_ended", call=chat, outcome="closed")
        async with asyncio.timeout(60):
            while (kept := await person.get(f"/calls/{chat}")).json().get("outcome") != "closed":  # noqa: ASYNC110
                await asyncio.sleep(0.2)
    record = kept.json()
    assert (record["channel"], record["turns"][-1]["who"]) == ("web", "person")
