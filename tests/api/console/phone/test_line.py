"""From a page to Asterisk and back: who may, and until when. Asterisk's side is a real WebSocket server."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

import pytest
from starlette.testclient import WebSocketTestSession
from starlette.websockets import WebSocketDisconnect
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection

from api.console.phone import line
from api.console.phone.line import MOST
from tests.api.conftest import agent
from tests.api.console.conftest import URL, Console, opened
from tests.api.console.sockets import listening, page_of

BYE = "BYE sip:172.18.0.2:8088 SIP/2.0\r\nCSeq: 2 BYE\r\nContent-Length: 0\r\n\r\n"
OK = "SIP/2.0 200 OK\r\nCSeq: 2 BYE\r\nContent-Length: 0\r\n\r\n"


INVITE = (
    "INVITE sip:100@parley.invalid SIP/2.0\r\nVia: SIP/2.0/WS x;branch=z9hG4bK1\r\nFrom: <sip:web@x>;tag=page\r\n"
    "To: <sip:100@x>\r\nCall-ID: c1\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n"
)
ANSWER = (
    "SIP/2.0 200 OK\r\nVia: SIP/2.0/WS x;branch=z9hG4bK1\r\nFrom: <sip:web@x>;tag=page\r\nTo: <sip:100@x>;tag=agent\r\n"
    "Contact: <sip:asterisk:8088;transport=ws>\r\nCall-ID: c1\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n"
)
WAIT_S = 20


@contextmanager
def asterisk() -> Iterator[tuple[str, Queue[str]]]:
    """Where one listens that answers everything with OK, and what it is told."""
    told: Queue[str] = Queue()

    def answer(connection: ServerConnection) -> None:
        try:
            for message in connection:
                told.put(str(message))
                connection.send(ANSWER if str(message).startswith("INVITE") else OK)
        except ConnectionClosed:
            pass

    with listening(answer) as where:
        yield where, told


@pytest.fixture
def telephony(tmp_path: Path, redis_url: str) -> Iterator[tuple[Console, Queue[str]]]:
    with (
        asterisk() as (where, told),
        opened(tmp_path, redis_url, asterisk=where, web="the-secret") as console,
    ):
        yield console, told


def dial(console: Console, origin: str = URL) -> WebSocketTestSession:
    return page_of(console, "/call/sip", origin)


def test_what_a_page_says_arrives_with_its_user_and_is_answered(
    telephony: tuple[Console, Queue[str]],
) -> None:
    console, told = telephony
    console.enter("olga", "operator")
    with dial(console) as page:
        page.send_text(BYE)
        assert page.receive_text() == OK
    lines = told.get().split("\r\n")
    assert lines[1:3] == ["X-Parley-Web: the-secret", "X-Parley-User: olga"]


def test_a_call_is_noted_and_a_test_of_the_way_is_not(telephony: tuple[Console, Queue[str]]) -> None:
    console, _ = telephony
    console.enter("olga", "operator")
    called = ("console.olga", "console.call", "olga", "done")
    with dial(console) as page:
        page.send_text(BYE.replace("BYE", "OPTIONS"))
        assert page.receive_text() == OK
        assert called not in console.done()
        page.send_text(INVITE)
        assert page.receive_text() == ANSWER
    assert console.done().count(called) == 1


@pytest.mark.parametrize("role", ["", "viewer"])
def test_a_call_is_hung_up_when_its_user_may_not_call_any_more(
    telephony: tuple[Console, Queue[str]], role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    console, told = telephony
    monkeypatch.setattr(line, "LOOK_S", 0.05)
    console.enter("olga", "operator")
    with dial(console) as page:
        page.send_text(INVITE)
        assert page.receive_text() == ANSWER
        assert told.get(timeout=WAIT_S).startswith("INVITE")
        console.demote("olga", role)
        with pytest.raises(WebSocketDisconnect) as closed:
            page.receive_text()
    assert closed.value.code == 1008
    end = told.get(timeout=WAIT_S)
    assert end.startswith("BYE sip:asterisk:8088;transport=ws SIP/2.0\r\nX-Parley-Web: the-secret\r\n")
    assert "\r\nTo: <sip:100@x>;tag=agent\r\n" in end


def test_a_page_that_is_gone_without_a_word_hangs_up(telephony: tuple[Console, Queue[str]]) -> None:
    console, told = telephony
    console.enter("olga", "operator")
    with dial(console) as page:
        page.send_text(INVITE)
        assert page.receive_text() == ANSWER
    assert told.get(timeout=WAIT_S).startswith("INVITE")
    assert told.get(timeout=WAIT_S).startswith("BYE")


def test_nothing_is_passed_on_once_the_session_is_over(telephony: tuple[Console, Queue[str]]) -> None:
    console, told = telephony
    console.enter("olga", "operator")
    with dial(console) as page:
        console.door.users.remove("olga")
        page.send_text(BYE)
        with pytest.raises(WebSocketDisconnect) as closed:
            page.receive_text()
    assert closed.value.code == 1008
    assert told.empty()


def test_what_is_no_message_of_a_call_ends_it(telephony: tuple[Console, Queue[str]]) -> None:
    console, told = telephony
    console.enter()
    with dial(console) as page:
        page.send_text(BYE.replace("BYE sip", "REGISTER sip"))
        with pytest.raises(WebSocketDisconnect) as closed:
            page.receive_text()
    assert closed.value.code == 1008
    assert told.empty()


@pytest.mark.parametrize(
    ("role", "origin"), [("", URL), ("viewer", URL), ("admin", "https://evil.example"), ("admin", "")]
)
def test_who_may_not_is_not_connected(telephony: tuple[Console, Queue[str]], role: str, origin: str) -> None:
    console, _ = telephony
    if role:
        console.enter("eve", role)
    with pytest.raises(WebSocketDisconnect) as refused, dial(console, origin):
        pass
    assert refused.value.code == 1008


def test_where_there_are_as_many_as_may_be_the_next_one_comes_later(
    telephony: tuple[Console, Queue[str]],
) -> None:
    console, _ = telephony
    console.enter()
    pages = [dial(console) for _ in range(MOST)]
    for page in pages:
        page.__enter__()
        page.send_text(BYE)
        assert page.receive_text() == OK  # it is through to Asterisk, and counted
    with pytest.raises(WebSocketDisconnect) as refused, dial(console):
        pass
    assert refused.value.code == 1013
    for page in pages:
        page.__exit__(None, None, None)


def test_a_page_is_told_when_asterisk_cannot_be_reached(tmp_path: Path, redis_url: str) -> None:
    with opened(tmp_path, redis_url, asterisk="ws://127.0.0.1:1/ws", web="the-secret") as console:
        console.enter()
        with dial(console) as page, pytest.raises(WebSocketDisconnect) as closed:
            page.receive_text()
        assert closed.value.code == 1011


def test_the_page_offers_agents_that_have_a_number_to_who_may_call(
    telephony: tuple[Console, Queue[str]],
) -> None:
    console, _ = telephony
    agent(console.site, "shop")
    console.enter("olga", "operator")
    page = console.page("/call?agent=shop")
    assert '<option value="100" selected>shop (100)</option>' in page
    assert 'data-user="console.olga"' in page
    console.enter("bob", "viewer")
    assert "Operators and admins can call from here." in console.page("/call")


def test_without_the_secret_the_page_says_so_and_nobody_is_connected(console: Console) -> None:
    agent(console.site, "shop")
    console.enter()
    assert "<code>SIP_PASSWORD_WEB</code>" in console.page("/call")
    with pytest.raises(WebSocketDisconnect), dial(console):
        pass
