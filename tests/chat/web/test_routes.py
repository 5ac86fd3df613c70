"""Chats as pages and programs see them: over HTTP, on a real Redis, answered by a real agent worker."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
import pytest

from chat.web import routes
from chat.web.stream import MOST
from tests.chat.conftest import MENU, Scene, open_house, shop
from tests.chat.web.served import served

Json = dict[str, Any]
OWN, STRANGE = "https://shop.example", "https://evil.example"


@pytest.fixture
async def client(scene: Scene) -> AsyncIterator[httpx.AsyncClient]:
    async with served(scene) as client:
        yield client


async def begun(client: httpx.AsyncClient, **body: str) -> str:
    """Begin a chat, and show its token from now on; return the path of its parts."""
    answer = await client.post("/agents/shop/chats", json=body)
    assert answer.status_code == 201, answer.text
    client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    return f"/chats/{answer.json()['chat']}"


@asynccontextmanager
async def followed(
    client: httpx.AsyncClient, chat: str, after: int = 0
) -> AsyncIterator[AsyncIterator[Json]]:
    """What the stream of a chat tells, from a change on."""
    async with client.stream("GET", f"{chat}/events", params={"after": after}) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")

        async def told() -> AsyncIterator[Json]:
            async for line in answer.aiter_lines():
                if line.startswith("data: "):
                    yield json.loads(line[6:])

        yield told()


async def test_a_chat_from_its_greeting_to_its_end(client: httpx.AsyncClient) -> None:
    chat = await begun(client)
    seen: dict[int, str] = {}
    async with followed(client, chat) as news:
        async for told in news:
            seen |= {line["id"]: line["text"] for line in told["lines"]}
            if told["phase"] == "ended":
                break
            if list(seen) == [1]:
                assert (await client.post(f"{chat}/messages", json={"text": "Open?"})).status_code == 202
            if len(seen) == 3 and told["lines"] and told["lines"][-1]["whole"]:
                assert (await client.post(f"{chat}/close")).status_code == 202
    assert list(seen.values()) == ["Hello, write to me.", "Open?", "We open at nine. We close at five."]
    over = await client.post(f"{chat}/messages", json={"text": "Hello?"})
    assert (over.status_code, over.json()["type"]) == (409, "urn:parley:problem:over")


async def test_who_comes_back_reads_all_or_what_is_new(client: httpx.AsyncClient) -> None:
    chat = await begun(client)
    first = (await client.get(f"{chat}/messages")).json()
    assert [line["who"] for line in first["lines"]] == ["agent"]
    await client.post(f"{chat}/messages", json={"text": "Open?"})
    async with followed(client, chat, first["change"]) as news:
        told = await anext(news)
    assert [line["who"] for line in told["lines"]][:1] == ["visitor"]


async def test_a_chat_is_its_visitors_alone(client: httpx.AsyncClient) -> None:
    chat = await begun(client)
    for token in ("", "Bearer", "Bearer other", "Basic x"):
        for method, path in (("GET", "messages"), ("GET", "events"), ("POST", "messages"), ("POST", "close")):
            body = {"text": "Hello"} if (method, path) == ("POST", "messages") else None
            answer = await client.request(
                method, f"{chat}/{path}", json=body, headers={"Authorization": token}
            )
            assert (answer.status_code, answer.json()["type"]) == (404, "urn:parley:problem:no-such-chat")


async def test_a_thread_of_sip_messages_is_no_visitors(scene: Scene, client: httpx.AsyncClient) -> None:
    talk = await scene.begin("sip", caller="1000")
    answer = await client.get(f"/chats/{talk.id}/messages", headers={"Authorization": "Bearer"})
    assert answer.status_code == 404


@pytest.mark.parametrize("agent", ["nobody", "closed"])
async def test_only_agents_that_chat_do(scene: Scene, client: httpx.AsyncClient, agent: str) -> None:
    scene.agents["closed"] = shop(chat=type(scene.agents["shop"].file.chat)())
    answer = await client.post(f"/agents/{agent}/chats", json={})
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:parley:problem:no-such-agent")


async def test_pages_of_other_origins_are_refused(client: httpx.AsyncClient) -> None:
    for headers in ({"Origin": STRANGE}, {"Origin": "null"}, {"Origin": f"{OWN}.evil.example"}):
        answer = await client.post("/agents/shop/chats", json={}, headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:parley:problem:no-origin")
        assert "access-control-allow-origin" not in answer.headers


async def test_pages_that_the_agents_file_names_are_let_in(client: httpx.AsyncClient) -> None:
    ask = {"Origin": OWN, "Access-Control-Request-Method": "POST"}
    asked = await client.options("/agents/shop/chats", headers=ask)
    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (204, OWN)
    answer = await client.post("/agents/shop/chats", json={}, headers={"Origin": OWN})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (201, OWN)
    path = f"/chats/{answer.json()['chat']}/messages"
    token = {"Authorization": f"Bearer {answer.json()['token']}"}
    assert (await client.get(path, headers={"Origin": OWN} | token)).status_code == 200
    assert (await client.get(path, headers={"Origin": STRANGE} | token)).status_code == 403
    assert (await client.options(path, headers=ask | {"Origin": STRANGE})).status_code == 403


async def test_the_chats_own_pages_are_let_in(client: httpx.AsyncClient) -> None:
    own = str(client.base_url).removesuffix("/chat/v1/")
    assert (await client.post("/agents/shop/chats", json={}, headers={"Origin": own})).status_code == 201


async def test_addresses_and_visitors_have_limits(scene: Scene) -> None:
    async with served(scene, starts=2, messages=1) as client:
        chat = await begun(client)
        assert (await client.post(f"{chat}/messages", json={"text": "One"})).status_code == 202
        refused = await client.post(f"{chat}/messages", json={"text": "Two"})
        assert (refused.status_code, refused.json()["type"]) == (429, "urn:parley:problem:too-many-requests")
        assert int(refused.headers["Retry-After"]) > 0
        await begun(client)
        assert (await client.post("/agents/shop/chats", json={})).status_code == 429


@pytest.mark.parametrize(
    "body", [{}, {"text": ""}, {"text": " \n "}, {"text": "x" * (routes.MOST_CHARS + 1)}, {"text": 1}]
)
async def test_what_is_no_message_is_refused(client: httpx.AsyncClient, body: Json) -> None:
    chat = await begun(client)
    answer = await client.post(f"{chat}/messages", json=body)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:parley:problem:invalid-request")
    assert len((await client.get(f"{chat}/messages")).json()["lines"]) == 1


async def test_a_flood_that_nobody_has_answered_is_held_back(redis_url: str) -> None:
    async with open_house(redis_url, {"shop": shop()}, works=False) as scene, served(scene) as client:
        chat = await begun(client)
        answers = [await client.post(f"{chat}/messages", json={"text": f"{n}"}) for n in range(6)]
        assert [answer.status_code for answer in answers] == [202] * 5 + [429]


async def test_a_chat_has_few_streams(client: httpx.AsyncClient) -> None:
    chat = await begun(client)
    async with AsyncExitStack() as open_ones:
        streams = [await open_ones.enter_async_context(followed(client, chat)) for _ in range(MOST)]
        for stream in streams:
            await anext(stream)
        async with client.stream("GET", f"{chat}/events") as one_more:
            assert one_more.status_code == 503


async def test_a_menu_comes_as_choices(redis_url: str) -> None:
    file = {"menu": "main", "menus": {"main": MENU}}
    async with open_house(redis_url, {"shop": shop(**file)}) as scene, served(scene) as client:
        chat = await begun(client)
        told = (await client.get(f"{chat}/messages")).json()
        assert told["choices"] == [{"key": "1", "label": "an order"}, {"key": "2", "label": "a person"}]


async def test_the_widget_is_there_for_every_page(client: httpx.AsyncClient) -> None:
    url = str(client.base_url).replace("/chat/v1/", "/chat/widget.js")
    answer = await client.get(url, headers={"Origin": STRANGE})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    # Whatever anybody writes is text on the page.
    ways = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function")
    assert [way for way in ways if way in answer.text] == []
