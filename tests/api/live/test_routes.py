"""What is asked of calls that go on, with a real Redis and somebody who answers as a gateway does."""

import asyncio
import json
import uuid
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from api.access.database import Database
from api.live import orders, stream
from parley.bus import Bus
from parley.messages import Command, CommandAnswer
from tests.api.conftest import Site, served
from tests.api.gateway import answering, done


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine answers late."""
    monkeypatch.setattr(orders, "ANSWERED_S", 12.0)


@pytest.fixture
def site(tmp_path: Path, redis_url: str) -> Iterator[Site]:
    with served(tmp_path, redis_url) as site:
        yield site


def client(site: Site, *scopes: str, name: str = "crm") -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {site.key(*scopes, name=name)}"}
    return httpx.AsyncClient(base_url=f"{site.url}/api/v1", headers=headers, timeout=30)


@pytest.mark.parametrize(
    ("path", "body", "value"),
    [
        ("hangup", None, ""),
        ("skip", None, ""),
        ("say", {"text": "One moment."}, "One moment."),
        ("transfer", {"target": "sales"}, "sales"),
        ("transfer", {}, ""),
        ("language", {"language": "de"}, "de"),
        ("note", {"text": "It has been sent."}, "It has been sent."),
    ],
)
async def test_a_gateway_does_what_is_asked(
    site: Site, bus: Bus, path: str, body: dict[str, str] | None, value: str
) -> None:
    async with answering(bus) as it, client(site, "calls:steer", "audit:read") as asking:
        answer = await asking.post(f"/calls/{it.call}/{path}", json=body)
        assert (answer.status_code, answer.json()) == (200, {"result": "done"})
        (command,) = it.asked
        assert (command.call, command.verb, command.value) == (it.call, path, value)
        (entry,) = (await asking.get("/audit")).json()["entries"]
        assert (entry["action"], entry["subject"], entry["outcome"]) == (f"call.{path}", it.call, "done")


async def test_what_a_gateway_refuses_or_does_not_have_is_said(site: Site, bus: Bus) -> None:
    def refused(command: Command) -> CommandAnswer:
        return CommandAnswer(
            call=command.call, id=command.id, result="refused", reason="the call is with people"
        )

    def gone(command: Command) -> CommandAnswer:
        return CommandAnswer(call=command.call, id=command.id, result="gone")

    async with client(site) as asking:
        async with answering(bus, refused) as it:
            answer = await asking.post(f"/calls/{it.call}/skip")
            assert (answer.status_code, answer.json()["detail"]) == (409, "the call is with people")
        async with answering(bus, gone) as it:
            assert (await asking.post(f"/calls/{it.call}/skip")).status_code == 404
        assert (await asking.post("/calls/nowhere/skip")).status_code == 404
        entries = (await asking.get("/audit")).json()["entries"]
    assert [entry["outcome"] for entry in entries] == ["not-going-on", "not-going-on", "refused"]


async def test_a_gateway_that_hangs_is_not_waited_for_long(
    site: Site, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "ANSWERED_S", 0.1)
    async with answering(bus, lambda _command: None) as it, client(site) as asking:
        answer = await asking.post(f"/calls/{it.call}/hangup")
        assert (answer.status_code, answer.json()["type"]) == (504, "urn:parley:problem:no-answer")


async def test_what_a_dead_gateway_is_asked_is_done_by_the_one_that_takes_its_call_over(
    site: Site, bus: Bus
) -> None:
    async with answering(bus, lambda _command: None) as dead, client(site) as asking:
        asked = asyncio.create_task(asking.post(f"/calls/{dead.call}/hangup"))
        async with asyncio.timeout(10):
            while not dead.asked:  # noqa: ASYNC110  # Redis tells nobody
                await asyncio.sleep(0.02)
        async with answering(bus, call=dead.call) as heir:
            assert (await asked).json() == {"result": "done"}
            assert heir.asked == dead.asked


async def test_the_same_request_is_done_once_however_often_it_is_sent(site: Site, bus: Bus) -> None:
    async with answering(bus) as it, client(site) as asking, client(site, name="other") as other:
        again = {"Idempotency-Key": "one"}
        for _ in range(3):
            answer = await asking.post(f"/calls/{it.call}/say", json={"text": "Hello."}, headers=again)
            assert answer.json() == {"result": "done"}
        assert len(it.asked) == 1
        changed = await asking.post(f"/calls/{it.call}/say", json={"text": "Bye."}, headers=again)
        assert (changed.status_code, changed.json()["type"]) == (409, "urn:parley:problem:other-request")
        await other.post(f"/calls/{it.call}/say", json={"text": "Hello."}, headers=again)
        await asking.post(
            f"/calls/{it.call}/say", json={"text": "Hello."}, headers={"Idempotency-Key": "two"}
        )
        assert len(it.asked) == 3


async def test_what_was_refused_may_be_tried_again(site: Site, bus: Bus) -> None:
    answers = ["refused", "done"]

    def reply(command: Command) -> CommandAnswer:
        result: Any = answers.pop(0)
        return CommandAnswer(call=command.call, id=command.id, result=result)

    async with answering(bus, reply) as it, client(site) as asking:
        again = {"Idempotency-Key": "one"}
        statuses = [
            (await asking.post(f"/calls/{it.call}/skip", headers=again)).status_code for _ in range(3)
        ]
        assert statuses == [409, 200, 200]
        assert len(it.asked) == 2


async def test_a_request_that_is_being_done_is_not_begun_again(site: Site, bus: Bus) -> None:
    async with answering(bus, lambda _command: None) as it, client(site) as asking:
        first = asyncio.create_task(asking.post(f"/calls/{it.call}/skip", headers={"Idempotency-Key": "one"}))
        async with asyncio.timeout(20):
            while not it.asked:  # noqa: ASYNC110  # Redis tells it
                await asyncio.sleep(0.01)
        second = await asking.post(f"/calls/{it.call}/skip", headers={"Idempotency-Key": "one"})
        assert (second.status_code, second.json()["type"]) == (409, "urn:parley:problem:in-progress")
        await bus.commands().answer(done(it.asked[0]))
        assert (await first).status_code == 200


async def test_words_for_a_caller_are_not_kept(site: Site, bus: Bus) -> None:
    async with answering(bus) as it, client(site) as asking:
        await asking.post(
            f"/calls/{it.call}/say", json={"text": "flamingo"}, headers={"Idempotency-Key": "one"}
        )
    Database(site.folder / "api").close()
    assert [f.name for f in (site.folder / "api").iterdir() if b"flamingo" in f.read_bytes()] == []


async def test_the_outage_switch_is_seen_and_set(site: Site, bus: Bus) -> None:
    async with client(site) as asking, client(site, "health:read", name="watcher") as watching:
        try:
            assert (await asking.put("/outage", json={"on": True})).json() == {"on": True}
            assert await bus.outage()
            assert (await watching.get("/health")).json()["outage"] is True
            assert (await watching.put("/outage", json={"on": False})).status_code == 403
        finally:
            assert (await asking.put("/outage", json={"on": False})).json() == {"on": False}
        assert not await bus.outage()


async def lines(answer: httpx.Response, count: int) -> list[str]:
    """The next lines of a stream that are no signs of life."""
    found: list[str] = []
    async for line in answer.aiter_lines():
        if line and not line.startswith((":", "retry")):
            found.append(line)
        if len(found) == count:
            break
    return found


async def test_what_happens_is_told_while_it_happens_and_after_a_lost_connection_from_there(
    site: Site, bus: Bus
) -> None:
    call = uuid.uuid4().hex
    async with client(site, "calls:read") as asking:
        async with asking.stream("GET", "/events", params={"call": call}) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            await bus.emit("call_started", "another", agent="shop")
            await bus._redis.xadd("events", {"event": b"garbage"})
            await bus.emit("caller_said", call, agent="shop", text="Hello?\nAnybody?")
            kind, data, id_ = await lines(answer, 3)
        assert kind == "event: caller_said"
        told = json.loads(data.removeprefix("data: "))
        assert (told["call"], told["kind"], told["data"]["text"]) == (call, "caller_said", "Hello?\nAnybody?")
        await bus.emit("call_ended", call, agent="shop")
        last = {"Last-Event-ID": id_.removeprefix("id: ")}
        async with asking.stream("GET", "/events", params={"call": call}, headers=last) as answer:
            assert (await lines(answer, 1)) == ["event: call_ended"]


async def test_a_stream_ends_when_its_key_is_revoked(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "_QUIET_MS", 50)
    async with client(site, "calls:read") as asking, asking.stream("GET", "/events") as answer:
        site.keys.revoke("crm")
        async with asyncio.timeout(20):
            assert [line async for line in answer.aiter_lines() if line.startswith("data")] == []


async def test_there_are_only_so_many_streams(site: Site, bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MOST", 1)
    key = site.keys.known(site.key(name="reader"))
    assert key is not None
    streams = stream.Streams(bus.event_log(), site.keys)
    told = cast(AsyncGenerator[bytes], streams.told(key, "0-0", ""))
    assert not streams.full
    assert await anext(told)
    assert streams.full
    await told.aclose()
    assert not streams.full
    monkeypatch.setattr(stream, "MOST", 0)
    async with client(site) as asking:
        assert (await asking.get("/events")).status_code == 503
