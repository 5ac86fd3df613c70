"""Calls as a client finds them."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

from parley.event_log import LoggedEvent
from parley.messages import Event
from records.cost.prices import Price, Prices
from records.insight.insight import Insight, Sentiment
from records.sound import sealing
from tests.api.conftest import NOON, SOUND, Site, happened, spoken


def ids(page: dict[str, list[dict[str, str]]]) -> list[str]:
    return [call["call"] for call in page["calls"]]


def moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


def test_a_call_is_shown_with_all_that_is_kept_of_it(site: Site) -> None:
    spoken(site.store, "c1", "When do you open?", "At nine.", transfer_failed={"target": "sales"})
    with site.client("calls:read") as client:
        call = client.get("/calls/c1").json()
        (short,) = client.get("/calls").json()["calls"]
    assert {**call, **short} == call
    assert (call["caller"], call["extension"], call["outcome"]) == ("1001", "100", "caller_hung_up")
    question, answer = call["turns"]
    assert (question["who"], question["text"], question["turn"]) == ("caller", "When do you open?", 1)
    assert (answer["who"], answer["latency_s"]) == ("agent", {"voice_to_voice": 0.5})
    assert [key["digit"] for key in call["keys"]] == ["1"]
    assert [transfer["target"] for transfer in call["transfers"]] == ["sales"]
    assert call["quality"]["mos"] == 4.3
    assert call["recording"] is False


def test_a_call_that_goes_on_has_no_end_yet(site: Site) -> None:
    happened(site.store, "c1", ("call_started", {"caller": "1001", "extension": "100"}))
    with site.client("calls:read") as client:
        call = client.get("/calls/c1").json()
        found = {
            state: ids(client.get("/calls", params={"state": state}).json()) for state in ("live", "over")
        }
    assert (call["outcome"], call["ended_at"]) == (None, None)
    assert found == {"live": ["c1"], "over": []}


def test_calls_are_chosen_by_everything_that_is_asked_for(site: Site) -> None:
    spoken(site.store, "c1", "Do you sell tea?", "Yes.", at=NOON, caller="+4930123456")
    spoken(site.store, "c2", "Do you sell coffee?", "No.", at=NOON + 100)
    with site.client("calls:read") as client:
        chosen = {
            name: ids(client.get("/calls", params=asked).json())
            for name, asked in {
                "all": {},
                "since": {"since": moment(NOON + 50)},
                "until": {"until": moment(NOON + 50)},
                "agent": {"agent": "clinic"},
                "caller": {"caller": "030 123456"},
                "outcome": {"outcome": "transferred"},
                "text": {"text": "COFFEE sell"},
                "both": {"text": "sell", "until": moment(NOON + 50)},
            }.items()
        }
    assert chosen == {
        "all": ["c2", "c1"],
        "since": ["c2"],
        "until": ["c1"],
        "agent": [],
        "caller": ["c1"],
        "outcome": [],
        "text": ["c2"],
        "both": ["c1"],
    }


def test_what_became_of_a_call_is_told_and_looked_for(site: Site) -> None:
    spoken(site.store, "c1", "Do you sell tea?", "Yes.")
    spoken(site.store, "c2", "Do you sell tea?", "Yes.", at=NOON + 100)
    felt = Sentiment(turns=[0.5, None], mean=0.5, change=0.0)
    insight = Insight(
        outcome="resolved",
        tags=["LOOP"],
        score=80,
        parts={"answers": 90},
        category="tea",
        category_by="topic",
        sentiment=felt,
    )
    with site.client("calls:read") as client:
        assert client.get("/calls/c1").json()["insight"] is None
        site.store.analysed("c1", insight)
        told = client.get("/calls/c1").json()["insight"]
        (short,) = client.get("/calls", params={"tag": "LOOP"}).json()["calls"]
        by_category = client.get("/calls", params={"category": "tea"}).json()
        by_outcome = client.get("/calls", params={"outcome": "resolved"}).json()
    assert told == {
        "outcome": "resolved",
        "tags": ["LOOP"],
        "score": 80,
        "parts": {"answers": 90},
        "category": "tea",
        "category_by": "topic",
        "sentiment": {"turns": [0.5, None], "mean": 0.5, "change": 0.0},
    }
    assert (short["call"], short["insight"]) == ("c1", told)
    assert ids(by_outcome) == ids(by_category) == ["c1"]


def test_what_engines_did_and_cost_is_told_of_one_call(site: Site) -> None:
    spoken(site.store, "c1", "Do you sell tea?", "Yes.")
    use = {"part": "llm", "engine": "big", "requests": 1, "read": 1000, "cached": 0, "written": 100}
    event = Event(call="c1", kind="usage", at=NOON, data={"agent": "shop", "uses": [use]})
    with site.client("calls:read") as client:
        before = client.get("/calls/c1").json()
        price = Price(million_read=2.0, million_written=10.0)
        prices = Prices(currency="EUR", engines={"big": price})
        site.store.ledger.enter([LoggedEvent("9-9", event)], prices)
        after = client.get("/calls/c1").json()
    assert (before["usage"], before["cost"]) == ([], None)
    nothing = {"seconds": 0.0, "characters": 0, "estimated": 0}
    assert after["usage"] == [nothing | use | {"cost": pytest.approx(0.003)}]
    assert after["cost"] == {"amount": pytest.approx(0.003), "currency": "EUR", "whole": True}


def test_pages_lead_to_each_other(site: Site) -> None:
    for number in range(5):
        spoken(site.store, f"c{number}", "Hello?", "Hello.", at=NOON + number + 0.123456)
    pages, after = [], ""
    with site.client("calls:read") as client:
        while len(pages) < 3:
            page = client.get("/calls", params={"limit": 2, "after": after}).json()
            after = page["after"]
            pages.append(ids(page))
    assert pages == [["c4", "c3"], ["c2", "c1"], ["c0"]]
    assert after is None


def test_who_was_forgotten_is_found_no_more(site: Site) -> None:
    spoken(site.store, "c1", "Do you sell tea?", "Yes.")
    site.store.forget(site.store.calls_of("1001"))
    with site.client() as client:
        assert client.get("/calls").json()["calls"] == []
        assert client.get("/calls", params={"text": "tea"}).json()["calls"] == []
        assert client.get("/calls/c1").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [{"since": "yesterday"}, {"since": "1780000000"}, {"limit": "0"}, {"after": "x"}, {"tag": "DEADAIR"}],
)
def test_what_cannot_be_understood_is_named(site: Site, wrong: dict[str, str]) -> None:
    with site.client() as client:
        answer = client.get("/calls", params=wrong)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == [f"query.{next(iter(wrong))}"]
    assert "yesterday" not in answer.text


def test_without_records_the_client_is_told_to_come_back(site: Site) -> None:
    for file in (site.folder / "records").iterdir():
        file.unlink()
    with site.client() as client:
        answer = client.get("/calls")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


def test_records_that_are_locked_are_read(site: Site) -> None:
    spoken(site.store, "c1", "Hello?", "Hello.")
    with closing(sqlite3.connect(site.folder / "records/records.sqlite")) as db, site.client() as client:
        db.execute("BEGIN EXCLUSIVE")
        assert client.get("/calls/c1").status_code == 200


def recorded(site: Site, sound: bytes = SOUND) -> None:
    spoken(site.store, "c1", "Hello?", "Hello.", recording={"file": "c1.wav"})
    (site.folder / "recordings/c1.wav").write_bytes(sound)


@pytest.mark.parametrize(
    ("asked", "status", "got"),
    [
        ("bytes=0-9", 206, SOUND[:10]),
        ("bytes=1000-", 206, SOUND[1000:]),
        ("bytes=-24", 206, SOUND[-24:]),
        ("bytes=1000-5000", 206, SOUND[1000:]),
        ("bytes=9-0", 200, SOUND),
        ("bytes=0-1,5-6", 200, SOUND),
        ("lines=0-9", 200, SOUND),
    ],
)
def test_a_recording_is_heard_whole_or_in_part(site: Site, asked: str, status: int, got: bytes) -> None:
    recorded(site)
    with site.client("recordings:read") as client:
        answer = client.get("/calls/c1/recording", headers={"Range": asked})
    assert (answer.status_code, answer.content) == (status, got)
    assert answer.headers["content-type"] == "audio/wav"


@pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=-0"])
def test_a_range_beyond_the_recording_is_told_its_length(site: Site, asked: str) -> None:
    recorded(site)
    with site.client() as client:
        answer = client.get("/calls/c1/recording", headers={"Range": asked})
    assert (answer.status_code, answer.headers["content-range"]) == (416, "bytes */1024")


def test_what_was_not_recorded_or_is_gone_is_not_there(site: Site) -> None:
    spoken(site.store, "c1", "Hello?", "Hello.")
    spoken(site.store, "c2", "Hello?", "Hello.", recording={"file": "c2.wav"})
    spoken(site.store, "c3", "Hello?", "Hello.", recording={"file": "../api/api.sqlite"})
    with site.client() as client:
        answers = [client.get(f"/calls/{call}/recording") for call in ("c1", "c2", "c3", "c4")]
    assert [answer.status_code for answer in answers] == [404] * 4
    kinds = [answer.json()["type"].rpartition(":")[2] for answer in answers]
    assert kinds == ["no-recording"] * 3 + ["no-such-call"]


def test_an_encrypted_recording_is_opened_with_its_key_alone(site: Site) -> None:
    recorded(site)
    key, other = sealing.new_key(), sealing.new_key()
    folder = site.folder / "recordings"
    os.utime(folder / "c1.wav", (NOON, NOON))  # nobody writes to it any more
    sealing.seal_all(folder, sealing.keys(key.split()[3]), site.store)
    assert [file.name for file in folder.glob("*.*")] == ["c1.wav.age"]
    identity = site.folder / "identity"
    with site.client() as client:
        assert client.get("/calls/c1/recording").status_code == 409
        identity.write_text(other)
        assert client.get("/calls/c1/recording").status_code == 409
        identity.write_text(key)
        assert client.get("/calls/c1/recording").content == SOUND
        part = client.get("/calls/c1/recording", headers={"Range": "bytes=10-19"})
        beyond = [client.get("/calls/c1/recording", headers={"Range": "bytes=9999-"}) for _ in range(3)]
        assert client.get("/calls/c1/recording").content == SOUND  # whatever was refused has let go of it
    assert (part.status_code, part.content) == (206, SOUND[10:20])
    assert [answer.status_code for answer in beyond] == [416] * 3


def test_who_heard_a_recording_is_written_down(site: Site) -> None:
    recorded(site)
    with site.client() as client:
        client.get("/calls/c1/recording")
        client.get("/calls/c1")
        (entry,) = client.get("/audit").json()["entries"]
    assert (entry["who"], entry["action"], entry["subject"]) == ("crm", "recording.read", "c1")


def test_a_chat_is_told_as_a_call_with_its_channel_and_the_person_who_wrote_in_it(site: Site) -> None:
    started = {"caller": "1000", "extension": "100", "channel": "sip"}
    happened(
        site.store,
        "chat-1",
        ("call_started", started),
        ("caller_said", {"turn": 1, "text": "Hello?"}),
        ("person_said", {"text": "This is Ann."}),
        ("call_ended", {"outcome": "closed", **started}),
    )
    told = site.client("calls:read").get("/calls/chat-1").json()
    assert (told["channel"], [said["who"] for said in told["turns"]]) == ("sip", ["caller", "person"])
    found = site.client("calls:read", name="search").get("/calls", params={"text": "ann"}).json()["calls"]
    assert [(call["call"], call["channel"]) for call in found] == [("chat-1", "sip")]


def test_calls_are_found_by_how_they_came(site: Site) -> None:
    for call, channel in (("chat-1", "web"), ("chat-2", "sms")):
        happened(site.store, call, ("call_started", {"channel": channel}))
    happened(site.store, "chat-3", ("call_ended", {"outcome": "stopped", "channel": "sip"}))
    spoken(site.store, "c1", "Hello?", "Hello.")
    client = site.client("calls:read")
    for channel, calls in (
        ("all", {"chat-1", "chat-2", "chat-3", "c1"}),
        ("voice", {"c1"}),
        ("written", {"chat-1", "chat-2", "chat-3"}),
        ("sms", {"chat-2"}),
        ("sip", {"chat-3"}),
    ):
        found = client.get("/calls", params={"channel": channel}).json()["calls"]
        assert {call["call"] for call in found} == calls, channel
    assert client.get("/calls", params={"channel": "fax"}).status_code == 422


def test_who_has_a_chat_is_told_while_it_goes_on(site: Site) -> None:
    client, told = site.client("calls:read"), []
    for kind in (
        "call_started",
        "transfer_started",
        "transfer_declined",
        "transfer_connected",
        "transfer_ended",
        "call_ended",
    ):
        happened(site.store, "chat-1", (kind, {"channel": "web"}))
        told.append(client.get("/calls/chat-1").json()["whose"])
    assert told == ["agent", "waiting", "waiting", "person", "agent", None]


def test_what_a_caller_left_on_the_voicemail_is_given_out(site: Site) -> None:
    spoken(site.store, "c1", "Hello?", "Hello.", voicemail={"file": "voicemail/c1.wav"})
    spoken(site.store, "c2", "Hello?", "Hello.", voicemail={"file": "../api/api.sqlite"})
    spoken(site.store, "c3", "Hello?", "Hello.", recording={"file": "c3.wav"})
    (site.folder / "recordings/voicemail/c1.wav").write_bytes(SOUND)
    with site.client() as client:
        assert client.get("/calls/c1/voicemail", headers={"Range": "bytes=10-19"}).content == SOUND[10:20]
        answers = [client.get(f"/calls/{call}/voicemail").json()["type"] for call in ("c2", "c3", "c4")]
    assert [kind.rpartition(":")[2] for kind in answers] == ["no-recording", "no-recording", "no-such-call"]
