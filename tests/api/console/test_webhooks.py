"""Receivers in the console: made, changed, tried, and what they did not take is sent again."""

import re

import pytest

from parley.outside.endpoints import Endpoint, new_secret
from parley.outside.notes import Note
from tests.api.console.conftest import Console

URL = "https://crm.example/hook"
PAGE = "/settings/webhooks/crm"
_SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]+")


def told(console: Console, number: int, error: str = "") -> None:
    """Have a message for crm, which is given up where there is an error."""
    console.site.spool.add(Note(f"msg_{number}", "call.ended", "{}", 0.0, f"c{number}", f"c{number}", "shop"))
    if error:
        console.site.spool.failed(number, error, None)


@pytest.fixture
def crm(console: Console) -> Console:
    """A console with a receiver, and an admin in it."""
    console.site.spool.put(Endpoint("crm", URL, new_secret(), ("call.ended",), ("shop",)))
    console.enter()
    return console


def test_a_receiver_is_added_and_its_secret_is_shown_this_once(console: Console) -> None:
    console.enter()
    assert PAGE.rpartition("/")[0] in console.page("/settings")
    fields = {"name": "crm", "url": URL, "event.call.ended": "yes", "agents": "shop, bakery"}
    made = console.send("/settings/webhooks", **fields)
    kept = console.site.spool.endpoint("crm")
    assert kept is not None
    assert (kept.url, kept.events, kept.agents) == (URL, ("call.ended",), ("shop", "bakery"))
    assert _SECRET.findall(made.text.replace("&#43;", "+")) == [kept.secret]
    for path in ("/settings", "/settings/webhooks", PAGE):
        assert "whsec_" not in console.page(path)
    again = console.send("/settings/webhooks", **fields)
    assert (again.status_code, "there is a webhook crm already" in again.text) == (409, True)
    assert ("console.anna", "webhook.put", "crm", "done") in console.done()


@pytest.mark.parametrize("wrong", [{"url": "ftp://crm.example"}, {"name": "two words"}])
def test_what_is_wrong_is_said_and_what_was_written_is_not_lost(
    console: Console, wrong: dict[str, str]
) -> None:
    console.enter()
    fields = {"name": "crm", "url": URL, "event.alert": "yes", "agents": "shop", **wrong}
    answer = console.send("/settings/webhooks", **fields)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert f'name="name" value="{fields["name"]}"' in answer.text
    assert f'value="{fields["url"]}"' in answer.text
    assert re.search(r'name="event\.alert" value="yes" checked', answer.text)
    assert console.site.spool.endpoints() == []


def test_a_receiver_is_changed_and_keeps_its_secret_until_it_is_to_have_another(crm: Console) -> None:
    before = crm.site.spool.endpoint("crm")
    assert before is not None
    changed = crm.send(PAGE, url=f"{URL}/2", agents="")
    assert changed.headers["location"] == f"{PAGE}?told=webhook"
    kept = crm.site.spool.endpoint("crm")
    assert kept == Endpoint("crm", f"{URL}/2", before.secret, (), ())
    assert crm.send(PAGE, url="nothing").status_code == 422
    anew = crm.send(PAGE, do="secret")
    kept = crm.site.spool.endpoint("crm")
    assert kept is not None
    assert kept.secret != before.secret
    assert kept.url == f"{URL}/2"
    assert _SECRET.findall(anew.text.replace("&#43;", "+")) == [kept.secret]
    assert "whsec_" not in crm.page(PAGE)


def test_what_became_of_messages_is_shown_and_sent_again(crm: Console) -> None:
    told(crm, 1, "status: 500")
    told(crm, 2)
    crm.site.spool.failed(2, "no answer", 4e9)
    told(crm, 3)
    crm.site.spool.taken(3, 1_780_000_000.0)
    page = crm.page(PAGE)
    rows = {call: page.partition(f"/calls/{call}")[2].partition("</tr>")[0] for call in ("c1", "c2", "c3")}
    assert "given up" in rows["c1"]
    assert "status: 500" in rows["c1"]
    assert "Send again" in rows["c1"]
    assert "waiting" in rows["c2"]
    assert "no answer" in rows["c2"]
    assert "taken" in rows["c3"]
    assert page.count("Send again</button>") == 1
    assert crm.send(f"{PAGE}/again", number="1").headers["location"] == f"{PAGE}?told=queued"
    assert crm.site.spool.dead(10) == []
    assert crm.send(f"{PAGE}/again", number="1").status_code == 404
    assert crm.send(f"{PAGE}/test").headers["location"] == f"{PAGE}?told=queued"
    assert "test" in [letter.kind for letter in crm.site.spool.due("crm", 2e9, 10)]


def test_messages_are_paged(crm: Console) -> None:
    for number in range(1, 61):
        told(crm, number)
    page = crm.page(PAGE)
    assert "/calls/c60" in page
    assert '/calls/c10"' not in page
    before = page.partition(f'<a href="{PAGE}?')[2].partition('"')[0]
    older = crm.page(f"{PAGE}?{before}")
    assert '/calls/c10"' in older
    assert '/calls/c11"' not in older


def test_a_receiver_is_removed(crm: Console) -> None:
    answer = crm.send(f"{PAGE}/remove")
    assert answer.headers["location"] == "/settings/webhooks?told=webhook-removed"
    assert crm.site.spool.endpoints() == []
    assert "there is no webhook crm" in crm.page(PAGE, 404)


def test_webhooks_are_for_admins(crm: Console) -> None:
    crm.enter("olga", "operator")
    assert "/settings/webhooks" not in crm.page("/settings")
    for path in ("/settings/webhooks", PAGE):
        crm.page(path, 403)
        assert crm.send(path, name="new", url=URL).status_code == 403
    for verb in ("test", "remove", "again"):
        assert crm.send(f"{PAGE}/{verb}", number="1").status_code == 403
    assert [endpoint.name for endpoint in crm.site.spool.endpoints()] == ["crm"]
