"""Who calls, asked of a real service that misbehaves, by a worker on a real Redis."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import msgspec
import pytest

from agent.tools.lookups import MAX_BYTES, MOST_OF_VALUE, LookingUp, fields_of
from parley.agents import Agent
from parley.agents.schema import Lookup as Service
from parley.agents.schema import Secret
from parley.bus import Bus
from parley.errors import EngineError
from parley.outside.addresses import Guarded
from parley.outside.lookups import Lookup, LookupAnswer
from tests.fakes.servers.receiver import Manner, Receiver
from tests.fakes.servers.serving import served

FAILED, UNKNOWN = LookupAnswer(result="failed"), LookupAnswer(result="unknown")
JANE = LookupAnswer(result="known", fields={"name": "Mrs. Doe", "order": "4711"})
ANSWER = b'{"name": " Mrs.\\n Doe ", "order": 4711, "vip": true, "more": {"name": "x"}}'


@pytest.fixture
async def crm() -> AsyncIterator[Receiver]:
    async with served(Receiver(manner="told", told=ANSWER)) as receiver:
        yield receiver


def agent_of(shop: Agent, url: str, timeout_s: float = 5.0, **headers: str | Secret) -> Agent:
    fields = {"name": "", "order": "none", "vip": ""}
    lookup = Service(url=url, fields=fields, timeout_s=timeout_s, headers=headers)
    return msgspec.structs.replace(shop, file=msgspec.structs.replace(shop.file, lookup=lookup))


def worker(agent: Agent, bus: Bus, secrets: Path = Path(), inside: str = "127.0.0.1") -> LookingUp:
    client = httpx.AsyncClient(transport=Guarded(frozenset({inside})))
    return LookingUp({"shop": agent}, bus.commands().lookups(), client, secrets)


def of(caller: str, **fields: object) -> Lookup:
    values = {"id": f"call of {caller}", "agent": "shop", "caller": caller, "called": "100"}
    return msgspec.convert({**values, "until": time.time() + 60, **fields}, Lookup)


async def test_a_company_tells_who_calls(shop: Agent, crm: Receiver, bus: Bus, tmp_path: Path) -> None:
    (tmp_path / "crm-key").write_text("open sesame\n")
    agent = agent_of(shop, f"{crm.url}?list=all", **{"X-Key": Secret(secret="crm-key")})
    looking = worker(agent, bus, tmp_path)
    running = asyncio.create_task(looking.run())
    asked = (of(caller) for caller in ("+4930123", "1000"))
    assert await asyncio.gather(*(bus.commands().lookups().ask(each, 30) for each in asked)) == [JANE, JANE]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await looking.close()
    assert sorted(crm.asked) == [
        "GET /hook?list=all&caller=%2B4930123&called=100 HTTP/1.1",
        "GET /hook?list=all&caller=1000&called=100 HTTP/1.1",
    ]
    assert [headers["x-key"] for headers, _ in crm.got] == ["open sesame"] * 2


@pytest.mark.parametrize(
    ("manner", "answer"),
    [
        ("well", UNKNOWN),  # 204: nobody of that number
        ("error", FAILED),
        ("gone", FAILED),
        ("reset", FAILED),
        ("garbage", FAILED),
        ("huge", FAILED),
    ],
)
async def test_a_service_that_misbehaves_is_asked_once_and_fails(
    shop: Agent, crm: Receiver, bus: Bus, manner: Manner, answer: LookupAnswer
) -> None:
    crm.manner = manner
    looking = worker(agent_of(shop, crm.url), bus)
    assert await looking.look_up(of("+4930123")) == answer
    await looking.close()
    assert len(crm.got) == 1


@pytest.mark.parametrize("manner", ["silent", "drip"])
async def test_a_service_that_takes_too_long_is_given_up(
    shop: Agent, crm: Receiver, bus: Bus, manner: Manner
) -> None:
    crm.manner = manner
    looking = worker(agent_of(shop, crm.url, timeout_s=0.2), bus)
    assert await looking.look_up(of("+4930123")) == FAILED
    await looking.close()


async def test_nobody_is_led_inside(shop: Agent, crm: Receiver, bus: Bus) -> None:
    async with served(Receiver(manner="told", told=ANSWER)) as inside:
        crm.manner, crm.location = "redirect", inside.url
        looking = worker(agent_of(shop, crm.url), bus)
        assert await looking.look_up(of("+4930123")) == FAILED
        await looking.close()
        stranger = worker(agent_of(shop, inside.url), bus, inside="crm.local")
        assert await stranger.look_up(of("+4930123")) == FAILED
        await stranger.close()
        assert inside.got == []


async def test_what_cannot_be_asked_fails(shop: Agent, crm: Receiver, bus: Bus) -> None:
    for agent in (shop, agent_of(shop, crm.url, **{"X-Key": Secret(secret="none")})):
        looking = worker(agent, bus)
        assert await looking.look_up(of("+4930123")) == FAILED
        assert await looking.look_up(of("+4930123", agent="gone")) == FAILED
        await looking.close()
    assert crm.got == []


async def test_whom_nobody_waits_for_is_not_asked_about(shop: Agent, crm: Receiver, bus: Bus) -> None:
    looking = worker(agent_of(shop, crm.url), bus)
    ways = bus.commands().lookups()
    late = asyncio.create_task(ways.ask(of("+49301", until=time.time() - 1), 60))
    while not await bus._redis.llen("jobs:lookup"):  # noqa: ASYNC110  # Redis tells nobody
        await asyncio.sleep(0.01)
    running = asyncio.create_task(looking.run())
    assert await ways.ask(of("+49302"), 30) == JANE
    for task in (late, running):
        task.cancel()
    await asyncio.gather(late, running, return_exceptions=True)
    await looking.close()
    assert len(crm.got) == 1


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b'{"a": "x", "c": "y"}', {"a": "x"}),
        (b'{"a": null, "b": ""}', {}),
        (b'{"a": 1.5, "b": false}', {"a": "1.5"}),
        (b'{"a": ["x"], "b": {"c": 1}}', {}),
        ('{"a": "Zo\u00eb\\u0000\\u202e M\\tx"}'.encode(), {"a": "Zo\u00eb M x"}),
        (b'{"a": "' + b"x" * 300 + b'"}', {"a": "x" * MOST_OF_VALUE}),
    ],
)
def test_fields_are_one_line_of_text(body: bytes, fields: dict[str, str]) -> None:
    assert fields_of(body, {"a": "", "b": ""}) == fields


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"Jane", b"[]", b"null", b'{"a":', b'{"a": "\xff"}', b"<html>"),
        b'{"a": "\\ud83d"}',
        b'{"a": ' + b"[" * 30_000,
    ],
    ids=range(9),
)
def test_what_is_no_object_is_named(body: bytes) -> None:
    with pytest.raises(EngineError, match="no JSON object"):
        fields_of(body, {"a": ""})


async def test_a_long_answer_is_not_read_to_its_end(shop: Agent, crm: Receiver, bus: Bus) -> None:
    crm.told = b'{"name": "' + b"x" * MAX_BYTES + b'"}'
    looking = worker(agent_of(shop, crm.url), bus)
    assert await looking.look_up(of("+4930123")) == FAILED
    await looking.close()
