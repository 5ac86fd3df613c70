"""Into calls from the page Live: who is shown the way, and what the page's script is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.conftest import happened
from tests.api.console.conftest import Console, opened
from tests.api.gateway import going_on

CALL = ("call_started", {"caller": "+4930123456", "extension": "100"})
CHAT = ("call_started", {"channel": "web", "caller": "somebody"})


@pytest.fixture
def telephony(tmp_path: Path, redis_url: str) -> Iterator[Console]:
    with opened(tmp_path, redis_url, web="the-secret") as console:
        happened(console.site.store, "c1", CALL)
        yield console


def test_who_may_go_into_calls_is_shown_how(telephony: Console) -> None:
    happened(telephony.site.store, "chat-1", CHAT)
    telephony.enter("olga", "operator")
    page = telephony.page("/live")
    assert page.count('data-supervise="listen"') == 1
    for part in ('data-supervise="whisper"', 'data-supervise="take_over"', "supervise.js", 'role="status"'):
        assert part in page
    telephony.enter("bob", "viewer")
    assert "supervise" not in telephony.page("/live")


def test_without_a_way_to_asterisk_nobody_is_shown_one(console: Console) -> None:
    happened(console.site.store, "c1", CALL)
    console.enter()
    assert "supervise" not in console.page("/live")


def test_the_script_is_told_the_way_and_the_log_who_took_it(telephony: Console, redis_url: str) -> None:
    telephony.enter("olga", "operator")
    with going_on(redis_url, "c1"):
        begun = telephony.send("/calls/c1/supervision/begin", mode="listen")
        assert (begun.status_code, begun.json()["extension"].startswith("listen-")) == (200, True)
        assert telephony.send("/calls/c1/supervision/change", mode="take_over").json() == {"result": "done"}
        assert telephony.send("/calls/c1/supervision/end").json() == {"result": "done"}
    assert [entry[:3] for entry in telephony.done() if entry[1].startswith("call.")] == [
        ("console.olga", f"call.{what}", "c1") for what in ("listen", "take_over", "leave")
    ]
    assert telephony.send("/calls/c1/supervision/sing").status_code == 404


def test_the_script_is_told_why_not(telephony: Console) -> None:
    telephony.enter("olga", "operator")
    answer = telephony.send("/calls/c9/supervision/begin", mode="listen")
    assert (answer.status_code, answer.json()) == (404, {"detail": "no call c9 goes on"})
    telephony.enter("bob", "viewer")
    assert telephony.send("/calls/c1/supervision/begin", mode="listen").status_code == 403
    assert telephony.browser.post("/calls/c1/supervision/begin", data={"mode": "listen"}).status_code == 403
