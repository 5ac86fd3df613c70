"""SIP messages over a fake Asterisk on a real WebSocket; the real one is asked in tests/e2e/calls/test_chats.py."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from chat.sip.messages import Messages
from chat.web.visitors import Limits
from gateway.ari.protocol import events_url
from parley.agents.schema import Chat
from tests.chat.conftest import Scene, happened, open_house, shop
from tests.fakes.servers.ari_server import PASSWORD, USER, FakeAri

ANSWER = "We open at nine. We close at five."


def message(
    body: str, sender: str = "1000", to: str = "pjsip:100@parley.example;transport=udp"
) -> dict[str, Any]:
    return {
        "type": "TextMessageReceived",
        "endpoint": {"technology": "PJSIP", "resource": sender, "state": "online", "channel_ids": []},
        # What stands here is the sender's own: it is not believed.
        "message": {"from": "<sip:9999@evil.example>", "to": to, "body": body, "variables": {}},
    }


@asynccontextmanager
async def exchange(scene: Scene, per_minute: int = 100) -> AsyncIterator[FakeAri]:
    """An Asterisk whose messages a house answers."""
    async with FakeAri() as ari:
        url = events_url(ari.url, "parley-text", USER, PASSWORD)
        messages = Messages(url, "parley-text", scene.house, scene.agents, Limits(1, per_minute))
        running = asyncio.create_task(messages.run())
        await asked(ari, "applications/parley-text/subscription?eventSource=endpoint:PJSIP")
        yield ari
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def asked(ari: FakeAri, part: str, times: int = 1) -> list[str]:
    """Wait until something was asked of Asterisk so often, and return it."""
    async with asyncio.timeout(30):
        while len(found := [request for request in ari.requests if part in request]) < times:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return found


async def test_a_message_is_answered_as_whom_it_was_written_to(scene: Scene) -> None:
    async with exchange(scene) as ari:
        ari.send(json.dumps(message("When are you open?")))
        (sent,) = await asked(ari, "sendMessage")
        assert sent == (f"PUT endpoints/PJSIP/1000/sendMessage?from=sip:100@parley.example&body={ANSWER}")
        (talk,) = scene.house.threads("sip")
        started = await happened(scene, talk.id, "call_started")
        assert (started.data["caller"], started.data["extension"]) == ("1000", "100")


async def test_a_sender_has_one_thread_and_another_a_second(scene: Scene) -> None:
    async with exchange(scene) as ari:
        for body in ("When are you open?", "And on Sunday?"):
            ari.send(json.dumps(message(body)))
        ari.send(json.dumps(message("When are you open?", "1001")))
        await asked(ari, "endpoints/PJSIP/1000/sendMessage", 2)
        await asked(ari, "endpoints/PJSIP/1001/sendMessage")
        assert {talk.kept.caller: talk.kept.turn for talk in scene.house.threads("sip")} == {
            "1000": 2,
            "1001": 1,
        }


async def test_a_long_answer_comes_in_several_messages(scene: Scene) -> None:
    async with exchange(scene) as ari:
        scene.llm.answer = " ".join(f"We have product number {n}." for n in range(60))
        ari.send(json.dumps(message("What do you have?")))
        first, second = await asked(ari, "sendMessage", 2)
        assert first.endswith(".")
        assert second.endswith("number 59.")


async def test_what_is_for_no_agent_or_of_no_telephone_is_left_alone(redis_url: str) -> None:
    agents = {"shop": shop(), "mute": shop(extensions=("101",), chat=Chat(sip=False))}
    async with open_house(redis_url, agents) as scene, exchange(scene) as ari:
        ari.send(json.dumps(message("Hello", to="pjsip:555@parley")))
        ari.send(json.dumps(message("Hello", to="pjsip:101@parley")))
        ari.send(json.dumps(message("Hello", "trunk")))
        ari.send(json.dumps(message("  \n ")))
        ari.send(json.dumps({"type": "TextMessageReceived", "endpoint": None}))
        ari.send(json.dumps(message("When are you open?")))
        await asked(ari, "sendMessage")
        assert len(scene.house.threads("sip")) == 1


async def test_a_flood_is_not_answered(scene: Scene) -> None:
    async with exchange(scene, per_minute=2) as ari:
        for n in range(4):
            ari.send(json.dumps(message(f"Number {n}?")))
        ari.send(json.dumps(message("When are you open?", "1001")))
        await asked(ari, "endpoints/PJSIP/1001/sendMessage")
        (talk,) = [talk for talk in scene.house.threads("sip") if talk.kept.caller == "1000"]
        assert [line.text for line in talk.kept.board.lines if line.who == "visitor"] == [
            "Number 0?",
            "Number 1?",
        ]


async def test_what_was_not_sent_before_a_restart_is_sent_after_it(redis_url: str) -> None:
    agents = {"shop": shop()}
    async with open_house(redis_url, agents) as before:
        talk = await before.begin("sip", caller="1000", extension="100", address="sip:100@parley")
        await talk.take("When are you open?")
        await happened(before, talk.id, "agent_said")
    async with open_house(redis_url, agents) as after, exchange(after) as ari:
        assert await asked(ari, "sendMessage") == [
            f"PUT endpoints/PJSIP/1000/sendMessage?from=sip:100@parley&body={ANSWER}"
        ]


async def test_a_person_writes_to_a_telephone_too(scene: Scene) -> None:
    async with exchange(scene) as ari:
        ari.send(json.dumps(message("When are you open?")))
        await asked(ari, "sendMessage")
        (talk,) = scene.house.threads("sip")
        talk.desk.take()
        talk.say("This is Ann.")
        assert (await asked(ari, "sendMessage", 2))[1].endswith("body=This is Ann.")
