"""A program has the agent call somebody: a real telephone rings, answers, hears the greeting, and is heard."""

import asyncio

import pytest

from caller.sound.voice import Voice
from tests.e2e.api import client
from tests.e2e.conftest import PhoneFactory
from tests.e2e.stack import Witness, until_taking_calls

pytestmark = pytest.mark.stack


async def test_somebody_is_called_and_heard_and_somebody_else_is_busy(
    phone: PhoneFactory, witness: Witness, voice: Voice
) -> None:
    await until_taking_calls()
    softphone = await phone("1002", codec="ulaw")
    question = voice.speak("What are your opening hours on Saturday?")
    asked = {"to": "1002", "agent": "techstore", "ring_s": 20}
    async with client("calls:start,calls:read") as api:
        started = await api.post("/calls", json=asked, headers={"Idempotency-Key": "refused"})
        assert started.status_code == 202, started.text
        await (await asyncio.wait_for(softphone.incoming.get(), 20)).reject()
        ended = await witness.wait_for("call_ended", call=started.json()["call"])
        assert (ended.data["outcome"], ended.data["caller"]) == ("busy", "1002")

        greeting = {"greeting": "Hello {name}, your order is ready.", "variables": {"name": "Jane"}}
        started = await api.post("/calls", json=asked | greeting)
        assert started.status_code == 202, started.text
        name = started.json()["call"]
        call = await asyncio.wait_for(softphone.incoming.get(), 20)
        await call.answer()
        said = await witness.wait_for("agent_said", call=name, revision=0)
        assert said.data["text"] == "Hello Jane, your order is ready."
        assert call.voice is not None
        assert call.voice.stretches
        await call.say(question)
        turn = await witness.wait_for("turn", call=name, turn=1, within=60)
        answer = await witness.wait_for("agent_said", call=name, revision=turn.data["revision"])
        assert "saturday" in answer.data["text"].lower()
        assert {"role": "note", "text": "name: Jane"} in await witness.history(name)
        await call.hangup()
        ended = await witness.wait_for("call_ended", call=name)
        assert (ended.data["outcome"], ended.data["caller"]) == ("caller_hung_up", "1002")
        refused = await api.post("/calls", json=asked | {"to": "100"})
        assert (refused.status_code, "answered by the agent" in refused.text) == (409, True)
        refused = await api.post("/calls", json=asked | {"to": "4711"})
        assert refused.status_code == 409, refused.text
        # Of the rules for numbers outside, the stack has this one: only the carrier's may be called.
        refused = await api.post("/calls", json=asked | {"to": "+4930123456"})
        assert (refused.status_code, refused.json()["rule"]) == (403, "prefix")
