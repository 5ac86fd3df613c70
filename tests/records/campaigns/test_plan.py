"""A campaign's file and its list: taken as they are meant, or told what is wrong with them."""

from pathlib import Path

import pytest

from parley.outbound.week import Week
from records.campaigns.plan import Row, read_list, read_plan

FOLDER = Path(__file__).parents[3] / "campaigns"


def test_the_example_is_a_campaign() -> None:
    plan = read_plan((FOLDER / "example.yaml").read_text())
    assert (plan.agent, plan.at_once, plan.retries["busy"].times) == ("techstore", 2, 3)
    assert plan.week == Week.read("mon-fri 10:00-18:00")
    rows = read_list((FOLDER / "example.csv").read_text(), plan.country)
    assert [row.number for row in rows] == ["1001", "1002", "+4930123456"]
    assert [bool(row.consent) for row in rows] == [True, True, False]
    assert rows[0].variables == {"name": "Ms. Doe", "order": "4711"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "object"),
        ("agent: [", "YAML"),
        ("agent: Tech Store", "agent"),
        ("{agent: a, colour: red}", "colour"),
        ("{agent: a, hours: always}", "hours: must be like"),
        ("{agent: a, at_once: 0}", "at_once"),
        ("{agent: a, country: XX}", "country"),
        ("{agent: a, caller_id: Ann}", "caller_id"),
        ("{agent: a, retries: {sleepy: {times: 1, after_s: 60}}}", "sleepy"),
        ("{agent: a, retries: {busy: {times: 1, after_s: 1}}}", "after_s"),
    ],
)
def test_what_is_wrong_with_a_file_is_named(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read_plan(text)


@pytest.mark.parametrize("word", ["", "no", "No", "nein", "0", "-", " "])
def test_no_is_no_consent(word: str) -> None:
    (row,) = read_list(f'number,consent\n+4930123456,"{word}"\n', "")
    assert row.consent == ""


def test_a_list_of_a_spreadsheet_is_read() -> None:
    text = '\ufeffname, number ,consent\r\n"Doe, Jane",0049 30 123456,yes\r\n'
    assert read_list(text, "") == [Row("+4930123456", "yes", {"name": "Doe, Jane"})]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1: needs a column number"),
        ("number,name\n", "line 1: needs a column consent"),
        ("number,consent,Name\n", "line 1: 'Name'"),
        ("number,consent,a,a\n", "line 1: a column stands twice"),
        ("number,consent\n030123456,yes\n", "line 2: '030123456' is no number"),
        ("number,consent\nAnn,yes\n", "line 2: 'Ann'"),
        ("number,consent\n1001\n", "line 2: has another number of columns"),
        ("number,consent\n1001,yes,more\n", "line 2: has another number of columns"),
        ("number,consent\n1001,yes\n1001,yes\n", "line 3: this number stands twice"),
        (f"number,consent,a\n1001,yes,{'x' * 201}\n", "line 2: a has more"),
        ('number,consent,a\n1001,yes,"x\ny"\n', "line 3: a has more"),
        ('number,consent\n1001,"yes\n', "line"),
    ],
)
def test_what_is_wrong_with_a_list_is_named_with_its_line(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read_list(text, "")
