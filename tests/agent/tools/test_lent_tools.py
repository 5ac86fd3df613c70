"""Tools of MCP servers as functions of the model, with a real server over loopback."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from agent.tools.mcp_session import Sessions
from agent.tools.servers import Servers
from agent.tools.tools import ANSWERED
from agent.voice.pool import DeadlinePool
from parley.agents import Agent
from parley.agents.schema import Server
from parley.outside.addresses import Guarded
from parley.outside.deeds import Deed
from tests.agent.tools.desk import Desk, call, model, names, with_fields
from tests.fakes.engines.llm import ScriptedLlm
from tests.fakes.servers.mcp_server import Crm, mcp_server


@asynccontextmanager
async def lent(agent: Agent, pool: DeadlinePool, llm: ScriptedLlm) -> AsyncIterator[tuple[Desk, Crm]]:
    """An agent that has two of the tools of a real server."""
    tools = [
        {"name": "find_order", "description": "Finds an order.", "looks": True},
        {"name": "book_visit", "description": "Books a visit."},
    ]
    async with mcp_server() as crm:
        server = msgspec.convert(
            {"name": "crm", "url": crm.url, "tools": tools, "timeout_s": 20.0, "fallback": "Not now."}, Server
        )
        able = with_fields(agent, mcp=(server,))
        servers = Servers({"shop": able}, Sessions(Guarded(frozenset({"127.0.0.1"}))), Path("/nowhere"))
        await servers.look()
        yield Desk(able, pool, llm, servers=servers), crm


async def test_tools_of_a_server_are_described_as_webhooks_are(shop: Agent, pool: DeadlinePool) -> None:
    async with lent(shop, pool, model()) as (desk, _):
        await desk.reply()
        assert names(desk) == ["end_call", "take_message", "find_order", "book_visit"]
        assert desk.llm.tools[0][2]["function"]["description"] == "Finds an order."


async def test_a_tool_that_looks_is_asked_at_once_and_its_words_are_only_for_the_caller(
    shop: Agent, pool: DeadlinePool
) -> None:
    asked = call("find_order", number="4711")
    async with lent(shop, pool, model(asked, call("book_visit", day="Monday", guests={"adults": 2}))) as (
        desk,
        crm,
    ):
        await desk.reply()
        assert crm.done == [("find_order", "4711")]
        assert desk.results() == [
            ANSWERED + "Order 4711 was shipped.",
            "error: not done; tell the caller what was found, and ask whether to do it",
        ]
        assert desk.said == "It was shipped. "


async def test_a_tool_that_changes_something_waits_for_the_turn_and_may_be_told_of(
    shop: Agent, pool: DeadlinePool
) -> None:
    asked = call("book_visit", day="Monday", guests={"adults": 2})
    async with lent(shop, pool, model(asked, answer="I have booked it.")) as (desk, crm):
        await desk.reply()
        assert crm.done == [("book_visit", ("Monday", 2))]
        assert desk.said == f"{shop.file.fillers[0]} I have booked it. "
        assert desk.deeds.kept == {"c1": [Deed(changes=True, acts=("book",))]}


async def test_wrong_arguments_do_not_reach_a_server(shop: Agent, pool: DeadlinePool) -> None:
    asked = call("book_visit", day="Monday", guests={"adults": "many"})
    async with lent(shop, pool, model(asked, answer="How many?")) as (desk, crm):
        await desk.reply()
        assert (crm.done, desk.said) == ([], "How many? ")
        assert desk.results()[0].startswith("error: guests/adults: ")


async def test_what_a_server_refused_is_told_and_not_claimed(shop: Agent, pool: DeadlinePool) -> None:
    asked = call("book_visit", day="Sunday", guests={"adults": 2})
    for answer, heard in (
        ("We are closed then.", "We are closed then. "),
        ("I have booked it.", f"{shop.file.unknown} "),
    ):
        async with lent(shop, pool, model(asked, answer=answer)) as (desk, _):
            await desk.reply()
            assert "closed on Sundays" in desk.results()[0]
            assert desk.said == f"{shop.file.fillers[0]} {heard}"


async def test_a_server_that_has_gone_is_answered_with_its_fallback(shop: Agent, pool: DeadlinePool) -> None:
    async with lent(shop, pool, model(call("find_order", number="1"))) as (desk, _):
        gone = desk
    await gone.reply()
    assert gone.said == "Not now. "
