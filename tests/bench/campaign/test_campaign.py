"""Calls beside a campaign, against calls alone."""

import pytest

from bench.campaign.__main__ import figures
from bench.campaign.outgoing import NUMBERS, PLAN
from records.campaigns.lists import read_rows
from records.campaigns.plan import plan_of
from tests.bench.beside.test_beside import level


def test_all_rounds_beside_the_campaign_count_and_what_it_came_to_is_told() -> None:
    stands = {"state": "tripped", "done": 20, "outcomes": {"caller_hung_up": 18, "no_answer": 2}}
    found = figures(level(1.0), [level(1.0, 1.0), level(4.0)], level(3.0), stands, 120.0)
    assert (found["turns_alone"], found["turns_beside"]) == (2, 3)
    assert found["p50_ratio"] == 0.5
    assert (found["campaign_called"], found["campaign_answered"]) == (20, 18)
    assert found["campaign_calls_per_minute"] == pytest.approx(10.0)
    assert found["campaign_stopped_by_itself"] == 1


def test_its_campaign_is_one() -> None:
    plan = plan_of(PLAN)
    rows = read_rows([{"number": number, "consent": "benchmark"} for number in NUMBERS], plan.country)
    assert len(rows) == len(NUMBERS) == 200
