"""Callers who are to be called back, with a real Redis and somebody who answers as a gateway does."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import redis
from api.live import starting
from parley.bus import Bus
from parley.outbound.callbacks import identity
from parley.outside.dialling import Dial, DialAnswer
from tests.api.conftest import Site, built, served
from tests.api.worker import dialler

NUMBER = "+4930123456"
WISH: dict[str, Any] = {"number": NUMBER, "agent": "shop", "target": "sales"}


@pytest.fixture
def site(tmp_path: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(starting, "ANSWERED_S", 12.0)  # a busy machine answers late
    with redis.Redis.from_url(redis_url) as server:
        server.flushdb()
    with served(tmp_path, redis_url) as site:
        yield site


def client(site: Site) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {site.key('calls:start', 'calls:read', 'audit:read', name='crm')}"}
    return httpx.AsyncClient(base_url=f"{site.url}/api/v1", headers=headers, timeout=40)


async def test_somebody_is_to_be_called_back_once_and_then_no_more(site: Site, redis_url: str) -> None:
    async with dialler(redis_url) as asked, client(site) as api:
        answers = [
            await api.post("/callbacks", json=WISH | {"after_s": 60 * n, "about": "4711"}) for n in (1, 2)
        ]
        listed = (await api.get("/callbacks")).json()["callbacks"]
        bus = Bus.connect(redis_url)
        (entry,) = await bus.commands().callbacks().entries()
        await bus.close()
        gone = await api.delete(f"/callbacks/{entry.id}")
        assert (await api.get("/callbacks")).json() == {"callbacks": []}
        entries = (await api.get("/audit")).json()["entries"]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert [answer.json() for answer in answers] == listed * 2
    assert entry.id == identity(NUMBER, "shop", "sales")
    assert (entry.number, entry.why, entry.by) == (NUMBER, "4711", "crm")
    assert time.time() < entry.due == entry.since <= time.time() + 60 < entry.until
    assert {(dial.to, dial.agent, dial.target, dial.dry_run) for dial in asked} == {
        (NUMBER, "shop", "sales", True)
    }
    assert gone.json() == {"result": "done"}
    # Whoever is forgotten is not to be found there.
    assert NUMBER[1:] not in str(entries)
    assert [entry["action"] for entry in entries].count("callback.keep") == 2


@pytest.mark.parametrize(
    ("rule", "result", "status"),
    [("do_not_call", "refused", 403), ("hours", "refused", 202), ("", "refused", 409), ("", "allowed", 202)],
)
async def test_a_gateway_says_who_can_never_be_called(
    site: Site, redis_url: str, rule: str, result: Any, status: int
) -> None:
    def reply(_dial: Dial) -> DialAnswer:
        return DialAnswer(result=result, reason="for a reason", rule=rule)

    async with dialler(redis_url, reply), client(site) as api:
        answer = await api.post("/callbacks", json=WISH)
        assert answer.status_code == status, answer.text
        assert len((await api.get("/callbacks")).json()["callbacks"]) == (1 if status == 202 else 0)


@pytest.mark.parametrize(
    "more",
    [{"number": "030123456"}, {"target": "Sales!"}, {"after_s": -1}, {"about": "a\nb"}, {"nonsense": 1}],
)
def test_what_cannot_be_asked_for_is_told(tmp_path: Path, more: dict[str, Any]) -> None:
    with built(tmp_path) as site:
        answer = site.client("calls:start").post("/callbacks", json=WISH | more)
    assert (answer.status_code, next(iter(more)) in answer.json()["detail"]) == (422, True)


def test_without_redis_nothing_is_changed(tmp_path: Path) -> None:
    with built(tmp_path) as site:
        client = site.client("calls:read", "calls:start")
        assert client.get("/callbacks").status_code == 503
        assert client.post("/callbacks", json=WISH).status_code == 503
        assert client.delete("/callbacks/0f3a5c7e9b1d2f4a").status_code == 503
