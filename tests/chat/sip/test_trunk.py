"""Texts over a trunk that carries them as SIP messages, both ways: over a fake Asterisk on a real WebSocket."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from chat.sip.messages import Messages
from chat.sip.pieces import MOST_BYTES
from chat.sip.trunk import Trunk
from chat.web.visitors import Limits
from gateway.ari.protocol import events_url
from parley.outside.texts import Text
from tests.chat.conftest import open_house
from tests.chat.sip.test_messages import asked
from tests.chat.sms.conftest import AGENTS, ANSWER, OURS, THEIRS, Mobile, mobile_in
from tests.fakes.servers.ari_server import PASSWORD, USER, FakeAri
from webhooks.texting.delivery import Texting

TRUNK = "carrier.example:5070;transport=tcp"
SENT = f"PUT endpoints/sendMessage?from=sip:{OURS}@carrier.example&to=pjsip:trunk/sip:{THEIRS}@{TRUNK}&body="


def brought(body: str, sender: str = THEIRS, to: str = OURS) -> str:
    """What Asterisk tells of a message of the trunk's."""
    message: dict[str, Any] = {
        "type": "TextMessageReceived",
        "endpoint": {"technology": "PJSIP", "resource": "trunk", "state": "online", "channel_ids": []},
        "message": {
            "from": f'"Ann" <sip:{sender}@carrier.example>',
            "to": f"pjsip:{to}@parley",
            "body": body,
        },
    }
    return json.dumps(message)


@pytest.fixture
async def mobile(redis_url: str) -> AsyncIterator[Mobile]:
    async with open_house(redis_url, AGENTS) as scene:
        yield mobile_in(scene)


@asynccontextmanager
async def carrying(mobile: Mobile, sender: str = "") -> AsyncIterator[FakeAri]:
    """An Asterisk whose trunk carries texts; what it did not take is tried again at once."""
    async with FakeAri() as ari:
        url, house = events_url(ari.url, "parley-text", USER, PASSWORD), mobile.scene.house
        messages = Messages(
            url, "parley-text", house, mobile.scene.agents, Limits(1, 9), carry=mobile.intake.carry
        )
        stopping = asyncio.Event()
        texting = Texting(
            mobile.texts, Trunk(messages.ari, TRUNK, "carrier.example", sender), 100, lambda _age, _asked: 0.0
        )
        tasks = [asyncio.create_task(messages.run()), asyncio.create_task(mobile.intake.run())]
        await asked(ari, "applications/parley-text/subscription?eventSource=endpoint:PJSIP")
        sending = asyncio.create_task(texting.run(stopping))
        try:
            yield ari
        finally:
            stopping.set()
            await sending
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_text_of_the_trunks_is_answered_over_it(mobile: Mobile) -> None:
    async with carrying(mobile) as ari:
        ari.send(brought("When are you open?"))
        assert await asked(ari, "sendMessage") == [SENT + ANSWER]
        (talk,) = mobile.scene.house.threads("sms")
        assert (talk.kept.caller, talk.kept.extension) == (THEIRS, OURS)
        assert await mobile.texts.sends()


async def test_stop_is_obeyed_there_too(mobile: Mobile) -> None:
    async with carrying(mobile) as ari:
        ari.send(brought("STOP"))
        (said,) = await asked(ari, "sendMessage")
        assert "START" in said
        assert await mobile.texts.is_stopped(f"shop {THEIRS}")


async def test_a_sender_that_is_set_is_shown(mobile: Mobile) -> None:
    async with carrying(mobile, "+4930999") as ari:
        ari.send(brought("When are you open?"))
        (sent,) = await asked(ari, "sendMessage")
        assert "from=sip:+4930999@carrier.example" in sent


async def test_an_agent_without_a_number_writes_from_the_domain(mobile: Mobile) -> None:
    text = Text(id="1", call="c", agent="shop", sender="", to=THEIRS, body="Hello.", since=time.time())
    async with carrying(mobile) as ari:
        await mobile.texts.put(text)
        (sent,) = await asked(ari, "sendMessage")
        assert "from=sip:carrier.example&" in sent


async def test_what_is_no_number_in_an_address_comes_into_no_answer(mobile: Mobile) -> None:
    async with carrying(mobile) as ari:
        ari.send(brought("When are you open?", to=f"{OURS}%0d%0a"))
        assert await asked(ari, "sendMessage") == [SENT + ANSWER]


@pytest.mark.parametrize(("sender", "to"), [("anonymous", OURS), ("12", OURS), (THEIRS, "+4940555")])
async def test_who_cannot_be_answered_or_writes_to_nobody_is_left_alone(
    mobile: Mobile, sender: str, to: str
) -> None:
    async with carrying(mobile) as ari:
        ari.send(brought("Hello", sender, to))
        ari.send(brought("When are you open?"))
        assert await asked(ari, "sendMessage") == [SENT + ANSWER]
        assert len(mobile.scene.house.threads("sms")) == 1


async def test_what_asterisk_does_not_take_is_tried_again(mobile: Mobile) -> None:
    async with carrying(mobile) as ari:
        ari.refuse["PUT endpoints/sendMessage"] = 500
        ari.send(brought("When are you open?"))
        await asked(ari, "sendMessage", 2)
        ari.refuse.clear()
        tried = len([request for request in ari.requests if "sendMessage" in request])
        await asked(ari, "sendMessage", tried + 1)
        async with asyncio.timeout(30):
            while await mobile.texts.waiting():  # noqa: ASYNC110  # in Redis
                await asyncio.sleep(0.01)


async def test_a_long_text_fits_into_what_udp_carries(mobile: Mobile) -> None:
    body = " ".join(f"Мы продаём товар номер {n}." for n in range(10, 24))
    text = Text(id="1", call="c", agent="shop", sender=OURS, to=THEIRS, body=body, since=time.time())
    async with carrying(mobile) as ari:
        await mobile.texts.put(text)
        await asked(ari, "номер 23.")
        sent = [request.partition("&body=")[2] for request in ari.requests if "sendMessage" in request]
    assert len(body.encode()) > 600
    assert max(len(piece.encode()) for piece in sent) <= MOST_BYTES
    assert " ".join(sent) == body
