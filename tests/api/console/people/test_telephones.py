"""A telephone in the console from page to page. Asterisk's side is a real WebSocket server."""

import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

import pytest
from starlette.testclient import WebSocketTestSession
from starlette.websockets import WebSocketDisconnect
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection

from api.console.people import standing, telephones
from api.console.people.sip import answer
from api.console.phone.messages import Message, read
from parley.outside.push.box import Browser
from tests.api.console.conftest import URL, Console, opened
from tests.api.console.sockets import listening, page_of

WAIT_S = 20
ENDS = "Content-Length: 0\r\n\r\n"
CHALLENGE = 'WWW-Authenticate: Digest realm="parley",nonce="1",algorithm=MD5,qop="auth"\r\n'
POINT = urlsafe_b64encode(b"\x04" + bytes(64)).decode().rstrip("=")
SECRET = urlsafe_b64encode(bytes(16)).decode().rstrip("=")


def invite(call: str) -> str:
    return "\r\n".join(
        (
            "INVITE sip:1010@x;transport=ws SIP/2.0",
            "Via: SIP/2.0/WS asterisk;branch=z9hG4bK1",
            "From: <sip:4930@asterisk>;tag=a",
            "To: <sip:1010@x>",
            f"Call-ID: {call}",
            "CSeq: 1 INVITE",
            "Content-Length: 0\r\n\r\n",
        )
    )


def later(method: str, call: str) -> str:
    return invite(call).replace("INVITE", method)


class Asterisk:
    """Takes every registration and errand, and keeps what it was told."""

    def __init__(self) -> None:
        self.told: Queue[Message] = Queue()
        self.lines: Queue[ServerConnection] = Queue()

    def __call__(self, line: ServerConnection) -> None:
        self.lines.put(line)
        try:
            for frame in line:
                message = read(str(frame))
                assert message is not None
                self.told.put(message)
                if message.method == "REGISTER" and not message.header("authorization"):
                    line.send(
                        answer(message, 481, "theirs")
                        .replace("481", "401", 1)
                        .replace(ENDS, CHALLENGE + ENDS)
                    )
                elif message.method in ("REGISTER", "INVITE"):
                    line.send(answer(message, 200 if message.method == "REGISTER" else 486, "theirs"))
        except ConnectionClosed:
            pass

    def next(self, about: str, status: int = 0) -> Message:
        """The next that it is told of this kind."""
        while True:
            message = self.told.get(timeout=WAIT_S)
            proven = message.method != "REGISTER" or message.header("authorization")
            if message.about == about and message.status == status and proven:
                return message


@contextmanager
def asterisk() -> Iterator[tuple[str, Asterisk]]:
    it = Asterisk()
    with listening(it) as where:
        yield where, it


@pytest.fixture
def desk(tmp_path: Path, redis_url: str) -> Iterator[tuple[Console, Asterisk]]:
    """Olga's, who has 1010 and is logged in."""
    with (
        asterisk() as (where, it),
        opened(tmp_path, redis_url, asterisk=where, web="the-secret", phones="1010,1011") as console,
    ):
        console.enter("olga", "operator")
        console.app.state.telephones.numbers.give("olga", "1010")
        yield console, it


def open_page(console: Console, origin: str = URL) -> WebSocketTestSession:
    return page_of(console, "/phone/sip", origin)


def take_a_call(page: WebSocketTestSession, it: Asterisk) -> None:
    """Have the call c1 ring a page once that is registered, and take it there."""
    it.next("REGISTER")
    it.lines.get(timeout=WAIT_S).send(invite("c1"))
    rung = read(page.receive_text())
    assert rung is not None
    page.send_text(answer(rung, 200, "page"))
    it.next("INVITE", 200)


def wish(console: Console, what: str) -> dict[str, object]:
    answered = console.send(f"/phone/wishes/{what}")
    assert answered.status_code == 200, answered.text
    found: dict[str, object] = answered.json()
    return found


def wait_for(there: Callable[[], bool]) -> None:
    since = time.monotonic()
    while not there():
        assert time.monotonic() - since < WAIT_S
        time.sleep(0.01)


def state(console: Console) -> str:
    return str(console.browser.get("/phone").json()["state"])


def test_who_is_available_is_registered_and_who_goes_away_no_more(desk: tuple[Console, Asterisk]) -> None:
    console, it = desk
    assert wish(console, "available")["state"] == "away"  # no page is open yet
    with open_page(console):
        assert it.next("REGISTER").header("expires") == "300"
        assert wish(console, "away") == {
            "number": "1010",
            "available": False,
            "wrap_up": False,
            "state": "away",
        }
        assert it.next("REGISTER").header("expires") == "0"
        wish(console, "available")
        assert it.next("REGISTER").header("to") == "<sip:1010@parley.invalid>"
        assert state(console) == "free"


def test_a_call_rings_the_page_and_is_taken(desk: tuple[Console, Asterisk]) -> None:
    console, it = desk
    wish(console, "available")
    with open_page(console) as page:
        it.next("REGISTER")
        it.lines.get(timeout=WAIT_S).send(invite("c1"))
        rung = read(page.receive_text())
        assert rung is not None
        assert rung.call == "c1"
        it.next("INVITE", 100)
        assert state(console) == "ringing"
        page.send_text(answer(rung, 200, "page"))
        assert it.next("INVITE", 200).header("x-parley-web") == "the-secret.1010"
        assert state(console) == "talking"


def test_from_page_to_page_the_line_is_the_same_and_what_rings_rings_on(
    desk: tuple[Console, Asterisk],
) -> None:
    console, it = desk
    wish(console, "available")
    with open_page(console):
        it.next("REGISTER")
        line = it.lines.get(timeout=WAIT_S)
    line.send(invite("c1"))
    it.next("INVITE", 100)
    assert state(console) == "ringing"
    with open_page(console) as page:
        rung = read(page.receive_text())
        assert rung is not None
        assert rung.call == "c1"
    assert it.lines.empty()
    with open_page(console) as page:  # nobody had answered there either
        assert "Call-ID: c1" in page.receive_text()


def test_what_is_given_up_while_no_page_is_there_rings_no_more(desk: tuple[Console, Asterisk]) -> None:
    console, it = desk
    wish(console, "available")
    with open_page(console):
        it.next("REGISTER")
        line = it.lines.get(timeout=WAIT_S)
    line.send(invite("c1"))
    it.next("INVITE", 100)
    line.send(later("CANCEL", "c1"))
    it.next("CANCEL", 200)
    it.next("INVITE", 487)
    assert state(console) == "free"


def test_a_line_without_a_page_ends_after_a_while_and_tells_who_rings(
    desk: tuple[Console, Asterisk], monkeypatch: pytest.MonkeyPatch
) -> None:
    console, it = desk
    wish(console, "available")
    monkeypatch.setattr(telephones, "STAYS_S", 1.0)
    with open_page(console):
        it.next("REGISTER")
        line = it.lines.get(timeout=WAIT_S)
        line.send(invite("c1"))
        it.next("INVITE", 100)
    it.next("INVITE", 480)
    assert console.browser.get("/phone").json()["available"] is True


def test_in_wrap_up_queues_pause_and_nothing_rings(desk: tuple[Console, Asterisk]) -> None:
    console, it = desk
    wish(console, "available")
    with open_page(console):
        it.next("REGISTER")
        line = it.lines.get(timeout=WAIT_S)
        assert wish(console, "wrap-up")["state"] == "wrap-up"
        asked = it.next("INVITE")
        assert asked.header("to") == "<sip:pause@parley.invalid>"
        assert it.next("ACK").call == asked.call
        line.send(invite("c1"))
        assert it.next("INVITE", 486).call == "c1"
        assert wish(console, "ready")["state"] == "free"
        assert it.next("INVITE").header("to") == "<sip:ready@parley.invalid>"
    with open_page(console):  # nothing is asked of Asterisk again
        assert state(console) == "free"


def test_whoever_has_a_number_next_does_not_have_its_pause(desk: tuple[Console, Asterisk]) -> None:
    console, it = desk
    wish(console, "available")
    with open_page(console):
        it.next("REGISTER")
        wish(console, "wrap-up")
        assert it.next("INVITE").header("to") == "<sip:pause@parley.invalid>"
    console.enter("anna", "admin")
    assert console.send("/people/numbers", name="olga", number="").status_code == 303
    console.enter("omar", "operator")
    console.app.state.telephones.numbers.give("omar", "1010")
    with open_page(console):
        assert it.next("INVITE").header("to") == "<sip:ready@parley.invalid>"


def test_asterisks_questions_are_answered_without_a_page(desk: tuple[Console, Asterisk]) -> None:
    console, it = desk
    wish(console, "available")
    with open_page(console):
        it.next("REGISTER")
        it.lines.get(timeout=WAIT_S).send(later("OPTIONS", "o1"))
        assert it.next("OPTIONS", 200).call == "o1"


@pytest.mark.parametrize("role", ["", "viewer"])
def test_a_telephone_whose_user_may_have_none_any_more_ends_with_its_call(
    desk: tuple[Console, Asterisk], role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    console, it = desk
    monkeypatch.setattr(standing, "LOOK_S", 0.05)
    wish(console, "available")
    with open_page(console) as page:
        take_a_call(page, it)
        console.demote("olga", role)
        with pytest.raises(WebSocketDisconnect) as closed:
            page.receive_text()
    assert closed.value.code == 1008
    end = it.next("BYE")
    assert (end.call, end.header("from")) == ("c1", "<sip:1010@x>;tag=page")


def test_a_call_that_its_page_has_left_is_hung_up_after_a_while(
    desk: tuple[Console, Asterisk], monkeypatch: pytest.MonkeyPatch
) -> None:
    console, it = desk
    monkeypatch.setattr(telephones, "STAYS_S", 0.2)
    assert browse(console) == 200  # the line stays
    wish(console, "available")
    with open_page(console) as page:
        take_a_call(page, it)
        assert state(console) == "talking"
    assert it.next("BYE").call == "c1"
    wait_for(lambda: state(console) == "free")


def test_a_page_registers_nothing_itself(desk: tuple[Console, Asterisk]) -> None:
    console, it = desk
    with open_page(console) as page:
        page.send_text(later("REGISTER", "r1"))
        with pytest.raises(WebSocketDisconnect) as closed:
            page.receive_text()
    assert closed.value.code == 1008
    assert it.told.empty()


def test_whose_number_is_taken_away_is_rung_no_more(desk: tuple[Console, Asterisk]) -> None:
    console, it = desk
    wish(console, "available")
    with open_page(console) as page:
        it.next("REGISTER")
        console.enter("anna", "admin")
        assert console.send("/people/numbers", name="olga", number="").status_code == 303
        with pytest.raises(WebSocketDisconnect):
            page.receive_text()
    console.enter("olga", "operator")
    assert console.browser.get("/phone").json() == {"number": ""}


@pytest.mark.parametrize(
    ("name", "role", "origin"),
    [("eve", "operator", URL), ("olga", "viewer", URL), ("olga", "operator", "https://evil.example")],
)
def test_who_has_no_telephone_or_comes_from_elsewhere_is_refused(
    desk: tuple[Console, Asterisk], name: str, role: str, origin: str
) -> None:
    console, _ = desk
    console.enter(name, role)
    with pytest.raises(WebSocketDisconnect) as refused, open_page(console, origin):
        pass
    assert refused.value.code == 1008


def test_of_one_telephone_there_are_as_many_lines_as_asterisk_rings(desk: tuple[Console, Asterisk]) -> None:
    console, it = desk
    pages = [open_page(console) for _ in range(telephones.MOST_OF_ONE)]
    for page in pages:
        page.__enter__()
        it.lines.get(timeout=WAIT_S)
    with open_page(console) as page, pytest.raises(WebSocketDisconnect) as refused:
        page.receive_text()
    assert refused.value.code == 1013
    for page in pages:
        page.__exit__(None, None, None)


def browse(console: Console, step: str = "add") -> int:
    fields = {"endpoint": "https://push.example/1", "p256dh": POINT, "auth": SECRET}
    return console.send(f"/phone/browsers/{step}", **fields).status_code


def test_who_can_be_told_otherwise_is_rung_without_a_page(
    desk: tuple[Console, Asterisk], monkeypatch: pytest.MonkeyPatch
) -> None:
    console, it = desk
    monkeypatch.setattr(telephones, "STAYS_S", 0.05)
    box = console.app.state.telephones.box
    looked: list[str] = []
    of = box.of

    def look(name: str) -> list[Browser]:
        looked.append(name)
        found: list[Browser] = of(name)
        return found

    monkeypatch.setattr(box, "of", look)
    assert browse(console) == 200
    wish(console, "available")
    with open_page(console):
        it.next("REGISTER")
        line = it.lines.get(timeout=WAIT_S)
        line.send(invite("c1"))
        it.next("INVITE", 100)
        assert box.rung() == []  # the page rings
        line.send(later("CANCEL", "c1"))
    wait_for(lambda: len(looked) >= 3)  # a line would have ended at the first otherwise
    line.send(invite("c2"))
    it.next("INVITE", 100)
    wait_for(lambda: [name for name, _ in box.rung()] == ["olga"])
    with open_page(console) as page:
        assert "Call-ID: c2" in page.receive_text()
    wish(console, "away")
    it.next("INVITE", 480)


def test_only_what_is_a_browser_is_told(desk: tuple[Console, Asterisk]) -> None:
    console, _ = desk
    box = console.app.state.telephones.box
    answered = console.send("/phone/browsers/add", endpoint="http://redis:6379/", p256dh=POINT, auth=SECRET)
    assert answered.status_code == 422
    assert "endpoint" in answered.text
    assert browse(console) == 200
    assert len(console.browser.get("/phone").json()["key"]) == 87
    assert console.browser.get("/phone").json()["browsers"] == ["https://push.example/1"]
    assert len(box.of("olga")) == 1
    assert browse(console, "remove") == 200
    assert box.of("olga") == []
    console.enter("eve", "operator")
    assert browse(console) == 409
