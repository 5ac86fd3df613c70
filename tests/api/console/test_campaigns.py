"""Campaigns in the console: how they stand, taken in by a form, started and paused by who may."""

import io
import re
from contextlib import closing

import httpx
import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from api.console.door import FORM
from parley.outside.dialling import Dial, DialAnswer
from records.campaigns.book import Book, State
from tests.api.conftest import NOON, agent, campaign
from tests.api.console.conftest import Console
from tests.api.worker import at_work

PLAN = "agent: shop\r\ngreeting: Hello {name}.\r\n"
LIST = b"number,consent,name\n1001,form,<b>Jane</b>\n1002,,Joe\n"
PAGE = "/campaigns/spring"


@pytest.fixture
def spring(console: Console) -> Console:
    """A console with a campaign, and an operator in it."""
    campaign(console.site)
    agent(console.site, "shop")
    console.enter("olga", "operator")
    return console


def book(console: Console) -> closing[Book]:
    return closing(Book(console.site.folder / "records"))


def stand(console: Console, state: State) -> None:
    with book(console) as at:
        at.enter("spring", state, NOON)


def uploaded(console: Console, data: bytes = LIST, **fields: str) -> httpx.Response:
    """Send the form of the list of campaigns as its page has it."""
    session = console.door.sessions.known(console.browser.cookies["parley_console"])
    assert session is not None
    sent = {FORM: session.form, "name": "autumn", "definition": PLAN, **fields}
    return console.browser.post("/campaigns", data=sent, files={"list": ("people.csv", data)})


def test_campaigns_are_listed_with_their_progress(spring: Console) -> None:
    with book(spring) as at:
        at.never("spring", "1001", "consent")
    page = spring.page("/campaigns")
    assert '<progress max="3" value="1" aria-label="Progress: spring">' in page
    assert PAGE in page
    assert "stands still" in page
    assert 'id="standing" data-renew="/campaigns">' in page
    stand(spring, "running")
    assert 'data-renew="/campaigns" data-running>' in spring.page("/campaigns")


def test_a_campaign_is_taken_in_by_a_form_and_shown_as_text(spring: Console) -> None:
    answer = uploaded(spring)
    assert answer.headers["location"] == "/campaigns/autumn?told=taken-in"
    page = spring.page("/campaigns/autumn?told=taken-in")
    assert "Taken in." in page
    assert "1002" in page
    with book(spring) as at:
        kept = at.campaign("autumn")
    assert kept is not None
    assert kept.plan.greeting == "Hello {name}."
    assert ("console.olga", "campaign.put", "autumn", "done") in spring.done()


def test_a_workbook_is_a_list_as_well(spring: Console) -> None:
    workbook, file = openpyxl.Workbook(), io.BytesIO()
    assert isinstance(workbook.active, Worksheet)
    for row in (["number", "consent"], [1003, "form"]):
        workbook.active.append(row)
    workbook.save(file)
    assert uploaded(spring, file.getvalue()).status_code == 303
    with book(spring) as at:
        assert [each.number for each in at.results("autumn")] == ["1003"]


def test_what_is_wrong_is_said_and_what_was_written_is_not_lost(spring: Console) -> None:
    answer = uploaded(spring, b"number,consent\n<i>Ann</i>,form\n", definition="agent: shop\nat_once: 2\n")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "<code>body.list.2.number</code> line 2:" in answer.text
    assert "<i>Ann" not in answer.text
    assert 'name="name" value="autumn"' in answer.text
    assert "at_once: 2" in answer.text
    assert "body.definition.colour" in uploaded(spring, definition="agent: shop\ncolour: red").text


def test_a_form_that_is_no_page_s_takes_nothing_in(spring: Console) -> None:
    assert uploaded(spring, **{FORM: "guessed"}).status_code == 403
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert spring.browser.post("/campaigns", headers=elsewhere, files={"list": b""}).status_code == 403
    assert spring.send("/campaigns", name="autumn").status_code == 400
    assert uploaded(spring, b"x" * 10_000_001).status_code == 413
    with book(spring) as at:
        assert [each.name for each in at.campaigns()] == ["spring"]


def test_one_is_started_paused_and_goes_on_by_its_buttons(spring: Console) -> None:
    buttons = re.compile(r'action="/campaigns/spring/(\w+)"')
    assert buttons.findall(spring.page(PAGE)) == ["resume"]
    answer = spring.send(f"{PAGE}/resume", once="abc")
    assert answer.headers["location"] == f"{PAGE}?told=start"
    page = spring.page(PAGE)
    assert buttons.findall(page) == ["pause"]
    assert "data-running>" in page
    assert spring.send(f"{PAGE}/pause", once="def").headers["location"] == f"{PAGE}?told=pause"
    stand(spring, "tripped")
    page = spring.page(PAGE)
    assert "Too many calls went wrong" in page
    assert buttons.findall(page) == ["resume"]
    stand(spring, "done")
    assert buttons.findall(spring.page(PAGE)) == ["start"]
    assert spring.send(f"{PAGE}/pause", once="ghi").status_code == 409
    assert [entry for entry in spring.done() if entry[1].startswith("campaign.")] == [
        ("console.olga", "campaign.resume", "spring", "done"),
        ("console.olga", "campaign.pause", "spring", "done"),
        ("console.olga", "campaign.pause", "spring", "refused"),
    ]


def test_people_are_found_by_what_came_of_them_and_paged(spring: Console) -> None:
    with book(spring) as at:
        at.begin("made-1", "spring", "1002", NOON)
        at.never("spring", "1002", "no_answer")
    page = spring.page(PAGE)
    assert f'<a href="{PAGE}?outcome=no_answer">no answer</a> 1' in page
    assert "/calls/made-1" in page
    found = spring.page(f"{PAGE}?outcome=no_answer&state=done")
    assert "1002" in found
    assert "+4930123456" not in found
    assert f'data-renew="{PAGE}?state=done&amp;outcome=no_answer&amp;skip=0"' in found
    assert "Nobody on the list is so" in spring.page(f"{PAGE}?state=calling")
    uploaded(spring, b"number,consent\n" + b"".join(b"%d,form\n" % n for n in range(2000, 2060)))
    page = spring.page("/campaigns/autumn")
    older = page.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    assert ">2049<" in page
    assert ">2050<" not in page
    assert ">2050<" in spring.page(older.replace("&amp;", "&"))


def test_a_dry_run_is_shown_and_says_why_there_is_none(
    spring: Console, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(dial: Dial) -> DialAnswer:
        assert dial.dry_run
        return DialAnswer(result="refused", reason="no consent", rule="consent")

    monkeypatch.setattr("records.campaigns.order.ANSWERED_S", 0.2)
    assert "no gateway has said in time" in spring.page(f"{PAGE}?trial=yes")
    monkeypatch.setattr("records.campaigns.order.ANSWERED_S", 12.0)
    with at_work(redis_url, answer):
        page = spring.page(f"{PAGE}?trial=yes")
    assert page.count("no consent") == 3
    assert "Hello Jane." in page


def test_results_are_saved(spring: Console) -> None:
    answer = spring.browser.get(f"{PAGE}/results.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert 'filename="spring.csv"' in answer.headers["content-disposition"]
    assert answer.text.splitlines()[1] == "+4930123456,waiting,,0,,"
    assert "there is no campaign winter" in spring.page("/campaigns/winter/results.csv", 404)


def test_who_may_not_looks_only(spring: Console) -> None:
    spring.enter("bob", "viewer")
    assert '<form method="post" action="/campaigns' not in spring.page("/campaigns")
    assert f'action="{PAGE}/' not in spring.page(PAGE)
    assert uploaded(spring).status_code == 403
    for verb in ("start", "pause", "resume"):
        assert spring.send(f"{PAGE}/{verb}").status_code == 403
    assert spring.browser.get(f"{PAGE}/results.csv").status_code == 200
    assert "is not good for campaigns:write" in spring.page(f"{PAGE}?trial=yes")


def test_pages_are_german_where_that_is_liked(spring: Console) -> None:
    page = spring.browser.get(PAGE, headers={"Accept-Language": "de"}).text
    assert "Weitermachen" in page
    assert "ruht" in page
