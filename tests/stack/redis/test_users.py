"""Redis with the stack's own users: each service can do what it does, and nothing else."""

import asyncio
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from redis.exceptions import AuthenticationError, NoPermissionError

from chat.bus import ChatBus
from parley.bus import AGENT_JOBS, EVENTS, STT_JOBS, Bus, BusError, down_stream
from parley.gateways.book import Calls
from parley.messages import Cancel, Command, CommandAnswer, ReplyFailed
from parley.outbound.verdict import Verdict
from parley.outside.deeds import Deed
from parley.outside.dialling import Dial, DialAnswer
from parley.outside.inbox import Part
from parley.outside.inquiries import Inquiry, InquiryAnswer
from parley.outside.over.corrections import Corrected, Correction
from parley.outside.over.topics import Grouped, Grouping
from parley.outside.reports import Report
from parley.outside.texts import Text
from tests.parley.streams import job
from tests.stack.redis.server import ENTRYPOINT, SETTINGS, connected

VOICE = np.ones(1600, np.int16)
FAILED = ReplyFailed(call="c1", turn=1, revision=1, kind="llm")
ANSWER = CommandAnswer(call="c1", id="x1", result="done")
DIAL = Dial(id="made-1", to="1002", agent="shop", by="crm", ring_s=20.0, until=0.0)
CORRECTION = Correction(id="x4", call="c1", turn=1, text="Hello?", by="crm")
REPORT = Report(at=1.0, ok=True, checks=[])
SERVICES = ("gateway", "stt", "agent", "records", "api", "chat", "simulate", "tracing", "webhooks", "doctor")


async def test_the_services_do_a_calls_work_together(port: int) -> None:
    async with (
        connected(port, "gateway") as gateway,
        connected(port, "stt") as stt,
        connected(port, "agent") as agent,
        connected(port, "records") as records,
        connected(port, "tracing") as tracing,
        connected(port, "webhooks") as webhooks,
        connected(port, "doctor") as doctor,
    ):
        for worker, stream in ((stt, STT_JOBS), (agent, AGENT_JOBS)):
            await worker.join(stream, stream)
            await worker.ping()
        logs = {
            "records": records.event_log(),
            "tracing": tracing.event_log(),
            "webhooks": webhooks.event_log(),
        }
        for group, log in logs.items():
            await log.join(group)

        await gateway.open_call("c1", agent="a", caller="1001")
        await gateway.append_audio("c1", 0, VOICE)
        await gateway.publish(STT_JOBS, job(1))
        taken = await stt.take(STT_JOBS, STT_JOBS, "w")
        assert taken is not None
        assert await stt.keep(taken, STT_JOBS)
        assert (await stt.read_audio("c1", 0, 1600)).all()
        assert not await stt.is_stale("c1", 1)
        assert await stt.finish(taken, STT_JOBS, [(AGENT_JOBS, job(1)), (down_stream("gw"), FAILED)])
        reply = await agent.take(AGENT_JOBS, AGENT_JOBS, "w")
        assert reply is not None
        await agent.publish(down_stream("gw"), FAILED)
        assert await agent.finish(reply, AGENT_JOBS, [(down_stream("gw"), FAILED)])
        assert len(await gateway.read(down_stream("gw"), "0")) == 3
        await gateway.last_id(down_stream("gw"))
        await gateway.add_history("c1", "user", "hello")
        assert len(await agent.history("c1")) == 1
        assert (await gateway.backlog(STT_JOBS)).length == (await doctor.backlog(STT_JOBS)).length == 0
        assert (await gateway.memory())[0] > 0
        assert (await doctor.memory())[0] > 0

        await agent.emit("open_question", "c1", asked="How old are you?")
        await stt.emit("usage", "c1", uses=[])
        await gateway.emit("call_ended", "c1", caller="1001")
        for group, log in logs.items():
            await log.missed(group)
            await log.backlog(group)
            events = await log.take(group, group)
            assert len(events) == 3
            await log.acknowledge(group, [event.entry_id for event in events])
        await gateway.drop_audio("c1")
        assert await records.event_log().forget("1001", ["c1"]) == {"c1"}
        assert await records.journal().rewrite()
        await records.journal().look()
        for worker, stream in ((stt, STT_JOBS), (agent, AGENT_JOBS)):
            await worker.leave(stream, stream, "w")


async def test_gateways_tell_each_other_what_they_have(port: int) -> None:
    async with connected(port, "gateway") as bus:
        gateways = bus.gateways()
        async for _ in gateways.attend("gw"):
            break
        await gateways.attending()
        assert await gateways.beat("gw", b"{}") == {"gw": b"{}"}
        assert await gateways.take_place("c1", Calls("gw", ()), most=1)
        await gateways.keep_places(Calls("gw", ("c1",)))
        assert await gateways.inherit("c1", "dead", "gw")
        await gateways.free_place("c1")
        await gateways.forget("gw")


async def test_the_api_asks_a_gateway_reads_events_and_sets_the_switch(port: int) -> None:
    async with connected(port, "gateway") as gateway, connected(port, "api") as api:
        await gateway.open_call("c3", gateway="gw3", caller="1001")
        await gateway.publish(down_stream("gw3"), FAILED)
        await gateway.commands().answer(ANSWER)
        assert await api.commands().owner("c3") == "gw3"
        command = Command(call="c3", id="x1", verb="skip", until=0.0)
        assert await api.commands().order(down_stream("gw3"), command, 5) == ANSWER
        assert command in [message for _, message in await gateway.read(down_stream("gw3"), "0")]
        await gateway.emit("call_started", "c3")
        assert await api.last_id(EVENTS) != "0-0"
        assert "c3" in [item.event.call for item in await api.event_log().follow("0") if item.event]
        await api.set_outage(on=True)
        assert await gateway.outage()
        await api.set_outage(on=False)
        assert not await api.outage()


async def test_the_api_asks_workers_and_gateways_and_reads_what_the_doctor_found(port: int) -> None:
    async with (
        connected(port, "gateway") as gateway,
        connected(port, "agent") as agent,
        connected(port, "api") as api,
        connected(port, "doctor") as doctor,
    ):
        asked = Inquiry(id="x2", agent="shop", question="Why?", until=0.0)
        asking = asyncio.create_task(api.commands().inquiries().ask(asked, 30))
        assert await agent.commands().inquiries().take(30) == asked
        await agent.commands().inquiries().answer(asked, InquiryAnswer(result="busy"))
        assert await asking == InquiryAnswer(result="busy")
        assert await api.commands().inquiries().ask(asked, 0.01) is None
        call = DIAL
        calling = asyncio.create_task(api.commands().dials().ask(call, 30))
        assert await gateway.commands().dials().take(30) == call
        await gateway.commands().dials().answer(call, DialAnswer(result="ringing"))
        assert await calling == DialAnswer(result="ringing")
        assert await api.commands().reports().last() is None
        await doctor.commands().reports().save(REPORT)
        assert await api.commands().reports().last() == REPORT


async def test_the_records_ask_workers_and_keep_what_the_api_tells_them(port: int) -> None:
    async with (
        connected(port, "records") as records,
        connected(port, "agent") as agent,
        connected(port, "api") as api,
    ):
        lines = Grouping(id="x3", agent="shop", language="", lines=[], calls=[], taken=[], until=0.0)
        asking = asyncio.create_task(records.commands().groupings().ask(lines, 30))
        async with agent.commands().groupings().in_hand(30) as taken:
            assert taken == lines
            await agent.commands().groupings().answer(lines, Grouped(result="grouped"))
        assert await asking == Grouped(result="grouped")
        assert await records.commands().groupings().ask(lines, 0.01) is None
        told = CORRECTION
        telling = asyncio.create_task(api.commands().corrections().ask(told, 30))
        assert await records.commands().corrections().take(30) == told
        await records.commands().corrections().answer(told, Corrected(result="kept"))
        assert await telling == Corrected(result="kept")
        assert await api.commands().corrections().ask(told, 0.01) is None


async def test_a_chat_has_its_own_and_gives_work_to_agent_and_gateway(port: int) -> None:
    async with (
        connected(port, "chat") as chat,
        connected(port, "gateway") as gateway,
        connected(port, "agent") as agent,
        connected(port, "api") as api,
    ):
        bus = ChatBus(chat._redis)
        await bus.open_down("chat")
        await bus.open_call("chat-1", agent="a", gateway="chat", caller="1000")
        assert await bus.keep_chat("chat-1", b"here", anew=True)
        assert await bus.chats() == {"chat-1": b"here"}
        await bus.add_history("chat-1", "user", "hello")
        await bus.emit("call_started", "chat-1")
        await bus.cancel(Cancel(call="chat-1", revision=1))
        await agent.join(AGENT_JOBS, AGENT_JOBS)
        await bus.publish(AGENT_JOBS, job(1))
        assert await agent.take(AGENT_JOBS, AGENT_JOBS, "w") is not None
        assert len(await agent.history("chat-1")) == 1
        await agent.commands().deeds().add("chat-1", Deed(changes=True))
        assert await agent.commands().deeds().of("chat-1") == [Deed(changes=True)]
        assert await api.commands().owner("chat-1") == "chat"
        await bus.commands().answer(ANSWER)
        calling = asyncio.create_task(bus.commands().dials().ask(DIAL, 30))
        assert await gateway.commands().dials().take(30) == DIAL
        await gateway.commands().dials().answer(DIAL, DialAnswer(result="ringing"))
        assert await calling == DialAnswer(result="ringing")
        await bus.last_id(down_stream("chat"))
        assert await bus.read(down_stream("chat"), "0", block_ms=1)
        await bus.close_call("chat-1")


async def test_a_chat_leaves_texts_that_webhooks_sends(port: int) -> None:
    text = Text(id="t1", call="chat-1", agent="a", sender="100", to="+4915111", body="Hi", since=1.0)
    async with (
        connected(port, "chat") as chat,
        connected(port, "webhooks") as webhooks,
        connected(port, "records") as records,
        connected(port, "gateway") as gateway,
    ):
        await chat.commands().texts().put(text)
        texts = webhooks.commands().texts()
        assert await texts.due(2.0, 9) == [text.whom]
        found = await texts.first(text.whom)
        assert found is not None
        await texts.later(text.whom, 3.0)
        assert not await texts.is_stopped(text.whom)
        assert await texts.sent_today(text.to) == 0
        await texts.done(found)
        await texts.count(text.to, 1)
        await texts.stop(text.whom)
        assert await texts.first(text.whom) is None
        assert not await gateway.commands().texts().sends()
        await texts.attend()
        assert await gateway.commands().texts().sends()
        assert await gateway.commands().texts().is_stopped(text.whom)
        await gateway.commands().texts().put(msgspec.structs.replace(text, id="t2"))
        inbox = chat.commands().inbox()
        await inbox.took("1")
        part = Part(whom=text.whom, to="100", reference="r", place=1, of=2, text="Hi")
        await inbox.drop(await inbox.add(part))
        await records.commands().texts().forget("+4915111", ["c1"])
        assert await chat.commands().texts().is_stopped(text.whom)


async def test_a_cancellation_reaches_a_worker(port: int) -> None:
    async with connected(port, "gateway") as gateway, connected(port, "agent") as agent:
        hearing = asyncio.ensure_future(anext(agent.cancellations()))
        async with asyncio.timeout(10):
            while not hearing.done():
                await gateway.cancel(Cancel(call="c2", revision=3))
                await asyncio.sleep(0.05)
        assert hearing.result().revision == 3


FORBIDDEN: list[Callable[[Any], Any]] = [
    lambda redis: redis.flushall(),
    lambda redis: redis.config_get("dir"),
    lambda redis: redis.keys("*"),
    lambda redis: redis.acl_list(),
    lambda redis: redis.shutdown(),
    lambda redis: redis.get("anything"),
    lambda redis: redis.set("anything", 1),
    lambda redis: redis.function_flush(),
]


@pytest.mark.parametrize("user", SERVICES)
@pytest.mark.parametrize("number", range(len(FORBIDDEN)))
async def test_nobody_but_the_operator_rules_redis(port: int, user: str, number: int) -> None:
    async with connected(port, user) as bus:
        with pytest.raises(NoPermissionError):
            await FORBIDDEN[number](bus._redis)


@pytest.mark.parametrize(
    ("user", "do"),
    [
        ("stt", lambda bus: bus.append_audio("c1", 0, VOICE)),
        ("stt", lambda bus: bus.events("0", block_ms=1)),
        ("agent", lambda bus: bus.add_history("c1", "user", "said nothing")),
        ("agent", lambda bus: bus.events("0", block_ms=1)),
        ("records", lambda bus: bus.publish(down_stream("gw"), FAILED)),
        ("api", lambda bus: bus.history("c1")),
        ("api", lambda bus: bus.read_audio("c1", 0, 1600)),
        ("api", lambda bus: bus.emit("call_ended", "c1")),
        ("api", lambda bus: bus.publish(AGENT_JOBS, FAILED)),
        ("api", lambda bus: bus.read(down_stream("gw"), "0", block_ms=1)),
        ("agent", lambda bus: bus.commands().answer(ANSWER)),
        ("chat", lambda bus: bus.history("c1")),
        ("chat", lambda bus: bus.publish(STT_JOBS, FAILED)),
        ("chat", lambda bus: bus.publish(down_stream("gw"), FAILED)),
        ("simulate", lambda bus: bus.history("c1")),
        ("simulate", lambda bus: bus.emit("call_ended", "c1")),
        ("simulate", lambda bus: bus.publish(down_stream("gw"), FAILED)),
        ("tracing", lambda bus: bus.history("c1")),
        ("webhooks", lambda bus: bus.history("c1")),
        ("webhooks", lambda bus: bus.publish(AGENT_JOBS, FAILED)),
        ("doctor", lambda bus: bus.publish(AGENT_JOBS, FAILED)),
        ("doctor", lambda bus: bus.history("c1")),
        ("doctor", lambda bus: bus.set_outage(on=True)),
        ("api", lambda bus: bus.commands().inquiries().take(0.01)),
        ("api", lambda bus: bus.commands().dials().take(0.01)),
        ("agent", lambda bus: bus.commands().corrections().answer(CORRECTION, Corrected(result="kept"))),
        ("stt", lambda bus: bus.commands().dials().answer(DIAL, DialAnswer(result="ringing"))),
        ("api", lambda bus: bus.commands().reports().save(REPORT)),
        ("agent", lambda bus: bus.commands().reports().last()),
        ("stt", lambda bus: bus.commands().deeds().add("c1", Deed())),
        ("api", lambda bus: bus.commands().ledger().claim("m1", "+4930123456", lambda _: Verdict(None, {}))),
        ("records", lambda bus: bus.commands().ledger().remove("+4930123456")),
        ("agent", lambda bus: bus.commands().ledger().unwanted(0, 9)),
    ],
)
async def test_a_service_does_no_others_work(port: int, user: str, do: Callable[[Bus], Any]) -> None:
    async with connected(port, user) as bus:
        with pytest.raises(BusError) as caught:
            await do(bus)
    assert "permission" in str(caught.value).lower()


async def test_a_service_with_a_password_of_its_own_has_no_other(port: int) -> None:
    for user, password in (("stt", "operator"), ("gateway", "wrong"), ("nobody", "operator")):
        async with connected(port, user, password) as bus:
            with pytest.raises(AuthenticationError):
                await bus.ping()


async def test_the_operator_may_do_everything(port: int) -> None:
    async with connected(port, "default") as bus:
        assert await bus._redis.config_get("appendonly") == {"appendonly": "yes"}
        assert await bus.last_id(EVENTS)


async def test_a_redis_that_runs_takes_over_other_rights(port: int, tmp_path: Path) -> None:
    shutil.copytree(ENTRYPOINT.parent, tmp_path / "redis")
    acl = tmp_path / "redis" / "users.acl"
    before = acl.read_text()
    acl.write_text(before.replace("user stt ~jobs:* ", "user stt ~jobs:* ~new:* "))
    async with connected(port, "stt") as bus:
        with pytest.raises(NoPermissionError):
            await bus._redis.get("new:thing")
        _take_over(tmp_path, port)
        await bus._redis.get("new:thing")
        await bus.ping()
        acl.write_text(before)
        _take_over(tmp_path, port)
        with pytest.raises(NoPermissionError):
            await bus._redis.get("new:thing")


def test_rights_that_redis_does_not_know_are_told(port: int, tmp_path: Path) -> None:
    shutil.copytree(ENTRYPOINT.parent, tmp_path / "redis")
    (tmp_path / "redis" / "users.acl").write_text("user stt ~jobs:* +@nonsense\n")
    with pytest.raises(subprocess.CalledProcessError) as failed:
        _take_over(tmp_path, port)
    assert "nonsense" in failed.value.stdout


def _take_over(folder: Path, port: int) -> None:
    command = [str(folder / "redis" / "entrypoint"), "take-over", "-p", str(port)]
    subprocess.run(command, env=SETTINGS, check=True, capture_output=True, text=True, timeout=30)
