"""A campaign that is sent: taken in whole, or told what is wrong with it, by field and row."""

import io
import json
from contextlib import closing
from typing import Any

import httpx
import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from records.campaigns.book import Book
from tests.api.conftest import Site, agent

PLAN = "agent: shop\ngreeting: Hello {name}.\ncountry: DE\n"
LIST = "number,consent,name\n030 123456,form,Jane\n1001,,Joe\n"
ROWS = [{"number": "030 123456", "consent": "form", "name": "Jane"}, {"number": "1001", "consent": ""}]


@pytest.fixture
def client(site: Site) -> httpx.Client:
    agent(site, "shop")
    return site.client("campaigns:write")


def numbers(site: Site) -> list[str]:
    with closing(Book(site.folder / "records")) as book:
        return [each.number for each in book.results("spring")]


def form(
    client: httpx.Client, definition: str = PLAN, data: bytes = LIST.encode(), **more: Any
) -> httpx.Response:
    fields = {"name": "spring", "definition": definition, **more}
    return client.post("/campaigns", data=fields, files={"list": ("people", data)})


def wrong(answer: httpx.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return [(error["field"], error["reason"]) for error in answer.json()["errors"]]


def test_a_form_is_taken_in_once_and_what_is_new_is_added(client: httpx.Client, site: Site) -> None:
    made = form(client)
    assert made.status_code == 201
    assert made.headers["location"] == "/api/v1/campaigns/spring"
    taken = {"name": "spring", "people": 2, "without_consent": 1}
    assert made.json() == {**taken, "result": "created", "added": 2}
    again = form(client, data=LIST.encode() + b"1002,form,Jim\n")
    assert (again.status_code, again.json()["result"], again.json()["added"]) == (200, "changed", 1)
    assert numbers(site) == ["+4930123456", "1001", "1002"]
    entries = site.app.state.audit.entries(100)
    assert [(each.action, each.subject) for each in entries] == [("campaign.put", "spring")] * 2


def test_json_says_the_same(client: httpx.Client, site: Site) -> None:
    body = {"name": "spring", "definition": {"agent": "shop", "country": "DE"}, "rows": ROWS}
    made = client.post("/campaigns", json=body)
    assert (made.status_code, made.json()["added"]) == (201, 2)
    assert numbers(site) == ["+4930123456", "1001"]


def test_a_definition_in_a_form_may_be_json_and_a_list_a_workbook(client: httpx.Client, site: Site) -> None:
    book, file = openpyxl.Workbook(), io.BytesIO()
    assert isinstance(book.active, Worksheet)
    for row in (["number", "consent"], ["+49 30 123456", "form"], [1001, None]):
        book.active.append(row)
    book.save(file)
    assert form(client, json.dumps({"agent": "shop"}), file.getvalue()).status_code == 201
    assert numbers(site) == ["+4930123456", "1001"]


def test_what_is_sent_again_is_answered_again(client: httpx.Client, site: Site) -> None:
    client.headers["Idempotency-Key"] = "abc"
    assert form(client).json() == form(client).json()
    other = form(client, data=b"number,consent\n1005,form\n")
    assert (other.status_code, other.json()["type"]) == (409, "urn:parley:problem:other-request")
    assert numbers(site) == ["+4930123456", "1001"]


@pytest.mark.parametrize(
    ("definition", "field"),
    [
        ("agent: shop\nat_once: 0", "body.definition.at_once"),
        ("agent: shop\ncolour: red", "body.definition.colour"),
        ("agent: [", "body.definition"),
        ("agent: bakery", "body.definition.agent"),
        ("agent: shop\nhours: always", "body.definition.hours"),
    ],
)
def test_what_is_wrong_with_the_definition_is_named(
    client: httpx.Client, definition: str, field: str
) -> None:
    assert [each for each, _ in wrong(form(client, definition))] == [field]


def test_every_row_that_is_wrong_is_named(client: httpx.Client, site: Site) -> None:
    assert wrong(form(client, data=b"number,consent\nAnn,form\n1001,form\n1001,form\n")) == [
        ("body.list.2.number", "line 2: 'Ann' is no number with its country, and no extension"),
        ("body.list.4.number", "line 4: this number stands twice"),
    ]
    assert wrong(form(client, data=b"number\n1001\n")) == [
        ("body.list.1.consent", "line 1: needs a column consent")
    ]
    assert wrong(form(client, data=b"\xff")) == [("body.list", "is neither XLSX nor CSV in UTF-8")]
    rows = [*ROWS, {"number": "Ann", "consent": "form"}, {"number": "1003"}]
    body = {"name": "spring", "definition": {"agent": "shop", "country": "DE"}, "rows": rows}
    told = wrong(client.post("/campaigns", json=body))
    assert [field for field, _ in told] == ["body.rows.2.number", "body.rows.3.consent"]
    assert numbers(site) == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "Spring!", "definition": {}, "rows": []}, "body.name"),
        ({"name": "spring", "rows": []}, "body.definition"),
        ({"name": "spring", "definition": {"agent": "shop"}, "rows": [{"number": 1}]}, "body.rows.0.number"),
        ({"name": "spring", "definition": {"agent": "shop"}, "rows": [], "more": 1}, "body.more"),
        ([], "body"),
    ],
)
def test_what_is_wrong_with_json_is_named(client: httpx.Client, body: Any, field: str) -> None:
    assert [each for each, _ in wrong(client.post("/campaigns", json=body))] == [field]


def test_what_is_wrong_with_a_form_is_named(client: httpx.Client) -> None:
    assert wrong(form(client, name="Spring!"))[0][0] == "body.name"
    assert wrong(form(client, colour="red")) == [("body.colour", "there is no such field")]
    lacking = wrong(client.post("/campaigns", data={"name": "spring"}, files={"list": ("people", b"")}))
    assert lacking == [("body.definition", "is missing")]
    assert wrong(client.post("/campaigns", content=b"spring"))[0][0] == "header.Content-Type"
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert client.post("/campaigns", content=b"no form", headers=headers).status_code in (400, 422)


def test_a_list_is_not_endless(client: httpx.Client) -> None:
    answer = form(client, data=b"x" * 10_000_001)
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:parley:problem:too-much")
