"""Calls that are made: rung, answered or not, and never to another agent."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from prometheus_client import REGISTRY

from gateway.people import dialling
from gateway.steering.making import make_calls
from gateway.turns.events import State
from parley.messages import ReplyJob
from parley.outside.dialling import Dial, DialAnswer, filled, filled_whole
from tests.fakes.gateway.exchange import Exchange, exchange, shorten


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten(monkeypatch)


NOON = 1_796_036_400.0


class Orders:
    """The mailbox of calls to make, as Redis has it."""

    def __init__(self) -> None:
        self.waiting: asyncio.Queue[Dial] = asyncio.Queue()
        self.answers: list[DialAnswer] = []

    async def take(self, _block_s: float) -> Dial:
        return await self.waiting.get()

    async def answer(self, _dial: Dial, answer: DialAnswer) -> None:
        self.answers.append(answer)


@asynccontextmanager
async def ordering(it: Exchange) -> AsyncIterator[Orders]:
    orders: Any = Orders()
    running = asyncio.create_task(make_calls(orders, it.switchboard))
    yield orders
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def dial(**fields: Any) -> Dial:
    own = {"id": "made-1", "to": "1002", "agent": "exchange", "by": "crm", "ring_s": 20.0}
    return Dial(**({"until": time.time() + 60} | own | fields))


OUTSIDE: dict[str, Any] = {
    "dial_prefixes": "+49, +43",
    "dial_caller_ids": "+4930999,+4930998",
    "dial_hours": "mon 09:00-20:00",
}
"""Whom a gateway may call over the trunk, on a Monday."""


async def asked(it: Exchange, orders: Orders, order: Dial) -> DialAnswer:
    before = len(orders.answers)
    orders.waiting.put_nowait(order)
    await it.until(lambda: len(orders.answers) > before)
    return orders.answers[-1]


async def test_who_answers_is_greeted_and_heard_as_any_caller() -> None:
    async with exchange() as it, ordering(it) as orders:
        order = dial(greeting="Hello {name}, {this} is us.", variables={"name": "Jane", "order": "4711"})
        assert (await asked(it, orders, order)).result == "ringing"
        (request,) = it.ari.asked("POST channels?")
        assert "endpoint=PJSIP/1002" in request
        assert "callerId=100" in request
        assert it.bus.events("call_started") == []
        it.ari.answer("made-1")
        await it.until(lambda: it.state("made-1") is State.LISTENING)
        said = [job.text for job in it.bus.jobs() if isinstance(job, ReplyJob) and job.kind == "line"]
        assert said[0] == "Hello Jane, {this} is us."
        assert ("note", "name: Jane; order: 4711") in it.bus.history
        (made,), (started,) = it.bus.events("call_made"), it.bus.events("call_started")
        assert (made["caller"], made["extension"], made["by"]) == ("1002", "100", "crm")
        assert (started["caller"], started["extension"]) == ("1002", "100")
        it.ari.hang_up("made-1")
        await it.over("made-1")
        assert it.outcome() == "caller_hung_up"


async def test_a_call_goes_on_from_a_chat() -> None:
    async with exchange() as it, ordering(it) as orders:
        assert (await asked(it, orders, dial(chat="chat-1"))).result == "ringing"
        assert ("go_on_from", "chat-1", "made-1") in it.bus.done
        (made,) = it.bus.events("call_made")
        assert made["chat"] == "chat-1"


@pytest.mark.parametrize(
    ("cause", "outcome"),
    [(17, "busy"), (19, "no_answer"), (21, "refused"), (1, "no_such_number"), (38, "failed")],
)
async def test_why_nobody_has_answered_is_told(cause: int, outcome: str) -> None:
    async with exchange(**OUTSIDE) as it, ordering(it) as orders:
        await asked(it, orders, dial(to="+4930123456", caller_id="+4930999"))
        (request,) = it.ari.asked("POST channels?")
        assert "endpoint=PJSIP/+4930123456@trunk" in request
        it.ari.give_up("made-1", cause)
        await it.until(lambda: it.bus.events("call_ended"))
        (ended,) = it.bus.events("call_ended")
        told = (ended["outcome"], ended["caller"], ended["extension"])
        assert told == (outcome, "+4930123456", "+4930999")
        assert it.state("made-1") is None


@pytest.mark.parametrize(
    "to", ["1002\n", "+4930123456\n", "1002@trunk", "\u0661\u0660", "", "112;x=1", "+49301234567890123"]
)
def test_what_is_no_number_is_not_taken_for_whom_to_ring(to: str) -> None:
    order = msgspec.json.encode(msgspec.structs.replace(dial(), to=to))
    with pytest.raises(msgspec.ValidationError, match=r"\$\.to"):
        msgspec.json.decode(order, type=Dial)


async def test_a_trunk_is_rung_at_its_address() -> None:
    async with exchange(**OUTSIDE) as it, ordering(it) as orders:
        it.ari.variables["PARLEY_TRUNK"] = "carrier:5070;transport=tcp"
        await asked(it, orders, dial(to="+4930123456", caller_id="+4930999"))
        (request,) = it.ari.asked("POST channels?")
        assert "endpoint=PJSIP/trunk/sip:+4930123456@carrier:5070;transport=tcp" in request


async def test_what_asterisk_gives_up_after_its_time_is_no_answer() -> None:
    async with exchange() as it, ordering(it) as orders:
        await asked(it, orders, dial(ring_s=0.0))
        it.ari.give_up("made-1", 127)
        await it.until(lambda: it.bus.events("call_ended"))
        assert it.outcome() == "no_answer"


async def test_what_asterisk_could_not_tell_of_ends_nevertheless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialling, "_LOST_S", 0.05)
    async with exchange() as it, ordering(it) as orders:
        await asked(it, orders, dial(ring_s=0.05))
        await it.until(lambda: it.bus.events("call_ended"))
        assert it.outcome() == "no_answer"
        assert not it.switchboard.dialling.rings("made-1")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"to": "100"}, "is answered by the agent exchange"),
        ({"agent": "nobody"}, "no agent nobody"),
        ({"target": "sales"}, "no target sales whose callers are called back"),
    ],
)
async def test_no_agent_rings_another_nor_one_that_is_not_there(fields: dict[str, str], reason: str) -> None:
    async with exchange() as it, ordering(it) as orders:
        answer = await asked(it, orders, dial(**fields))
        assert (answer.result, reason in answer.reason) == ("refused", True)
        assert it.ari.asked("POST channels?") == []
        assert it.bus.events("call_made") == []


async def test_whom_asterisk_does_not_ring_has_a_record_that_says_so() -> None:
    async with exchange() as it, ordering(it) as orders:
        it.ari.refuse["POST channels"] = 500
        answer = await asked(it, orders, dial())
        assert (answer.result, answer.tried, "registered" in answer.reason) == ("refused", True, True)
        assert it.outcome() == "failed"
        assert not it.switchboard.dialling.rings("made-1")


async def test_what_comes_too_late_is_not_done_and_the_next_one_is() -> None:
    async with exchange() as it, ordering(it) as orders:
        orders.waiting.put_nowait(dial(id="made-0", until=time.time() - 1))
        assert (await asked(it, orders, dial())).result == "ringing"
        assert [d["caller"] for d in it.bus.events("call_made")] == ["1002"]


async def test_a_gateway_without_room_makes_no_call() -> None:
    async with exchange(max_calls=1) as it, ordering(it) as orders:
        await it.answered("c1")
        answer = await asked(it, orders, dial())
        assert (answer.result, "no room" in answer.reason) == ("refused", True)


async def test_somebody_whom_a_dead_gateway_has_rung_is_not_left_in_silence() -> None:
    async with exchange() as it:
        it.ari.enter("made-9", "made")
        await it.until(lambda: it.ari.asked("DELETE channels/made-9"))


def not_made(rule: str) -> float:
    return REGISTRY.get_sample_value("parley_calls_not_made_total", {"rule": rule}) or 0.0


@pytest.mark.parametrize(
    ("fields", "known", "rule"),
    [
        ({"to": "+15551234567"}, {}, "prefix"),
        ({"caller_id": "+4930555"}, {}, "caller_id"),
        ({"to": "1002", "caller_id": "110"}, {}, "caller_id"),
        ({}, {"unwanted_since": 1.0}, "do_not_call"),
        ({}, {"at": NOON + 86_400.0}, "hours"),
    ],
)
async def test_what_a_rule_does_not_allow_is_not_rung_and_counted(
    fields: dict[str, str], known: dict[str, Any], rule: str
) -> None:
    before = not_made(rule)
    async with exchange(**OUTSIDE) as it, ordering(it) as orders:
        it.bus.callee = replace(it.bus.callee, **known)
        answer = await asked(it, orders, dial(**({"to": "+4930123456"} | fields)))
        assert (answer.result, answer.rule) == ("refused", rule)
        assert it.ari.asked("POST channels?") == []
        assert it.bus.events("call_made") == []
    assert not_made(rule) == before + 1


async def test_nobody_outside_is_rung_until_the_operator_says_so() -> None:
    async with exchange() as it, ordering(it) as orders:
        answer = await asked(it, orders, dial(to="+4930123456"))
        assert (answer.result, answer.rule) == ("refused", "prefix")
        assert "DIAL_PREFIXES" in answer.reason


async def test_the_record_of_a_call_has_the_evidence_that_it_might_be_made() -> None:
    async with exchange(**OUTSIDE) as it, ordering(it) as orders:
        assert (await asked(it, orders, dial(to="+4930123456"))).result == "ringing"
        (made,) = it.bus.events("call_made")
        assert made["extension"] == "+4930999"
        assert made["rules"]["local_time"] == {"Europe/Berlin": "2026-11-30T12:00:00+01:00"}
        # It counts before anybody is rung.
        done = [operation[:2] for operation in it.bus.done]
        assert done.index(("claim", "made-1")) < done.index(("event", "call_made"))
        it.ari.give_up("made-1", 17)
        await it.until(lambda: it.bus.events("call_ended"))


async def test_telephones_of_the_house_ring_at_any_hour_and_count_nothing() -> None:
    async with exchange(**OUTSIDE) as it, ordering(it) as orders:
        it.bus.callee = replace(it.bus.callee, at=NOON + 40_000.0, unwanted_since=1.0)
        assert (await asked(it, orders, dial())).result == "ringing"
        (made,) = it.bus.events("call_made")
        assert "rules" not in made
        assert [operation for operation in it.bus.done if operation[0] == "claim"] == []
        it.ari.give_up("made-1", 17)
        await it.until(lambda: it.bus.events("call_ended"))


async def test_a_campaign_calls_who_has_agreed_and_leaves_places_to_callers() -> None:
    spring: dict[str, Any] = {"to": "+4930123456", "campaign": "spring", "consent": "form of 3 May"}
    async with exchange(**OUTSIDE, max_calls=2, campaign_reserve=2) as it, ordering(it) as orders:
        answer = await asked(it, orders, dial(**spring))
        assert (answer.result, answer.rule, "kept for callers" in answer.reason) == ("refused", "", True)
        assert (await asked(it, orders, dial(id="made-2"))).result == "ringing"  # no campaign's
        it.ari.give_up("made-2", 17)
        await it.until(lambda: it.bus.events("call_ended"))
    async with exchange(**OUTSIDE, max_calls=2, campaign_reserve=1) as it, ordering(it) as orders:
        answer = await asked(it, orders, dial(**(spring | {"consent": ""})))
        assert (answer.result, answer.rule) == ("refused", "consent")
        assert (await asked(it, orders, dial(**spring))).result == "ringing"
        (made,) = it.bus.events("call_made")
        assert (made["campaign"], made["rules"]["consent"]) == ("spring", "form of 3 May")
        it.ari.give_up("made-1", 17)
        await it.until(lambda: it.bus.events("call_ended"))


@pytest.mark.parametrize(("known", "result"), [({}, "allowed"), ({"unwanted_since": 1.0}, "refused")])
async def test_a_dry_run_rings_nobody_and_counts_nothing(known: dict[str, Any], result: str) -> None:
    before = not_made("do_not_call")
    async with exchange(**OUTSIDE) as it, ordering(it) as orders:
        it.bus.callee = replace(it.bus.callee, **known)
        answer = await asked(it, orders, dial(to="+4930123456", dry_run=True))
        assert answer.result == result
        assert it.ari.asked("POST channels?") == []
        assert it.bus.events("call_made") == []
        assert [operation for operation in it.bus.done if operation[0] == "claim"] == []
    assert not_made("do_not_call") == before


async def test_where_nobody_knows_whether_it_may_be_called_nobody_is() -> None:
    async with exchange(**OUTSIDE) as it, ordering(it) as orders:
        it.bus.refuses = True
        answer = await asked(it, orders, dial(to="+4930123456"))
        it.bus.refuses = False
        assert (answer.result, answer.rule) == ("refused", "")
        assert "cannot be looked up" in answer.reason
        assert it.ari.asked("POST channels?") == []


def test_a_text_is_filled_where_a_variable_is_known() -> None:
    assert filled("{a} {b} {}", {"a": "x"}) == "x {b} {}"
    assert filled("{a} {b}", {"a": "{b}", "b": "y"}) == "{b} y"
    assert filled_whole("{a} {}", {"a": "x"}) == "x {}"
    assert filled_whole("{a} {b}", {"a": "x"}) == ""
