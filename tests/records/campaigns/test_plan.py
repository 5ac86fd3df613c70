"""A campaign's file: taken as it is meant, or told what is wrong with it."""

from pathlib import Path

import pytest

from parley.outbound.week import Week
from records.campaigns.lists import read_csv
from records.campaigns.plan import WrongPlan, read_plan

FOLDER = Path(__file__).parents[3] / "campaigns"


def test_the_example_is_a_campaign() -> None:
    plan = read_plan((FOLDER / "example.yaml").read_text())
    assert (plan.agent, plan.at_once, plan.retries["busy"].times) == ("techstore", 2, 3)
    assert plan.week == Week.read("mon-fri 10:00-18:00")
    rows = read_csv((FOLDER / "example.csv").read_text(), plan.country)
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
        ('{agent: a, caller_id: "+4930123456\\n"}', "caller_id"),
        ('{agent: "a\\n"}', "agent"),
        ("{agent: a, retries: {sleepy: {times: 1, after_s: 60}}}", "sleepy"),
        ("{agent: a, retries: {busy: {times: 1, after_s: 1}}}", "after_s"),
    ],
)
def test_what_is_wrong_with_a_file_is_named(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read_plan(text)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", ""),
        ("{}", "agent"),
        ("{agent: a, colour: red}", "colour"),
        ("{agent: a, at_once: 0}", "at_once"),
        ("{agent: a, at_once: many}", "at_once"),
        ("{agent: a, hours: always}", "hours"),
        ("{agent: a, retries: {busy: {times: 1, after_s: 1}}}", "retries"),
        ("{agent: a, retries: {sleepy: {times: 1, after_s: 60}}}", "retries"),
        ("{agent: a, ring_s: .nan}", "ring_s"),
        ("{agent: a, agent: b}", "agent"),
        ("a: &a [*a]", ""),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_its_field(text: str, field: str) -> None:
    with pytest.raises(WrongPlan) as told:
        read_plan(text)
    assert told.value.field.startswith(field)
    assert bool(told.value.field) == bool(field)
