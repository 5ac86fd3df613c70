"""From the stream of events to receivers: a real Redis, a real spool, real HTTP."""

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec
from redis.asyncio import Redis
from standardwebhooks.webhooks import Webhook

from parley.bus import Bus
from parley.outside.addresses import Guarded
from parley.outside.spool import Spool
from tests.fakes.servers.receiver import Receiver
from tests.fakes.servers.serving import served
from tests.webhooks.conftest import SECRET, put
from tests.webhooks.test_telling import ALERT
from webhooks import alerts
from webhooks.delivery import Delivery
from webhooks.intake import GROUP, Intake
from webhooks.sending import Sender
from webhooks.telling import CallState

CALL = "1732287000.7"
WHO = {"agent": "shop", "caller": "1001", "extension": "100"}


@asynccontextmanager
async def at_work(bus: Bus, spool: Spool, wait_s: float | None = 0.02) -> AsyncIterator[Delivery]:
    """The service at work; what was not taken is tried again after `wait_s`, or (None) is dead."""
    sender = Sender(Guarded(frozenset({"127.0.0.1"})))
    delivery = Delivery(spool, sender, lambda _tries, _luck, _asked: wait_s)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    tasks = [
        asyncio.create_task(delivery.run(stopping)),
        asyncio.create_task(
            Intake(bus.event_log(), spool, lambda: loop.call_soon_threadsafe(delivery.wake)).run(
                stopping, lambda _there: None
            )
        ),
    ]
    try:
        yield delivery
    finally:
        stopping.set()
        await asyncio.gather(*tasks)
        await sender.close()


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110  # other threads change it, too
            await asyncio.sleep(0.02)


async def a_call(bus: Bus, call: str = CALL) -> None:
    await bus.emit("call_started", call, **WHO)
    await bus.emit("message", call, agent="shop", name="Doe", number="555", message="Call me")
    await bus.emit("call_ended", call, **WHO, outcome="caller_hung_up")


def kinds(receiver: Receiver) -> list[str]:
    """What has arrived, each verified."""
    return [Webhook(SECRET).verify(body, headers)["type"] for headers, body in receiver.taken]


WHOLE = ["call.started", "message.received", "call.ended"]


async def test_a_call_arrives_in_its_order_though_the_receiver_fails_at_first(
    bus: Bus, spool: Spool, receiver: Receiver
) -> None:
    put(spool, receiver)
    receiver.manner = "error"
    async with at_work(bus, spool):
        await a_call(bus)
        await until(lambda: len(receiver.got) >= 3)
        assert {json.loads(body)["type"] for _, body in receiver.got} == {"call.started"}
        assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
        receiver.manner = "well"
        await until(lambda: len(receiver.taken) == 3)
    assert kinds(receiver) == WHOLE
    assert spool.figures()["crm"].waiting == 0


async def test_what_engines_did_begins_no_call(bus: Bus, spool: Spool, receiver: Receiver) -> None:
    put(spool, receiver)
    async with at_work(bus, spool):
        await bus.emit("usage", "late", agent="shop", uses=[])
        await a_call(bus)
        await until(lambda: len(receiver.taken) == 3)
    assert kinds(receiver) == WHOLE
    assert spool.call("late") is None


async def test_what_happens_while_nobody_is_there_is_told_after_a_restart_and_once(
    bus: Bus, spool: Spool, receiver: Receiver
) -> None:
    put(spool, receiver)
    async with at_work(bus, spool):
        await bus.emit("call_started", CALL, **WHO)
        await until(lambda: len(receiver.taken) == 1)
    await bus.emit("call_ended", CALL, **WHO, outcome="caller_hung_up")
    # Taken by one that died before it acknowledged: it is taken again.
    assert len(await bus.event_log().take(GROUP, GROUP)) == 1
    receiver.manner = "error"
    async with at_work(bus, spool):
        await until(lambda: len(receiver.got) >= 2)
    receiver.manner = "well"
    async with at_work(bus, spool):
        await until(lambda: len(receiver.taken) == 2)
        assert await bus.event_log().backlog(GROUP) == 0
    assert kinds(receiver) == ["call.started", "call.ended"]


async def test_a_receiver_that_hangs_keeps_no_other_waiting(
    bus: Bus, spool: Spool, receiver: Receiver
) -> None:
    async with served(Receiver(manner="silent")) as hanging:
        put(spool, hanging, "hanging")
        put(spool, receiver)
        async with at_work(bus, spool):
            for number in range(10):
                await a_call(bus, f"c{number}")
            await until(lambda: len(receiver.taken) == 30)
            assert hanging.got
            assert hanging.taken == []
            hanging.manner = "well"
            spool.remove("hanging")  # or the end of this test waits for it


async def test_what_is_dead_is_sent_again_by_hand(bus: Bus, spool: Spool, receiver: Receiver) -> None:
    put(spool, receiver, events=("call.ended",))
    receiver.manner = "error"
    async with at_work(bus, spool, wait_s=None):
        await a_call(bus)
        await until(lambda: spool.figures()["crm"].dead)
        (letter,) = spool.dead(10)
        assert letter.error == "status: 500"
        receiver.manner = "well"
        spool.again(letter.number, 0.0)
        await until(lambda: receiver.taken)
    assert kinds(receiver) == ["call.ended"]
    assert receiver.got[0][0]["webhook-id"] == receiver.got[1][0]["webhook-id"]


async def test_nothing_waits_any_more_of_a_caller_who_is_forgotten(
    bus: Bus, spool: Spool, receiver: Receiver
) -> None:
    put(spool, receiver)
    receiver.manner = "error"
    async with at_work(bus, spool):
        await a_call(bus)
        await until(lambda: spool.figures()["crm"].waiting == 3)
        spool.forget(await bus.event_log().forget("1001", spool.calls_of("1001")))
        assert spool.figures()["crm"].waiting == 0
        receiver.manner = "well"
        await bus.emit("call_ended", CALL, **WHO, outcome="lost")
        await a_call(bus, "another")
        await until(lambda: "call.ended" in kinds(receiver))
    told: list[Any] = [json.loads(body)["data"]["call"] for _, body in receiver.taken]
    assert CALL not in told


async def test_a_call_whose_gateway_died_is_told_as_lost(bus: Bus, spool: Spool, receiver: Receiver) -> None:
    put(spool, receiver)
    for call, ago_s in (("lost", 3 * 3600.0), ("going-on", 60.0)):
        state = CallState(agent="shop", caller="1001", started_at=1.0, last_at=time.time() - ago_s)
        spool.keep_call(call, "1001", msgspec.json.encode(state), state.last_at, ended=False)
    async with at_work(bus, spool):
        await until(lambda: receiver.taken)
    assert kinds(receiver) == ["call.ended"]
    data = json.loads(receiver.taken[0][1])["data"]
    assert (data["call"], data["outcome"]) == ("lost", "lost")


async def test_a_call_of_which_nothing_comes_any_more_is_told_as_it_ended(
    bus: Bus, spool: Spool, receiver: Receiver
) -> None:
    put(spool, receiver)
    for call, ago_s in (("over", 3600.0), ("just-over", 60.0)):
        at = time.time() - ago_s
        state = CallState(agent="shop", caller="1001", started_at=1.0, last_at=at, end=(at, "completed"))
        spool.keep_call(call, "1001", msgspec.json.encode(state), at, ended=False)
    quiet = CallState(agent="shop", caller="1001", started_at=1.0, last_at=time.time() - 3600)
    spool.keep_call("quiet", "1001", msgspec.json.encode(quiet), quiet.last_at, ended=False)
    async with at_work(bus, spool):
        await until(lambda: receiver.taken)
    assert [json.loads(body)["data"]["call"] for _, body in receiver.taken] == ["over"]
    assert json.loads(receiver.taken[0][1])["data"]["outcome"] == "completed"


async def test_an_event_that_is_none_keeps_no_other_waiting(
    bus: Bus, spool: Spool, receiver: Receiver, redis_url: str
) -> None:
    put(spool, receiver)
    redis = Redis.from_url(redis_url)
    await redis.xadd("events", {"event": b"{"})
    await redis.xadd(
        "events", {"event": b'{"type": "Event", "call": "c", "kind": "call_ended", "at": 1e300}'}
    )
    await redis.aclose()
    async with at_work(bus, spool):
        await a_call(bus)
        await until(lambda: len(receiver.taken) == 3)
    assert kinds(receiver) == WHOLE


async def test_alerts_come_in_by_the_door_and_go_out(bus: Bus, spool: Spool, receiver: Receiver) -> None:
    put(spool, receiver, events=("alert",))
    async with at_work(bus, spool) as delivery, httpx.AsyncClient() as alertmanager:
        loop = asyncio.get_running_loop()
        with alerts.door(spool, lambda: loop.call_soon_threadsafe(delivery.wake), "127.0.0.1", 0) as port:
            url = f"http://127.0.0.1:{port}/"
            assert (await alertmanager.post(url, json={"alerts": [ALERT]})).status_code == 200
            assert (await alertmanager.post(url, json={"alerts": [ALERT]})).status_code == 200
            over = {**ALERT, "status": "resolved", "endsAt": "2026-05-28T20:30:00Z"}
            assert (await alertmanager.post(url, json={"alerts": [over]})).status_code == 200
            assert (await alertmanager.post(url, content=b"nonsense")).status_code == 400
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST / HTTP/1.0\r\nContent-Length: 2000000\r\n\r\n")
            assert b" 413 " in await reader.readline()
            writer.close()
            await until(lambda: len(receiver.taken) == 2)
    states = [json.loads(body)["data"]["state"] for _, body in receiver.taken]
    assert states == ["firing", "over"]
    assert not [thread for thread in threading.enumerate() if thread.name == "alerts"]
