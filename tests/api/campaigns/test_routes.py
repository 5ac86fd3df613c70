"""Campaigns by the API: how they stand, what is asked of them, and what would come of calls."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from parley.outside.dialling import Dial, DialAnswer
from records.campaigns.book import Book
from records.campaigns.course import Ended
from tests.api.conftest import NOON, Site, built, campaign
from tests.api.worker import dialler


@pytest.fixture
def spring(site: Site) -> Site:
    campaign(site)
    return site


def book(site: Site) -> closing[Book]:
    return closing(Book(site.folder / "records"))


def stands(site: Site) -> str:
    with book(site) as at:
        found = at.campaign("spring")
    assert found is not None
    return found.state


def done(site: Site) -> list[tuple[str, str, str]]:
    entries = reversed(site.app.state.audit.entries(100))
    return [(entry.action, entry.subject, entry.outcome) for entry in entries]


def test_campaigns_are_listed_with_how_far_they_are(spring: Site) -> None:
    client = spring.client("campaigns:read")
    with book(spring) as at:
        at.never("spring", "1001", "consent")
    (listed,) = client.get("/campaigns").json()["campaigns"]
    assert listed == {
        "name": "spring",
        "agent": "shop",
        "state": "paused",
        "started_at": "2026-05-28T20:26:40.000Z",
        "people": 3,
        "waiting": 2,
        "calling": 0,
        "done": 1,
    }


def test_one_is_shown_with_its_people_pace_and_what_went_wrong(spring: Site) -> None:
    client = spring.client("campaigns:read")
    with book(spring) as at:
        at.enter("spring", "running", NOON)
        for number, outcome in (("+4930123456", "failed"), ("1002", "no_answer")):
            at.begin(f"made-{number}", "spring", number, NOON)
            at.end(f"made-{number}", Ended(outcome, 4e9))  # whenever this test runs, it was not long ago
            at.never("spring", number, outcome)
    shown = client.get("/campaigns/spring", params={"limit": 2}).json()
    assert shown["outcomes"] == {"failed": 1, "no_answer": 1}
    assert shown["pace"] == {"at_once": 1, "ended_last_hour": 2}
    assert shown["breaker"] == {"seconds": 120.0, "ended": 2, "wrong": 1}
    assert shown["definition"]["greeting"] == "Hello {name}."
    assert [row["number"] for row in shown["rows"]] == ["+4930123456", "1001"]
    assert shown["rows"][0] == {
        "number": "+4930123456",
        "state": "done",
        "outcome": "failed",
        "attempts": 1,
        "call": "made-+4930123456",
        "at": "2026-05-28T20:26:40.000Z",
    }
    assert shown["skip"] == 2
    rest = client.get("/campaigns/spring", params={"limit": 2, "skip": 2}).json()
    assert ([row["number"] for row in rest["rows"]], rest["skip"]) == (["1002"], None)
    waiting = client.get("/campaigns/spring", params={"state": "waiting"}).json()["rows"]
    assert [(row["number"], row["call"], row["at"]) for row in waiting] == [("1001", None, None)]
    asked = client.get("/campaigns/spring", params={"outcome": "no_answer"}).json()["rows"]
    assert [row["number"] for row in asked] == ["1002"]


def test_results_are_a_table(spring: Site) -> None:
    answer = spring.client("campaigns:read").get("/campaigns/spring/results")
    assert answer.headers["content-type"].startswith("text/csv")
    assert 'filename="spring.csv"' in answer.headers["content-disposition"]
    assert answer.text.splitlines()[:2] == [
        "number,state,outcome,attempts,last_call,last_at",
        "+4930123456,waiting,,0,,",
    ]


def test_one_is_started_paused_and_goes_on_and_the_log_says_so(spring: Site) -> None:
    client = spring.client("campaigns:write")
    for verb, state in (
        ("resume", "running"),
        ("resume", "running"),
        ("pause", "paused"),
        ("pause", "paused"),
        ("start", "running"),
    ):
        answer = client.post(f"/campaigns/spring/{verb}")
        assert (answer.status_code, answer.json(), stands(spring)) == (200, {"result": "done"}, state)
    with book(spring) as at:
        at.enter("spring", "done", NOON)
    for verb in ("pause", "resume"):
        refused = client.post(f"/campaigns/spring/{verb}")
        assert (refused.status_code, refused.json()["detail"][:14]) == (409, "spring is done")
    assert done(spring)[:2] == [("campaign.resume", "spring", "done")] * 2
    assert done(spring)[-1] == ("campaign.resume", "spring", "refused")


def test_what_was_never_started_cannot_go_on(site: Site) -> None:
    campaign(site)
    with book(site) as at:
        at.put("autumn", at.campaigns()[0].plan, [])
    refused = site.client("campaigns:write").post("/campaigns/autumn/resume")
    assert (refused.status_code, refused.json()["detail"]) == (409, "autumn has not been started yet")


def test_what_is_sent_again_is_done_once(spring: Site) -> None:
    client = spring.client("campaigns:write")
    again = {"Idempotency-Key": "abc"}
    assert client.post("/campaigns/spring/start", headers=again).status_code == 200
    assert client.post("/campaigns/spring/pause").status_code == 200
    assert client.post("/campaigns/spring/start", headers=again).status_code == 200
    assert stands(spring) == "paused"
    assert client.post("/campaigns/spring/pause", headers=again).status_code == 409


@pytest.fixture
def with_redis(tmp_path: Path, redis_url: str) -> Iterator[Site]:
    with built(tmp_path, redis_url) as site:
        campaign(site)
        yield site


async def test_a_dry_run_rings_nobody(with_redis: Site, redis_url: str) -> None:
    def answer(dial: Dial) -> DialAnswer:
        assert dial.dry_run
        if dial.consent:
            return DialAnswer(result="allowed")
        return DialAnswer(result="refused", reason="no consent", rule="consent")

    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(with_redis.app),
        base_url="http://parley/api/v1",
        headers={"Authorization": f"Bearer {with_redis.key('campaigns:write')}"},
    )
    async with client, dialler(redis_url, answer) as asked:
        told = await client.post("/campaigns/spring/dry-run", params={"limit": 2})
    assert told.json()["rows"] == [
        {"number": "+4930123456", "result": "allowed", "rule": "", "reason": "", "greeting": "Hello Jane."},
        {
            "number": "1001",
            "result": "refused",
            "rule": "consent",
            "reason": "no consent",
            "greeting": "Hello Joe.",
        },
    ]
    assert [dial.to for dial in asked] == ["+4930123456", "1001"]
    with book(with_redis) as at:
        assert at.tally("spring").waiting == 3


def test_without_redis_there_is_no_dry_run_and_all_else_goes_on(spring: Site) -> None:
    client = spring.client("campaigns:read", "campaigns:write")
    assert client.post("/campaigns/spring/dry-run").status_code == 503
    assert client.post("/campaigns/spring/start").status_code == 200
    assert client.get("/campaigns/spring").json()["state"] == "running"


@pytest.mark.parametrize("path", ["", "/results", "/dry-run", "/start", "/pause", "/resume"])
def test_a_campaign_that_there_is_not_is_told(site: Site, path: str) -> None:
    client = site.client("campaigns:read", "campaigns:write")
    answer = client.request("get" if path in ("", "/results") else "post", f"/campaigns/winter{path}")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:parley:problem:no-such-campaign")


def test_a_database_that_cannot_be_read_is_told(site: Site) -> None:
    (site.folder / "records/campaigns.sqlite").write_bytes(b"no database" * 100)
    answer = site.client("campaigns:read").get("/campaigns")
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:parley:problem:unavailable")
