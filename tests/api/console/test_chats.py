"""Chats in the console: the list, one of them, and a person who takes the place of the agent."""

from threading import Timer

import pytest

from api.console.chats import routes
from api.live import orders
from parley.messages import Command, CommandAnswer
from tests.api.conftest import happened, spoken
from tests.api.console.conftest import Console
from tests.api.gateway import Reply, done, going_on

WEB: dict[str, object] = {"caller": "", "extension": "", "channel": "web"}
SMS: dict[str, object] = {"caller": "+4915112345678", "extension": "100", "channel": "sms"}
_AFTER: dict[str, tuple[str, dict[str, object]]] = {
    "take": ("transfer_connected", {"to": "chat"}),
    "say": ("person_said", {"text": "This is Ann."}),
    "give_back": ("transfer_ended", {"to": "chat", "outcome": "taken_back"}),
    "hangup": ("call_ended", {"outcome": "closed", **WEB}),
}
"""What a chat tells when it was asked for that."""


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine answers late."""
    monkeypatch.setattr(orders, "ANSWERED_S", 12.0)
    monkeypatch.setattr(routes, "TAKEN_IN_S", 12.0)


def begun(console: Console, chat: str, *events: tuple[str, dict[str, object]], **whose: object) -> None:
    happened(console.site.store, chat, ("call_started", {**(whose or WEB)}), *events)


def telling(console: Console, late_s: float) -> Reply:
    """A chat that does what it is asked, and of which the records hear so much later."""

    def reply(command: Command) -> CommandAnswer:
        Timer(late_s, happened, (console.site.store, command.call, _AFTER[command.verb])).start()
        return done(command)

    return reply


def test_who_waits_for_a_person_stands_first_and_calls_are_not_listed(console: Console) -> None:
    begun(console, "chat-1", ("caller_said", {"turn": 1, "text": "Are you open?"}))
    begun(console, "chat-2", ("transfer_started", {"to": "chat"}))
    begun(console, "chat-3", ("call_ended", {"outcome": "visitor_left", **SMS}), **SMS)
    spoken(console.site.store, "c1", "Hello?", "Hello.")
    console.enter("bob", "viewer")
    page = console.page("/messages")
    now, _, kept = page.partition('id="kept"')
    assert now.index('data-call="chat-2"') < now.index('data-call="chat-1"')
    assert "waits for a person" in now
    assert "Waiting for a person: 1" in now
    assert "Are you open?" in now
    assert "/messages/chat-3" in kept
    assert "visitor left" in kept
    assert "/messages/chat-1" not in kept
    assert "/c1" not in page
    assert "chat-2" in console.page("/messages?channel=web")
    found = console.page("/messages?channel=sms&caller=%2B49151+12345678")
    assert "/messages/chat-3" in found
    assert "chat-2" not in found
    assert 'href="/messages/chat-1"' in console.page("/live")


def test_chats_are_paged(console: Console) -> None:
    for number in range(60):
        ended = ("call_ended", {"outcome": "silent", **SMS})
        began = 1_780_000_000.0 + number
        happened(console.site.store, f"chat-{number}", ("call_started", SMS), ended, at=began)
    console.enter()
    page = console.page("/messages")
    assert "/messages/chat-59" in page
    assert '/messages/chat-9"' not in page
    older = page.partition('<a href="/messages?')[2].partition('"')[0].replace("&amp;", "&")
    assert '/messages/chat-9"' in console.page(f"/messages?{older}")
    assert "No chat is kept" in console.page("/messages?text=nothing+of+it")


def test_a_thread_is_shown_by_pages_of_its_lines(console: Console) -> None:
    begun(console, "chat-1", *(("caller_said", {"turn": n, "text": f"Line {n}."}) for n in range(120)))
    console.enter("bob", "viewer")
    page = console.page("/messages/chat-1")
    assert "Line 119." in page
    assert "Line 20." in page
    assert "Line 19." not in page
    assert 'data-thread="chat-1"' in page
    earlier = console.page("/messages/chat-1?until=20")
    assert "Line 0." in earlier
    assert "Line 20." not in earlier
    assert "data-thread" not in earlier


def test_what_is_written_stays_text_and_viewers_only_read(console: Console) -> None:
    begun(console, "chat-1", ("caller_said", {"turn": 1, "text": "<script>alert(1)</script>"}))
    console.enter("bob", "viewer")
    for path in ("/messages", "/messages/chat-1"):
        page = console.page(path)
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page
        assert "/take" not in page
    assert console.send("/messages/chat-1/take").status_code == 403
    spoken(console.site.store, "c1", "Hello?", "Hello.")
    assert console.browser.get("/messages/c1").headers["location"] == "/calls/c1"
    assert "is kept" in console.page("/messages/chat-9", 404)


def test_a_person_takes_a_chat_writes_gives_it_back_and_closes_it(console: Console, redis_url: str) -> None:
    begun(console, "chat-1", ("caller_said", {"turn": 1, "text": "A person, please."}))
    console.enter("olga", "operator")
    assert "/messages/chat-1/say" not in console.page("/messages/chat-1")
    with going_on(redis_url, "chat-1", telling(console, late_s=0.3)):
        for _ in range(2):
            taken = console.send("/messages/chat-1/take", once="a")
            assert taken.headers["location"] == "/messages/chat-1?told=take"
        # The page that follows knows it, though the records have heard of it later.
        page = console.page("/messages/chat-1?told=take")
        assert "/messages/chat-1/say" in page
        assert "/messages/chat-1/take" not in page
        assert console.send("/messages/chat-1/say", text=" This is Ann. ", once="b").status_code == 303
        page = console.page("/messages/chat-1?told=said")
        assert "This is Ann." in page
        assert "autofocus" in page
        assert console.send("/messages/chat-1/give-back", once="c").status_code == 303
        assert "/messages/chat-1/take" in console.page("/messages/chat-1")
        assert console.send("/messages/chat-1/close", once="d").status_code == 303
        page = console.page("/messages/chat-1")
        assert "<form" not in page.partition("<main")[2]
        assert "data-thread" not in page
    verbs = [(who, action) for who, action, subject, _ in console.done() if subject == "chat-1"]
    assert verbs == [("console.olga", f"call.{verb}") for verb in ("take", "say", "give_back", "hangup")]


def test_what_a_chat_refuses_is_said(console: Console, redis_url: str) -> None:
    def refused(command: Command) -> CommandAnswer:
        reason = "a person has the chat already"
        return CommandAnswer(call=command.call, id=command.id, result="refused", reason=reason)

    begun(console, "chat-1")
    console.enter("olga", "operator")
    with going_on(redis_url, "chat-1", refused):
        answer = console.send("/messages/chat-1/take", once="a")
    assert (answer.status_code, "a person has the chat already" in answer.text) == (409, True)
    assert console.send("/messages/chat-1/nothing").status_code == 404
