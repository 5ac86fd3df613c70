"""Who chats has themselves called: over the trunk, by an agent that has read the chat."""

import time

import httpx
import pytest

from tests.e2e.calls.test_chats import read_until
from tests.e2e.outbound import carrier
from tests.e2e.outbound.carrier import VISITOR
from tests.e2e.stack import Witness, until_taking_calls

pytestmark = pytest.mark.stack

QUESTION = "Which number do you have for my bicycle?"


async def test_a_visitor_is_called_at_the_number_that_they_confirm(trunk: None, witness: Witness) -> None:
    await until_taking_calls()
    begun = time.time()
    async with httpx.AsyncClient(base_url="http://chat:8001/chat/v1", timeout=20) as visitor:
        made = (await visitor.post("/agents/dayshift/chats", json={})).json()
        chat, visitor.headers["Authorization"] = made["chat"], f"Bearer {made['token']}"
        await visitor.post(f"/chats/{chat}/messages", json={"text": QUESTION})
        await read_until(visitor, chat, lambda told: len(told["lines"]) == 3 and told["calls"])

        for number in ("112", "0900 1234567", "1001"):
            refused = await visitor.post(f"/chats/{chat}/call", json={"number": number})
            assert refused.status_code in (403, 422), (number, refused.text)
        unseen = await visitor.post(f"/chats/{chat}/call", json={"number": VISITOR, "confirmed": True})
        assert unseen.status_code == 409, unseen.text
        asked = await visitor.post(f"/chats/{chat}/call", json={"number": VISITOR.replace("+49", "0")})
        assert (asked.status_code, asked.json()["number"]) == (200, VISITOR), asked.text
        rung = await visitor.post(f"/chats/{chat}/call", json={"number": VISITOR, "confirmed": True})
        assert (rung.status_code, rung.json()["result"]) == (202, "ringing"), rung.text

        call = rung.json()["call"]
        assert (await witness.wait_for("call_asked", call=chat, outcome="ringing")).data["call_made"] == call
        assert (await witness.wait_for("call_made", call=call)).data["caller"] == VISITOR
        await witness.wait_for("agent_said", call=call)
        before = [said["text"] for said in await witness.history(call)]
        assert QUESTION in before, before
        await witness.wait_for("call_ended", call=call)
        await visitor.post(f"/chats/{chat}/close")
    assert carrier.called(begun) == [VISITOR]
