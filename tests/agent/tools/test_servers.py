"""Tools of MCP servers: a real one over loopback, and one that does what no server should."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from prometheus_client import REGISTRY

from agent.tools import servers as module
from agent.tools.mcp_session import Sessions
from agent.tools.servers import Borrowed, Refusal, Servers
from parley.agents import Agent
from parley.agents.schema import Secret, Server
from parley.errors import EngineError
from parley.outside.addresses import Guarded
from tests.fakes.servers.mcp_server import Crm, Hostile, mcp_server
from tests.fakes.servers.serving import served

TOOLS = [
    {"name": "find_order", "description": "Finds an order.", "looks": True},
    {"name": "book_visit", "description": "Books a visit."},
]


@pytest.fixture
async def crm() -> AsyncIterator[Crm]:
    async with mcp_server() as crm:
        yield crm


def server_at(url: str, *tools: str, **fields: Any) -> Server:
    named = [{"name": name, "description": name} for name in tools] or TOOLS
    return msgspec.convert({"name": "crm", "url": url, "tools": named, "timeout_s": 20.0, **fields}, Server)


def agent_with(shop: Agent, *servers: Server) -> Agent:
    return msgspec.structs.replace(shop, file=msgspec.structs.replace(shop.file, mcp=servers))


class House:
    """The servers of one agent, asked once what they have."""

    def __init__(self, agent: Agent, *, secrets: Path = Path("/nowhere"), inside: str = "127.0.0.1") -> None:
        self.agents = {"shop": agent}
        self.servers = Servers(self.agents, Sessions(Guarded(frozenset({inside}))), secrets)

    async def __aenter__(self) -> "House":
        await self.servers.look()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.servers.close()

    def tool(self, name: str) -> Borrowed:
        return next(tool for tool in self.servers.of(self.agents["shop"]) if tool.name == name)

    def names(self) -> list[str]:
        return [tool.name for tool in self.servers.of(self.agents["shop"])]

    async def ask_again(self) -> None:
        for known in self.servers._known.values():
            known.due = 0.0
        await self.servers.look()

    async def call(self, name: str, **arguments: Any) -> str:
        return await self.servers.call(self.tool(name), arguments, "c1-1-call-0")


def missing() -> float | None:
    return REGISTRY.get_sample_value("parley_mcp_tools_missing", {"agent": "shop", "server": "crm"})


@pytest.mark.parametrize(("stateless", "json_response"), [(True, True), (True, False), (False, False)])
async def test_a_tool_is_called_however_its_server_answers(
    shop: Agent, *, stateless: bool, json_response: bool
) -> None:
    async with mcp_server(stateless=stateless, json_response=json_response) as crm:
        async with House(agent_with(shop, server_at(crm.url))) as house:
            assert house.names() == ["find_order", "book_visit"]
            assert await house.call("find_order", number="4711") == "Order 4711 was shipped."
            booked = await house.call("book_visit", day="Monday", guests={"adults": 2})
            assert msgspec.json.decode(booked) == {"visit": 7}
            assert missing() == 0
        assert crm.done == [("find_order", "4711"), ("book_visit", ("Monday", 2))]


async def test_only_what_the_agents_file_names_is_there_in_its_words(shop: Agent, crm: Crm) -> None:
    async with House(agent_with(shop, server_at(crm.url))) as house:
        assert "drop_everything" not in house.names()
        look, book = house.tool("find_order"), house.tool("book_visit")
        assert (look.description, look.method, book.method) == ("Finds an order.", "GET", "POST")
        assert look.parameters == {
            "type": "object", "properties": {"number": {"type": "string"}}, "required": ["number"]
        }  # fmt: skip
        assert book.parameters["properties"]["guests"]["properties"]["adults"] == {"type": "integer"}


async def test_headers_and_secrets_are_sent_along(shop: Agent, crm: Crm, tmp_path: Path) -> None:
    (tmp_path / "crm-key").write_text("Bearer abc\n")
    server = server_at(crm.url, headers={"Authorization": Secret(secret="crm-key"), "X-Shop": "1"})
    async with House(agent_with(shop, server), secrets=tmp_path) as house:
        await house.call("find_order", number="1")
        assert {(h["authorization"], h["x-shop"]) for h in crm.headers} == {("Bearer abc", "1")}
        assert crm.headers[-1]["idempotency-key"] == "c1-1-call-0"
        assert {h["accept-encoding"] for h in crm.headers} == {"identity"}


async def test_a_secret_that_is_not_there_takes_its_tools_away(shop: Agent, crm: Crm) -> None:
    server = server_at(crm.url, headers={"Authorization": Secret(secret="gone")})
    async with House(agent_with(shop, server)) as house:
        assert (house.names(), missing(), crm.headers) == ([], 2, [])


async def test_what_a_tool_refuses_is_told(shop: Agent, crm: Crm) -> None:
    async with House(agent_with(shop, server_at(crm.url))) as house:
        with pytest.raises(Refusal, match="closed on Sundays"):
            await house.call("book_visit", day="Sunday", guests={"adults": 2})


async def test_an_answer_that_is_too_long_ends_at_once(shop: Agent, crm: Crm) -> None:
    async with House(agent_with(shop, server_at(crm.url, "tell_all"))) as house:
        with pytest.raises(EngineError) as caught:
            await house.call("tell_all")
        assert (caught.value.kind, "longer than" in caught.value.detail) == ("protocol", True)


async def test_who_does_not_answer_is_given_up_and_left_alone_for_a_while(shop: Agent, crm: Crm) -> None:
    server = server_at(crm.url, "wait", timeout_s=0.5)
    async with House(agent_with(shop, server)) as house:
        for kind in ("timeout", "timeout", "refused"):
            with pytest.raises(EngineError) as caught:
                await house.call("wait")
            assert caught.value.kind == kind
        assert "counts as down" in caught.value.detail


async def test_a_call_that_is_overtaken_leaves_nothing_behind(shop: Agent, crm: Crm) -> None:
    async with House(agent_with(shop, server_at(crm.url, "wait"))) as house:
        calling = asyncio.create_task(house.call("wait"))
        await crm.waits.wait()
        talks = set(house.servers._sessions._open)
        calling.cancel()
        await asyncio.gather(calling, *talks, return_exceptions=True)
        assert [talk.cancelled() for talk in talks] == [True]


async def test_a_server_that_is_away_is_found_when_it_comes(shop: Agent, unused_tcp_port: int) -> None:
    agent = agent_with(shop, server_at(f"http://127.0.0.1:{unused_tcp_port}/mcp"))
    async with House(agent) as house:
        assert (house.names(), missing()) == ([], 2)
        async with mcp_server() as crm:
            house.agents["shop"] = agent_with(shop, server_at(crm.url))
            await house.servers.look()
            assert (house.names(), missing()) == (["find_order", "book_visit"], 0)
        await house.ask_again()
        assert (house.names(), missing()) == ([], 2)


async def test_a_server_is_asked_again_only_when_it_is_time(shop: Agent, crm: Crm) -> None:
    async with House(agent_with(shop, server_at(crm.url))) as house:
        heard = len(crm.headers)
        await house.servers.look()
        assert len(crm.headers) == heard
        due = house.servers._known["shop", "crm"].due
        assert 0 < due - time.monotonic() <= module._EVERY_S


async def test_a_server_that_is_named_no_more_is_forgotten(shop: Agent, crm: Crm) -> None:
    async with House(agent_with(shop, server_at(crm.url))) as house:
        house.agents["shop"] = shop
        await house.servers.look()
        assert (house.names(), missing()) == ([], None)


async def test_a_tool_that_is_taken_away_or_changed_by_its_server(shop: Agent, crm: Crm) -> None:
    async with House(agent_with(shop, server_at(crm.url))) as house:
        before = house.tool("find_order")
        crm.server.remove_tool("find_order")
        with pytest.raises(Refusal):  # an answer that was begun before
            await house.servers.call(before, {"number": "1"}, "k")
        await house.ask_again()
        assert (house.names(), missing()) == (["book_visit"], 1)

        async def find_order(number: int) -> str:
            return f"{number}"

        crm.server.add_tool(find_order)
        await house.ask_again()
        assert house.tool("find_order").parameters["properties"] == {"number": {"type": "integer"}}


async def test_an_address_of_the_inside_is_refused(shop: Agent, crm: Crm) -> None:
    async with House(agent_with(shop, server_at(crm.url)), inside="crm.local") as house:
        assert (house.names(), crm.headers) == ([], [])


@pytest.mark.parametrize(
    ("manner", "why"),
    [
        ("redirects", "a redirect that is not followed"),
        ("compresses", "compressed"),
        ("never ends", "longer than"),
        ("asks back", "asking back"),
        ("fails", "500"),
        ("lies", "ValidationError"),
    ],
)
async def test_a_hostile_server_has_no_tools_and_harms_nobody(shop: Agent, manner: str, why: str) -> None:
    async with served(Hostile(manner)) as hostile, mcp_server() as crm:
        other = server_at(crm.url, "find_order", name="good")
        async with House(agent_with(shop, server_at(hostile.url), other)) as house:
            assert house.names() == ["find_order"]
            assert why in house.servers._known["shop", "crm"].complaint
            assert await house.call("find_order", number="1") == "Order 1 was shipped."
        assert set(hostile.asked) == {"POST /mcp"}
