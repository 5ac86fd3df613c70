"""Calls that are made, with a real Redis and somebody who answers as a gateway does."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.live import starting
from parley.bus import Bus
from parley.outside.dialling import Dial, DialAnswer
from tests.api.conftest import Site, served
from tests.api.worker import dialler

ASKED: dict[str, Any] = {"to": "1002", "agent": "shop"}


@pytest.fixture
def site(tmp_path: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(starting, "ANSWERED_S", 12.0)  # a busy machine answers late
    with served(tmp_path, redis_url) as site:
        yield site


def client(site: Site, *scopes: str) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {site.key(*scopes, name='crm')}"}
    return httpx.AsyncClient(base_url=f"{site.url}/api/v1", headers=headers, timeout=40)


async def test_a_gateway_rings_whom_is_asked_for(site: Site, redis_url: str) -> None:
    more = {"greeting": "Hello {name}.", "variables": {"name": "Jane"}, "ring_s": 20, "voicemail": "Bye."}
    async with dialler(redis_url) as asked, client(site, "calls:start", "audit:read") as api:
        answer = await api.post("/calls", json=ASKED | more)
        (entry,) = (await api.get("/audit")).json()["entries"]
    (dial,) = asked
    assert (answer.status_code, answer.json()) == (202, {"call": dial.id, "result": "ringing"})
    assert answer.headers["Location"] == f"/api/v1/calls/{dial.id}"
    assert (dial.to, dial.agent, dial.by, dial.ring_s) == ("1002", "shop", "crm", 20.0)
    assert (dial.greeting, dial.variables, dial.caller_id) == ("Hello {name}.", {"name": "Jane"}, "")
    assert dial.voicemail == "Bye."
    assert (entry["action"], entry["subject"], entry["outcome"]) == ("call.start", dial.id, "done")


async def test_the_same_request_rings_once(site: Site, redis_url: str) -> None:
    again = {"Idempotency-Key": "order-1"}
    async with dialler(redis_url) as asked, client(site, "calls:start") as api:
        calls = [(await api.post("/calls", json=ASKED, headers=again)).json()["call"] for _ in range(3)]
        other = await api.post("/calls", json=ASKED | {"to": "1001"}, headers=again)
    assert calls == [asked[0].id] * 3
    assert len(asked) == 1
    assert (other.status_code, other.json()["type"]) == (409, "urn:parley:problem:other-request")


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"to": "+4930123456"}, 202),
        ({"to": "+4312345678", "caller_id": "+4930998"}, 202),
        ({"to": "004930123456"}, 422),
        ({"to": "1002@trunk"}, 422),
        ({"to": "1002\n"}, 422),
        ({"agent": "Shop!"}, 422),
        ({"ring_s": 500}, 422),
        ({"variables": {"Name": "x"}}, 422),
        ({"variables": {"name": "a\nb"}}, 422),
        ({"nonsense": 1}, 422),
    ],
)
async def test_what_can_be_asked_for(site: Site, redis_url: str, more: dict[str, Any], status: int) -> None:
    async with dialler(redis_url) as asked, client(site, "calls:start") as api:
        answer = await api.post("/calls", json=ASKED | more)
    assert answer.status_code == status, answer.text
    assert [(dial.to, dial.caller_id) for dial in asked] == (
        [(more["to"], more.get("caller_id", ""))] if status == 202 else []
    )


async def test_a_rule_that_does_not_allow_a_call_is_named(site: Site, redis_url: str) -> None:
    def reply(_dial: Dial) -> DialAnswer:
        return DialAnswer(result="refused", reason="it is Sun 12:00 in Europe/Berlin", rule="hours")

    async with dialler(redis_url, reply), client(site, "calls:start", "audit:read") as api:
        answer = await api.post("/calls", json=ASKED | {"to": "+4930123456"})
        (entry,) = (await api.get("/audit")).json()["entries"]
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "urn:parley:problem:not-allowed",
        "title": "Forbidden",
        "status": 403,
        "detail": "it is Sun 12:00 in Europe/Berlin",
        "rule": "hours",
    }
    assert entry["outcome"] == "not-allowed: hours"


async def test_what_a_gateway_refuses_is_told_and_may_be_tried_again(site: Site, redis_url: str) -> None:
    answers = [
        DialAnswer(result="refused", reason="100 is answered by an agent"),
        DialAnswer(result="ringing"),
    ]

    def reply(_dial: Dial) -> DialAnswer:
        return answers.pop(0)

    async with dialler(redis_url, reply), client(site, "calls:start") as api:
        again = {"Idempotency-Key": "order-1"}
        first = await api.post("/calls", json=ASKED, headers=again)
        assert (first.status_code, first.json()["detail"]) == (409, "100 is answered by an agent")
        assert (await api.post("/calls", json=ASKED, headers=again)).status_code == 202


async def test_without_a_gateway_nobody_waits_for_ever(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "ANSWERED_S", 0.1)
    async with client(site, "calls:start") as api:
        assert (await api.post("/calls", json=ASKED)).status_code == 504


async def test_who_steers_calls_makes_none(site: Site) -> None:
    async with client(site, "calls:steer") as api:
        assert (await api.post("/calls", json=ASKED)).status_code == 403


async def test_a_chat_that_goes_on_becomes_a_call(site: Site, redis_url: str) -> None:
    bus = Bus.connect(redis_url)
    await bus.open_call("chat-1", agent="shop", gateway="chat")
    async with dialler(redis_url) as asked, client(site, "calls:start") as api:
        answer = await api.post("/calls", json=ASKED | {"chat": "chat-1"})
        gone = await api.post("/calls", json=ASKED | {"chat": "chat-2"})
        none = await api.post("/calls", json=ASKED | {"chat": "1732287000.7"})
    await bus.close()
    assert answer.status_code == 202
    assert [dial.chat for dial in asked] == ["chat-1"]
    assert (gone.status_code, gone.json()["type"]) == (409, "urn:parley:problem:refused")
    assert none.status_code == 422
