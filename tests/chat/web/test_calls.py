"""A chat becomes a call over HTTP: on a real Redis, by the rules and the code of who makes calls."""

import datetime
from collections.abc import AsyncIterator
from zoneinfo import ZoneInfo

import httpx
import pytest

from chat.web import calls
from gateway.values.moments import spoken
from parley.agents.dialogue import Target
from parley.agents.schema import Chat
from tests.chat.conftest import FILE, Scene, asked, happened, lines, open_house, shop
from tests.chat.web.served import served
from tests.chat.web.telephones import telephones

CALLS = Chat(enabled=True, calls=True)
NUMBER, SHOWN = "+4930123456", "+49 30 123456"


@pytest.fixture
async def scene(redis_url: str) -> AsyncIterator[Scene]:
    async with open_house(redis_url, {"shop": shop(chat=CALLS, country="DE")}) as scene:
        yield scene


@pytest.fixture
async def client(scene: Scene) -> AsyncIterator[httpx.AsyncClient]:
    async with served(scene) as client:
        yield client


async def begun(client: httpx.AsyncClient, **body: str) -> str:
    """Begin a chat, show its token from now on, and return its id."""
    told = (await client.post("/agents/shop/chats", json=body)).json()
    client.headers["Authorization"] = f"Bearer {told['token']}"
    return str(told["chat"])


async def wanted(
    client: httpx.AsyncClient, chat: str, number: str, *, confirmed: bool = False
) -> httpx.Response:
    return await client.post(f"/chats/{chat}/call", json={"number": number, "confirmed": confirmed})


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


async def test_a_number_is_confirmed_and_rung_by_an_agent_that_knows_the_chat(
    scene: Scene, client: httpx.AsyncClient
) -> None:
    async with telephones(scene) as there:
        chat = await begun(client)
        talk = scene.house.talk(chat)
        assert talk
        await client.post(f"/chats/{chat}/messages", json={"text": "My order is 4711."})
        await happened(scene, chat, "agent_said", text="We open at nine. We close at five.")
        first = await wanted(client, chat, "030 123456")
        assert (first.status_code, first.json()) == (
            200,
            {"result": "to_confirm", "number": NUMBER, "shown": SHOWN, "call": "", "when": ""},
        )
        assert there.rung == []
        second = await wanted(client, chat, NUMBER, confirmed=True)
        call = second.json()["call"]
        assert (second.status_code, second.json()["result"]) == (202, "ringing")
        assert there.rung == [(call, f"{NUMBER}@trunk")]
        assert "My order is 4711." in [line["text"] for line in await scene.bus.history(call)]
        assert lines(talk)[-1] == ("agent", talk.agent.line("chat_calling"))
        made = await happened(scene, call, "call_made")
        assert (made.data["chat"], made.data["by"], made.data["caller"]) == (chat, "chat", NUMBER)
        asked = await happened(scene, chat, "call_asked")
        assert (asked.data["outcome"], asked.data["call_made"]) == ("ringing", call)
        assert NUMBER not in str(asked)


async def test_what_was_not_confirmed_or_is_confirmed_twice_does_not_ring(
    scene: Scene, client: httpx.AsyncClient
) -> None:
    async with telephones(scene) as there:
        chat = await begun(client)
        assert problem(await wanted(client, chat, NUMBER, confirmed=True)) == (409, "not-confirmed")
        await wanted(client, chat, NUMBER)
        assert problem(await wanted(client, chat, "+4930123457", confirmed=True)) == (409, "not-confirmed")
        assert (await wanted(client, chat, NUMBER, confirmed=True)).status_code == 202
        assert problem(await wanted(client, chat, NUMBER, confirmed=True)) == (409, "not-confirmed")
        assert len(there.rung) == 1


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("1001", (422, "no-number")),
        ("110", (422, "no-number")),
        ("+49 900 1234567", (422, "no-number")),
        ("not a number", (422, "no-number")),
        ("+49 40 123456", (403, "not-this-number")),
    ],
    ids=["of the house", "of an emergency", "premium", "words", "no prefix of ours"],
)
async def test_other_numbers_are_not_rung(
    scene: Scene, client: httpx.AsyncClient, number: str, told: tuple[int, str]
) -> None:
    async with telephones(scene) as there:
        chat = await begun(client)
        assert problem(await wanted(client, chat, number)) == told
        assert there.rung == []


async def test_who_wants_no_calls_is_not_rung_and_nobody_learns_of_it(
    scene: Scene, client: httpx.AsyncClient
) -> None:
    async with telephones(scene) as there:
        chat = await begun(client)
        await scene.bus.commands().ledger().add(NUMBER)
        unwanted, elsewhere = [await wanted(client, chat, to) for to in (NUMBER, "+49 40 123456")]
        assert unwanted.json() == elsewhere.json()
        assert there.rung == []


async def test_numbers_that_are_refused_are_few(scene: Scene) -> None:
    async with telephones(scene) as there, served(scene, calls=2) as client:
        chat = await begun(client)
        found = [problem(await wanted(client, chat, f"+49 40 12345{n}"))[0] for n in range(3)]
        assert found == [403, 403, 429]
        assert there.rung == []


async def test_nobody_is_rung_at_night(scene: Scene, client: httpx.AsyncClient) -> None:
    async with telephones(scene, hours="mon-sun 00:00-00:01") as there:
        chat = await begun(client)
        assert problem(await wanted(client, chat, NUMBER)) == (409, "not-now")
        assert there.rung == []


async def test_a_chat_and_an_address_have_limits(scene: Scene) -> None:
    async with telephones(scene) as there, served(scene, calls=3) as client:
        chat = await begun(client)
        for _ in range(calls.MOST):
            await wanted(client, chat, NUMBER)
            assert (await wanted(client, chat, NUMBER, confirmed=True)).status_code == 202
        assert problem(await wanted(client, chat, NUMBER)) == (409, "refused")
        assert not (await client.get(f"/chats/{chat}/messages")).json()["calls"]
        other = await begun(client)
        await wanted(client, other, NUMBER)
        assert (await wanted(client, other, NUMBER, confirmed=True)).status_code == 202
        await wanted(client, other, NUMBER)
        assert problem(await wanted(client, other, NUMBER, confirmed=True)) == (429, "too-many-requests")
        assert len(there.rung) == 3


async def test_an_agent_whose_file_does_not_say_so_calls_nobody(redis_url: str) -> None:
    assert not FILE.chat.calls
    async with open_house(redis_url, {"shop": shop()}) as scene, served(scene) as client:
        chat = await begun(client)
        assert not (await client.get(f"/chats/{chat}/messages")).json()["calls"]
        assert problem(await wanted(client, chat, NUMBER)) == (404, "no-calls")


async def test_while_a_person_has_the_chat_the_agent_calls_nobody(
    scene: Scene, client: httpx.AsyncClient
) -> None:
    chat = await begun(client)
    assert (await client.get(f"/chats/{chat}/messages")).json()["calls"]
    talk = scene.house.talk(chat)
    assert talk
    talk.desk.take()
    assert problem(await wanted(client, chat, NUMBER)) == (409, "refused")


async def test_without_a_gateway_the_visitor_is_told_so(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "_ANSWERED_S", 0.1)
    chat = await begun(client)
    answer = await wanted(client, chat, NUMBER)
    assert (problem(answer), answer.headers["Retry-After"]) == ((503, "busy"), "60")


async def test_a_visitor_is_greeted_in_the_language_of_the_chat(redis_url: str) -> None:
    spoken = {"chat": CALLS, "country": "DE"}
    async with open_house(redis_url, {"shop": shop(**spoken)}) as scene, served(scene) as client:
        chat = await begun(client, language="de")
        dials = scene.bus.commands().dials()
        talk = scene.house.talk(chat)
        assert talk
        dial = calls._dial(talk, NUMBER)
        assert (dial.language, dial.chat) == ("de", chat)
        assert dial.greeting == scene.agents["shop"].in_language("de").line("chat_greeting")
        assert await dials.take(0.01) is None


async def test_who_writes_when_is_called_then_by_people_who_call_back(redis_url: str) -> None:
    sales = Target(name="our sales team", queue="sales", callback=True)
    agents = {"shop": shop(chat=CALLS, country="DE", targets={"sales": sales})}
    async with (
        open_house(redis_url, agents) as scene,
        served(scene) as client,
        # Not now, which does not matter.
        telephones(scene, hours="mon-sun 00:00-00:01") as there,
    ):
        chat = await begun(client)
        talk = scene.house.talk(chat)
        assert talk
        tomorrow = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
        five = tomorrow.replace(hour=17, minute=0, second=0, microsecond=0)
        when = spoken(five, "en")
        said = await asked(talk, "Can you call me back tomorrow at five pm?")
        assert said == talk.agent.line("chat_call_then", value=when)
        first = await wanted(client, chat, NUMBER)
        assert (first.status_code, first.json()["result"], first.json()["when"]) == (200, "to_confirm", when)
        second = await wanted(client, chat, NUMBER, confirmed=True)
        assert (second.status_code, second.json()["result"]) == (202, "kept")
        assert lines(talk)[-1] == ("agent", talk.agent.line("chat_call_kept", value=when))
        (entry,) = await scene.bus.commands().callbacks().entries()
        # On the clock where the number is.
        assert entry.due == entry.since == five.replace(tzinfo=ZoneInfo("Europe/Berlin")).timestamp()
        assert (entry.number, entry.target, entry.by, entry.call) == (NUMBER, "sales", "chat", chat)
        assert entry.why == "Can you call me back tomorrow at five pm?"
        assert there.rung == []
        assert (await happened(scene, chat, "call_asked")).data["outcome"] == "kept"


async def test_who_writes_no_time_is_told_how_to_be_called(redis_url: str) -> None:
    sales = Target(name="our sales team", queue="sales", callback=True)
    for chats, line in ((CALLS, "chat_call_me"), (Chat(enabled=True), "callback_no_number")):
        agents = {"shop": shop(chat=chats, country="DE", targets={"sales": sales})}
        async with open_house(redis_url, agents) as scene:
            talk = await scene.begin()
            assert await asked(talk, "Can you call me back?") == talk.agent.line(line)
