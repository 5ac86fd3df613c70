"""The same users for calls that are made, and for conversations that are simulated."""

import asyncio

from parley.bus import AGENT_JOBS, EVENTS, down_stream
from parley.messages import Cancel, ReplyFailed
from parley.outbound.callbacks import Callback
from parley.outbound.verdict import Verdict
from parley.outside.dialling import Dial, DialAnswer
from parley.simulation.calls import SIMULATED_EVENTS
from simulate.bus import SimulationBus
from tests.parley.streams import job
from tests.stack.redis.server import connected

FAILED = ReplyFailed(call="c1", turn=1, revision=1, kind="llm")
DIAL = Dial(id="made-1", to="1002", agent="shop", by="crm", ring_s=20.0, until=0.0)


async def test_who_wants_no_calls_is_kept_by_those_who_hear_of_it(port: int) -> None:
    async with (
        connected(port, "gateway") as gateway,
        connected(port, "api") as api,
        connected(port, "records") as records,
    ):
        ledger = gateway.commands().ledger()
        assert (await ledger.claim("made-1", "+4930123456", lambda _: Verdict(None, {}))).refused is None
        asked = api.commands().ledger()
        assert await asked.add("+4930123456")
        assert await ledger.unwanted_since("+4930123456") == await asked.unwanted_since("+4930123456")
        assert len(await asked.unwanted(0, 9)) == len(await ledger.unwanted(0, 9)) == 1
        assert await records.commands().ledger().has("made-1", "+4930123456")
        await records.commands().ledger().forget("+4930123456")
        assert await asked.remove("+4930123456")
        assert await ledger.add("+4930123456")
        assert await ledger.remove("+4930123456")


async def test_places_of_callers_are_kept_by_those_who_call_back(port: int) -> None:
    async with (
        connected(port, "gateway") as gateway,
        connected(port, "api") as api,
        connected(port, "records") as records,
    ):
        book, asked = gateway.commands().callbacks(), api.commands().callbacks()
        place = Callback(id="1", number="1002", agent="shop", target="sales", since=1.0, due=1.0, until=2.0)
        assert await asked.keep(place) == await asked.keep(place) == place
        assert await gateway.commands().callbacks().leads("gateway")
        assert await book.claim("1", "gateway") == place
        assert await book.change(place)
        assert await book.claimed([place]) == {"1"}
        await book.answered(place, "sales", "c1")
        assert await book.waiting("sales", 0.0) == [1.0]
        await book.served("sales", "c1", 1.0)
        assert await book.overtaken("sales") == 1.0
        await book.made_good("sales")
        assert await asked.keep(place) == place
        await records.commands().callbacks().forget("1002")
        assert await asked.entries() == []
        assert not await asked.withdraw("1")


async def test_campaigns_ask_a_gateway_for_calls(port: int) -> None:
    async with connected(port, "gateway") as gateway, connected(port, "records") as records:
        calling = asyncio.create_task(records.commands().dials().ask(DIAL, 30))
        assert await gateway.commands().dials().take(30) == DIAL
        await gateway.commands().dials().answer(DIAL, DialAnswer(result="allowed"))
        assert await calling == DialAnswer(result="allowed")


async def test_a_simulated_conversation_is_told_of_where_no_record_is_made(port: int) -> None:
    async with connected(port, "simulate") as simulate, connected(port, "agent") as agent:
        bus = SimulationBus(simulate._redis)
        await bus.open_down("sim-1")
        before = await bus.last_id(SIMULATED_EVENTS)
        await bus.open_call("sim-c", agent="a", gateway="sim-1")
        assert await bus.keep_chat("sim-c", b"here", anew=True)
        await bus.add_history("sim-c", "user", "hello")
        await bus.cancel(Cancel(call="sim-c", revision=1))
        await bus.emit("call_started", "sim-c")
        await agent.emit("open_question", "sim-c", question="Why?")
        assert [event.kind for event in await bus.happened("sim-c", before)] == [
            "call_started",
            "open_question",
        ]
        await agent.join(AGENT_JOBS, AGENT_JOBS)
        await bus.publish(AGENT_JOBS, job(1))
        assert await agent.take(AGENT_JOBS, AGENT_JOBS, "w") is not None
        await agent.publish(down_stream("sim-1"), FAILED)
        assert len(await bus.read(down_stream("sim-1"), "0", block_ms=1)) == 2
        await agent.emit("open_question", "c1", question="Why?")
        assert [event.call for _, event in await bus.events("0", block_ms=1)] == ["c1"]
        assert await bus.last_id(EVENTS) != "0-0"
        await bus.close_call("sim-c")
        await bus.forget("sim-c")
        assert await agent.history("sim-c") == []
