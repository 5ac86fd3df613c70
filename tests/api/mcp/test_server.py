"""The API for language models, asked by the official SDK's client as it listens."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.types import TextContent

from api.live import starting
from api.mcp.tools import TOOLS
from api.measures import REQUESTS
from tests.api.conftest import Site, built, served, spoken
from tests.api.gateway import going_on
from tests.api.worker import at_work, dialler

CALL = "1732287000.7"


@pytest.fixture
def site(tmp_path: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(starting, "ANSWERED_S", 12.0)  # a busy machine answers late
    with served(tmp_path, redis_url) as site:
        spoken(site.store, CALL, "What are your opening hours?", "From ten to five.")
        spoken(site.store, "1732287000.8", "Do you repair watches?", "We do not.", caller="1002")
        (site.folder / "agents/shop").mkdir()
        yield site


class Model:
    """A program with a language model, as the API sees it."""

    def __init__(self, session: ClientSession) -> None:
        self._session = session

    async def tools(self) -> list[str]:
        return [tool.name for tool in (await self._session.list_tools()).tools]

    async def call(self, name: str, **arguments: Any) -> tuple[str, bool]:
        """What a tool answered, and whether it was done."""
        result = await self._session.call_tool(name, arguments)
        (block,) = result.content
        assert isinstance(block, TextContent)
        return block.text, not result.isError

    async def told(self, name: str, **arguments: Any) -> Any:
        text, well = await self.call(name, **arguments)
        assert well, text
        return json.loads(text)


@asynccontextmanager
async def connected(site: Site, *scopes: str, name: str = "model") -> AsyncIterator[Model]:
    headers = {"Authorization": f"Bearer {site.key(*scopes, name=name)}"}
    async with (
        httpx.AsyncClient(headers=headers, timeout=40) as client,
        streamable_http_client(f"{site.url}/mcp", http_client=client) as (read, write, _),
        ClientSession(read, write) as session,
    ):
        await session.initialize()
        yield Model(session)


async def test_a_key_shows_what_it_is_good_for(site: Site) -> None:
    async with connected(site) as model:
        assert await model.tools() == [tool.name for tool in TOOLS]
    async with connected(site, "calls:read", name="reader") as model:
        assert await model.tools() == ["list_calls", "search_calls", "get_call"]
    async with connected(site, "calls:steer", name="steerer") as model:
        assert await model.tools() == ["hang_up"]


async def test_calls_are_listed_found_and_read_as_by_the_api(site: Site) -> None:
    api = site.client(name="crm")
    async with connected(site, "calls:read") as model:
        assert await model.told("list_calls") == api.get("/calls").json()
        assert (
            await model.told("list_calls", limit=1, caller="1002")
            == api.get("/calls?caller=1002&limit=1").json()
        )
        found = await model.told("search_calls", text="opening hours")
        assert [call["call"] for call in found["calls"]] == [CALL]
        assert await model.told("get_call", call=CALL) == api.get(f"/calls/{CALL}").json()


async def test_an_agent_is_asked_what_it_would_answer(site: Site, redis_url: str) -> None:
    (site.folder / "agents/shop/agent.yaml").write_text(
        "company: Shop\nextensions: ['100']\ngreeting: Hello!\npersona: You are it.\n"
    )
    with at_work(redis_url):
        async with connected(site, "agents:read") as model:
            told = await model.told("ask_knowledge", agent="shop", question="When do you open?")
    assert (told["register"], told["line"]) == ("say", "We open at nine.")


async def test_a_call_is_made_once(site: Site, redis_url: str) -> None:
    wish = {"to": "1002", "agent": "shop", "variables": {"name": "Jane"}, "once": "order-1"}
    async with dialler(redis_url) as asked, connected(site, "calls:start", "audit:read") as model:
        first = await model.told("place_call", **wish)
        assert await model.told("place_call", **wish) == first
    (dial,) = asked
    assert first == {"call": dial.id, "result": "ringing"}
    assert (dial.to, dial.by, dial.variables) == ("1002", "model", {"name": "Jane"})
    (entry,) = site.client(name="auditor").get("/audit").json()["entries"]
    assert (entry["action"], entry["subject"]) == ("call.start", dial.id)


async def test_a_call_that_goes_on_is_ended(site: Site, redis_url: str) -> None:
    with going_on(redis_url, CALL):
        async with connected(site, "calls:steer") as model:
            assert (await model.told("hang_up", call=CALL))["result"] == "done"
            text, well = await model.call("hang_up", call="gone")
    assert (well, "gone" in text) == (False, True)


@pytest.mark.parametrize(
    ("name", "arguments", "why"),
    [
        ("get_call", {"call": "no-such"}, "no call no-such is kept"),
        ("get_call", {}, "'call' is a required property"),
        ("get_call", {"call": "../agents"}, "call: "),
        ("ask_knowledge", {"agent": "../x", "question": "?"}, "agent: "),
        ("list_calls", {"since": "yesterday"}, "query.since: "),
        ("list_calls", {"limit": 9999}, "limit: "),
        ("list_calls", {"sudo": True}, "arguments: "),
        (
            "place_call",
            {"to": "004930123456", "agent": "shop"},
            "to: ",
        ),
        ("rm", {}, "there is no tool 'rm'"),
    ],
)
async def test_what_cannot_be_done_is_told(
    site: Site, name: str, arguments: dict[str, Any], why: str
) -> None:
    async with connected(site) as model:
        text, well = await model.call(name, **arguments)
    assert (well, text.startswith(why) or why in text) == (False, True), text


async def test_a_tool_that_a_key_is_not_good_for_is_refused(site: Site) -> None:
    async with connected(site, "agents:read") as model:
        assert await model.call("list_calls") == ("the key model is not good for calls:read", False)


def post(
    client: httpx.Client, body: bytes = b'{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}'
) -> httpx.Response:
    return client.post(
        "http://parley/mcp",
        content=body,
        headers={"Content-Type": "application/json", "Accept": "application/json"},
    )


def test_nobody_without_a_key_learns_anything(site: Site) -> None:
    anybody = site.anybody()
    for shown in (
        {},
        {"Authorization": "Bearer parley_wrong"},
        {"Authorization": f"Basic {site.key(name='x')}"},
    ):
        anybody.headers.update(shown)
        answer = post(anybody)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_it_answers_in_one_go_or_not_at_all(site: Site) -> None:
    client = site.client(name="crm")
    answer = post(client)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.headers["cache-control"] == "no-store"
    assert len(answer.json()["result"]["tools"]) == len(TOOLS)
    for method in ("GET", "DELETE"):
        assert client.request(method, "http://parley/mcp").status_code == 405
    assert post(client, b"x" * 70_000).status_code == 413
    assert post(client, b"{").status_code == 400


def test_a_key_that_asks_too_often_is_told_so(tmp_path: Path) -> None:
    with built(tmp_path, requests_per_minute=2) as site:
        client = site.client(name="crm")
        assert [post(client).status_code for _ in range(3)] == [200, 200, 429]


def test_requests_are_counted_by_their_path(site: Site) -> None:
    counted = REQUESTS.labels("POST /mcp", 200)
    before = counted._value.get()
    post(site.client(name="crm"))
    assert counted._value.get() == before + 1
