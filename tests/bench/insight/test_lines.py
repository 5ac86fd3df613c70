"""The sets of lines, and their figures."""

import pytest

from agent.insight.sentiment import FEELINGS
from bench.insight.judged import AGENTS, macro_f1
from bench.insight.lines import feelings, wishes
from parley.agents import load_agents


def test_every_wish_is_one_of_its_agent_s_categories_and_no_example_of_it() -> None:
    agents, _ = load_agents(AGENTS)
    told = wishes()
    assert len(told) >= 200
    for wish in told:
        categories = agents[wish.agent].file.categories
        assert wish.category in {*categories, ""}, wish
        assert all(wish.text not in each.examples for each in categories.values()), wish


def test_both_halves_have_all_feelings_in_each_language() -> None:
    told = feelings()
    assert len(told) >= 200
    for half in (told[::2], told[1::2]):
        assert {(each.language, each.feeling) for each in half} == {
            (code, f) for code in ("en", "de") for f in FEELINGS
        }


def test_no_line_stands_in_both_halves() -> None:
    for texts in ([wish.text for wish in wishes()], [each.text for each in feelings()]):
        assert set(texts[::2]) & set(texts[1::2]) == set()


@pytest.mark.parametrize(
    ("pairs", "score"),
    [
        ([("negative", "negative"), ("neutral", "neutral"), ("positive", "positive")], 1.0),
        ([("negative", "neutral"), ("neutral", "neutral"), ("positive", "positive")], 0.556),
        ([("negative", "positive"), ("neutral", "negative"), ("positive", "neutral")], 0.0),
    ],
)
def test_each_feeling_counts_alike(pairs: list[tuple[str, str]], score: float) -> None:
    assert macro_f1(pairs) == score
