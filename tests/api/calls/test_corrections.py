"""What was really said, told to the API and kept by the records, on a real Redis."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

import redis
from api.calls import corrections
from tests.api.conftest import Site, served, spoken
from tests.api.keeper import keeping

SAID = {"text": "When do you close?"}


@pytest.fixture
def site(tmp_path: Path, redis_url: str) -> Iterator[Site]:
    with redis.Redis.from_url(redis_url) as server:
        server.flushdb()
    with served(tmp_path, redis_url) as site:
        spoken(site.store, "c1", "When do you open?", "At nine.")
        yield site


def client(site: Site, *scopes: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {site.key(*scopes)}"}
    return httpx.Client(base_url=f"{site.url}/api/v1", headers=headers, timeout=40)


def test_what_was_really_said_stands_beside_what_was_understood(site: Site, redis_url: str) -> None:
    with keeping(redis_url, site.folder), client(site) as api:
        assert api.put("/calls/c1/turns/1", json={"text": " When do you  close? "}).json() == {
            "result": "done"
        }
        question, answer = api.get("/calls/c1").json()["turns"]
        assert (question["text"], question["corrected"]) == ("When do you open?", "When do you  close?")
        assert answer["corrected"] == ""
        api.put("/calls/c1/turns/1", json=SAID)
        assert api.get("/calls/c1").json()["turns"][0]["corrected"] == SAID["text"]
        api.put("/calls/c1/turns/1", json={"text": ""})
        assert api.get("/calls/c1").json()["turns"][0]["corrected"] == ""
        entries = api.get("/audit").json()["entries"]
    noted = [(entry["subject"], entry["outcome"]) for entry in entries if entry["action"] == "call.correct"]
    assert noted == [("c1", "done")] * 3


def test_what_is_not_kept_cannot_be_corrected(site: Site, redis_url: str) -> None:
    with keeping(redis_url, site.folder), client(site, "calls:correct") as api:
        for path in ("/calls/c1/turns/2", "/calls/c2/turns/1"):
            answer = api.put(path, json=SAID)
            assert (answer.status_code, answer.json()["type"]) == (404, "urn:parley:problem:no-such-turn")
        assert api.put("/calls/c1/turns/x", json=SAID).status_code == 422
        assert api.put("/calls/c1/turns/1", json={"text": "x" * 2001}).status_code == 422
        assert api.put("/calls/c1/turns/1", json={}).status_code == 422


def test_who_gets_no_answer_is_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corrections, "KEPT_S", 0.2)
    with client(site, "calls:correct") as api:
        answer = api.put("/calls/c1/turns/1", json=SAID)
    assert (answer.status_code, answer.json()["type"]) == (504, "urn:parley:problem:no-answer")
