"""Pages show what the API has, and what is done on them is done by the API, with the user's name."""

import asyncio
from pathlib import Path

import pytest

from api.agents import asking
from parley.agents import document
from parley.bus import Bus
from parley.outside.inquiries import InquiryAnswer, ReadFile
from records.insight.insight import Insight
from tests.api.conftest import SOUND, agent, happened, spoken
from tests.api.console.conftest import Console
from tests.api.gateway import going_on
from tests.api.keeper import keeping
from tests.api.worker import worker

GOING_ON = ("call_started", {"caller": "+4930123456", "extension": "100"})


def test_what_callers_say_stays_text(console: Console) -> None:
    spoken(console.site.store, "c1", "<script>alert(1)</script>", "<b>No</b>", caller="<i>x</i>")
    console.enter()
    for path in ("/calls", "/calls/c1"):
        page = console.page(path)
        assert "<script>alert" not in page
        assert "<b>No" not in page
        assert "&lt;i&gt;x" in page


def test_calls_that_go_on_are_shown_with_their_last_words(console: Console) -> None:
    happened(console.site.store, "c1", GOING_ON, ("caller_said", {"turn": 1, "text": "Are you open?"}))
    spoken(console.site.store, "c2", "Hello?", "Hello.")
    console.enter()
    page = console.page("/live")
    assert 'data-call="c1"' in page
    assert "Are you open?" in page
    assert 'data-call="c2"' not in page
    assert "hangup" in page
    console.enter("bob", "viewer")
    assert "hangup" not in console.page("/live")


async def test_what_happens_is_told_as_it_happens(console: Console, redis_url: str) -> None:
    console.enter("bob", "viewer")
    bus = Bus.connect(redis_url)
    await bus.emit("caller_said", "c1", text="before", agent="shop")
    before = await bus.last_id("events")
    await bus.emit("caller_said", "c1", text="Are you open?", agent="shop")
    await bus.close()
    session = console.browser.cookies["parley_console"]
    # It ends with the session: who is removed hears no more.
    with console.browser.stream("GET", "/live/events?call=c1", headers={"Last-Event-ID": before}) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        told = ""
        for piece in answer.iter_text():
            told += piece
            if "Are you open?" in told:
                console.door.sessions.end(session)
    assert "before" not in told.replace("from now on", "")


async def test_a_call_is_steered_once_and_the_log_names_who_did_it(console: Console, redis_url: str) -> None:
    console.enter("olga", "operator")
    with going_on(redis_url, "c1"):
        for _ in range(2):
            answer = console.send("/calls/c1/say", text=" Hello. ", once="abc", back="call")
            assert (answer.status_code, answer.headers["location"]) == (303, "/calls/c1?told=say")
        assert console.send("/calls/c1/hangup", once="def").headers["location"] == "/live?told=hangup"
    done = [entry for entry in console.done() if entry[1].startswith("call.")]
    assert done == [("console.olga", "call.say", "c1", "done"), ("console.olga", "call.hangup", "c1", "done")]
    refused = console.send("/calls/c9/hangup", once="ghi")
    assert refused.status_code == 404
    assert "no call c9 goes on" in refused.text


def test_who_may_not_is_refused_by_the_api_itself(console: Console) -> None:
    agent(console.site, "shop")
    spoken(console.site.store, "c1", "Hello?", "Hello.", recording={"file": "c1.wav"})
    console.enter("bob", "viewer")
    assert "<audio" not in console.page("/calls/c1")
    assert "is not good for recordings:read" in console.page("/calls/c1/recording", 403)
    for path, fields in (
        ("/calls/c1/hangup", {}),
        ("/settings/outage", {"on": "yes"}),
        ("/settings/users", {"name": "eve", "role": "admin"}),
        ("/settings/users/remove", {"name": "anna"}),
        ("/agents/shop/versions/1", {"seen": "0" * 16}),
        ("/questions/answer", {"do": "publish", "agent": "shop", "questions": "Why?", "answer": "So."}),
        ("/agents/shop", {"do": "save", "yaml": "company: Shop\n", "seen": "0" * 16}),
    ):
        assert console.send(path, **fields).status_code == 403, path
    page = console.page("/settings")
    assert "Users" not in page
    assert "Keys of the API" not in page


def test_calls_are_searched_and_paged(console: Console) -> None:
    for number in range(60):
        spoken(
            console.site.store, f"c{number}", f"Question {number}?", "Yes.", at=1_780_000_000.0 + 100 * number
        )
    console.enter()
    page = console.page("/calls")
    assert "/calls/c59" in page
    assert '/calls/c9"' not in page
    older = page.rpartition('<a href="/calls?')[2].partition('"')[0].replace("&amp;", "&")
    assert '/calls/c9"' in console.page(f"/calls?{older}")
    found = console.page("/calls?text=question+42&agent=shop&since=2026-05-28&until=2026-05-28")
    assert "/calls/c42" in found
    assert "/calls/c41" not in found
    assert "No call is kept" in console.page("/calls?caller=4711")
    assert "is no day" in console.page("/calls?since=yesterday", 422)


def test_a_caller_leads_to_all_calls_of_theirs(console: Console) -> None:
    for call, caller in (("c1", "+4930123456"), ("c2", "1001"), ("c3", "+4930123456")):
        spoken(console.site.store, call, "Hello?", "Hello.", caller=caller)
    console.enter()
    link = "/calls?caller=%2B4930123456"
    for path in ("/calls", "/calls/c1"):
        assert f'href="{link}"' in console.page(path)
    page = console.page(link)
    assert [call for call in ("c1", "c2", "c3") if f'href="/calls/{call}"' in page] == ["c1", "c3"]


def test_a_call_is_shown_whole(console: Console) -> None:
    happened(
        console.site.store,
        "c1",
        ("call_started", {"caller": "1001", "extension": "100", "agent_version": "9f86d081884c7d65"}),
        ("caller_said", {"turn": 1, "text": "Are you open?"}),
        (
            "turn",
            {"turn": 1, "revision": 1, "voice_to_voice": 0.553, "stt": 0.12, "tts": 0.1, "ready_at": 0.5},
        ),
        ("agent_said", {"revision": 1, "text": "We open", "whole": False}),
        ("key", {"digit": "7"}),
        ("transfer_started", {"target": "sales"}),
        ("note", {"text": "A regular."}),
        ("call_ended", {"outcome": "caller_hung_up", "caller": "1001", "mos": 4.3}),
    )
    console.enter()
    page = console.page("/calls/c1")
    for text in (
        "Are you open?",
        "We open",
        "interrupted",
        "0.55 s",
        "<rect",
        "<kbd>7</kbd>",
        "sales",
        "A regular.",
        "4.3",
        "9f86d081884c7d65",
        "caller hung up",
    ):
        assert text in page, text
    german = console.browser.get("/calls/c1", headers={"Accept-Language": "de"}).text
    assert "Anrufer legte auf" in german
    assert '<html lang="de">' in german
    assert "no call c9 is kept" in console.page("/calls/c9", 404)


def test_what_became_of_a_call_is_shown_and_looked_for(console: Console) -> None:
    spoken(console.site.store, "c1", "Hello?", "Hello.")
    insight = Insight(
        outcome="unknown_answer",
        tags=["DEAD_AIR"],
        score=42,
        parts={"dead_air": 17},
        category="tea",
        category_by="topic",
    )
    console.site.store.analysed("c1", insight)
    console.enter()
    page = console.page("/calls/c1")
    for text in (
        "unknown answer",
        "42 / 100",
        "dead air",
        'href="/calls?category=tea"',
        "by likeness to other calls",
        'href="/calls?tag=DEAD_AIR"',
    ):
        assert text in page, text
    assert "/calls/c1" in console.page("/calls?tag=DEAD_AIR&outcome=unknown_answer")
    assert "No call is kept" in console.page("/calls?tag=LOOP")
    german = console.browser.get("/calls/c1", headers={"Accept-Language": "de"}).text
    assert "TOTE LEITUNG" in german


def test_what_was_misunderstood_is_corrected_once_the_call_is_over(console: Console, redis_url: str) -> None:
    spoken(console.site.store, "c1", "When do you open?", "At nine.")
    happened(console.site.store, "c2", GOING_ON, ("caller_said", {"turn": 1, "text": "Are you open?"}))
    console.enter("olga", "operator")
    assert "/calls/c2/turns/" not in console.page("/calls/c2")
    assert console.page("/calls/c1").count('action="/calls/c1/turns/1"') == 1
    with keeping(redis_url, console.site.folder):
        answer = console.send("/calls/c1/turns/1", text=" When do you <b>close</b>? ")
    assert (answer.status_code, answer.headers["location"]) == (303, "/calls/c1?told=corrected")
    page = console.page("/calls/c1?told=corrected")
    assert "What was really said is kept." in page
    assert "When do you &lt;b&gt;close&lt;/b&gt;?" in page
    assert ("console.olga", "call.correct", "c1", "done") in console.done()
    console.enter("bob", "viewer")
    assert "/turns/" not in console.page("/calls/c1")
    assert console.send("/calls/c1/turns/1", text="x").status_code == 403


def test_a_recording_is_heard_by_ranges_and_that_is_written_down(console: Console) -> None:
    spoken(console.site.store, "c1", "Hello?", "Hello.", recording={"file": "c1.wav"})
    (console.site.folder / "recordings/c1.wav").write_bytes(SOUND)
    console.enter("olga", "operator")
    assert "<audio" in console.page("/calls/c1")
    whole = console.browser.get("/calls/c1/recording")
    assert (whole.content, whole.headers["content-type"]) == (SOUND, "audio/wav")
    part = console.browser.get("/calls/c1/recording", headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, SOUND[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(SOUND)}"
    assert ("console.olga", "recording.read", "c1", "done") in console.done()
    beyond = console.browser.get("/calls/c1/recording", headers={"Range": "bytes=99999-"})
    assert beyond.status_code == 416


def test_what_a_caller_left_is_read_and_heard(console: Console) -> None:
    message = {"name": "Ann", "number": "1001", "message": "Call me <b>back</b>."}
    voicemail = {"file": "/var/spool/asterisk/recording/voicemail/c1.wav"}
    spoken(console.site.store, "c1", "Hello?", "Hello.", message=message, voicemail=voicemail)
    (console.site.folder / "recordings/voicemail/c1.wav").write_bytes(SOUND)
    console.enter("olga", "operator")
    page = console.page("/calls/c1")
    assert "Call me &lt;b&gt;back" in page
    assert 'src="/calls/c1/voicemail"' in page
    assert console.browser.get("/calls/c1/voicemail").content == SOUND
    assert ("console.olga", "voicemail.read", "c1", "done") in console.done()
    console.enter("bob", "viewer")
    assert "<audio" not in console.page("/calls/c1")
    console.page("/calls/c1/voicemail", 403)


def test_the_versions_that_share_an_agents_calls_stand_side_by_side(console: Console) -> None:
    agent(console.site, "shop")
    console.enter()
    assert "Experiment" not in console.page("/agents/shop")
    for number, variant in enumerate("aaabbb"):
        happened(
            console.site.store,
            f"c{number}",
            ("call_started", {"caller": "1001", "experiment": "shorter", "variant": variant}),
            ("call_ended", {"outcome": "caller_hung_up"}),
        )
        found = Insight(outcome="resolved" if number else "failed", tags=[], score=80, parts={})
        console.site.store.analysed(f"c{number}", found)
    page = " ".join(console.page("/agents/shop").split())
    assert "Experiment shorter" in page
    assert "66.7 %" in page
    assert "no difference seen" in page
    assert "too few to tell" in page
    assert "shorter, b" in console.page("/calls/c5")


def test_an_agent_is_changed_by_who_saw_its_version(console: Console) -> None:
    folder = agent(console.site, "shop")
    console.enter()
    console.page("/agents/shop")
    text = (folder / "agent.yaml").read_text()
    broken = console.send("/agents/shop", do="check", yaml=f"{text}menus: 3\n", seen="x")
    assert "menus" in broken.text.partition('id="errors"')[2].partition("</ul>")[0]
    assert (folder / "agent.yaml").read_text() == text
    good = console.send("/agents/shop", do="check", yaml=text.replace("Hello!", "Good day!"), seen="x")
    assert "Nothing has been saved yet" in good.text
    # What somebody else has changed meanwhile is not overwritten, and what was written is not lost.
    stale = console.send("/agents/shop", do="save", yaml=f"{text}# mine\n", seen="0" * 16)
    assert stale.status_code == 412
    assert "# mine" in stale.text
    seen = console.page("/agents/shop").partition('name="seen" value="')[2][:16]
    saved = console.send(
        "/agents/shop", do="save", yaml=text.replace("Hello!", "Good day!").replace("\n", "\r\n"), seen=seen
    )
    assert saved.headers["location"] == "/agents/shop?told=saved"
    assert (folder / "agent.yaml").read_text() == text.replace("Hello!", "Good day!")
    page = console.page("/agents/shop/versions/2")
    assert '<span class="added">+greeting: Good day!' in page
    assert "console.anna" in page
    seen = console.page("/agents/shop").partition('name="seen" value="')[2][:16]
    assert (
        console.send("/agents/shop/versions/1", seen=seen).headers["location"] == "/agents/shop?told=restored"
    )
    assert (folder / "agent.yaml").read_text() == text


async def test_what_was_read_in_files_is_shown(
    console: Console, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "FILES_S", 12.0)  # a busy machine answers late
    folder = agent(console.site, "shop")
    for name in ("good.md", "empty.md", "new.md"):
        (folder / "knowledge" / name).write_text("- We open at nine.\n")
    version = document.version(b"- We open at nine.\n")
    read = {
        "good.md": ReadFile(version=version, facts=17, complaint=""),
        "empty.md": ReadFile(version=version, facts=0, complaint="has no text"),
    }
    console.enter("bob", "viewer")
    async with worker(redis_url, lambda _: InquiryAnswer(result="answered", files=read)):
        page = await asyncio.to_thread(console.page, "/agents/shop")
    rows = {
        name: page.partition(f">{name}<")[2].partition("</tr>")[0]
        for name in ("good.md", "empty.md", "new.md")
    }
    assert "17 facts" in rows["good.md"]
    assert "has no text" in rows["empty.md"]
    assert "not known" in rows["new.md"]
    (folder / "agent.yaml").write_text("company: [\n")
    assert "good.md" not in console.page("/agents/shop")


async def test_the_outage_switch(console: Console, redis_url: str) -> None:
    console.enter("olga", "operator")
    bus = Bus.connect(redis_url)
    for on in (True, False):
        answer = console.send("/settings/outage", on="yes" if on else "no")
        assert answer.headers["location"] == "/settings?told=outage"
        assert await bus.outage() == on
        assert ("All calls go to people." in console.page("/settings")) == on
    await bus.close()
    assert ("console.olga", "outage", "on", "done") in console.done()


def test_admins_make_users_and_remove_them(console: Console) -> None:
    console.site.key("calls:read", name="crm")
    console.enter()
    made = console.send("/settings/users", name="Olga", role="operator")
    assert "/first/" in made.text
    assert "olga" in made.text
    assert console.send("/settings/users", name="two words", role="viewer").status_code == 422
    assert console.send("/settings/users", name="anna", role="viewer").status_code == 409
    assert console.send("/settings/users/remove", name="anna").status_code == 409
    page = console.page("/settings")
    assert "crm" in page
    assert ("console.anna", "console.user", "olga", "operator") in console.done()
    assert console.send("/settings/users/remove", name="olga").headers["location"] == "/settings?told=removed"
    assert [user.name for user in console.door.users.all()] == ["anna"]


def test_a_user_whose_key_was_revoked_has_to_log_in_again(console: Console) -> None:
    console.enter()
    console.page("/live")
    assert console.site.keys.revoke("console.anna")
    assert "has been revoked" in console.page("/live", 401)
    console.enter()
    console.page("/live")


def test_what_there_is_not_is_said(console: Console) -> None:
    console.enter()
    assert "That did not work" in console.page("/nothing", 404)
    console.page("/agents/nobody", 404)
    console.page("/agents/shop/versions/x", 404)


def test_the_console_says_when_the_api_is_away(console: Console, tmp_path: Path) -> None:
    console.enter()
    console.app.state.upstream._client.base_url = "http://127.0.0.1:1/api/v1"
    assert "cannot be reached" in console.page("/live", 503)


LANDMARKS = (
    '<html lang="en">',
    "<header>",
    "<nav aria-label=",
    '<main id="main">',
    "<h1",
    'aria-current="page"',
    'href="#main"',
)


def test_pages_have_their_landmarks(console: Console) -> None:
    agent(console.site, "shop")
    console.enter()
    happened(console.site.store, "chat-1", ("call_started", {"channel": "web"}))
    chats = ("/messages", "/messages/chat-1")
    others = ("/live", "/calls", "/questions", "/agents", "/agents/shop", "/settings", "/settings/webhooks")
    for path in (*chats, *others):
        page = console.page(path)
        assert [part for part in LANDMARKS if part not in page] == [], path
