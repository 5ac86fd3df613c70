"""Categories with a language model's second opinion: who is asked, and how it is counted."""

import pytest

from agent.insight.categories import Sorting
from agent.knowledge.embedder import Embedder
from bench.insight.lines import Wish
from bench.insight.opinion import Sorted, figures, is_of_the_opinion, opinions
from parley.agents import Agent
from simulate.model.asking import Model
from tests.fakes.engines.writer import Writer


def nobody(_language: str) -> Embedder:
    raise AssertionError("nothing is read")


async def test_the_model_is_asked_of_what_examples_are_unsure_of(monkeypatch: pytest.MonkeyPatch) -> None:
    odds = {"Open?": {"hours": 5.0, "orders": -5.0}, "It came late.": {"hours": 0.1, "orders": 0.0}}
    monkeypatch.setattr(Sorting, "learn", lambda *_: True)

    def told(_self: Sorting, _agent: Agent, texts: list[str]) -> list[dict[str, float]]:
        return [odds[texts[0]]]

    monkeypatch.setattr(Sorting, "odds", told)
    writer = Writer("orders")
    wanted = [Wish("techstore", "en", "hours", "Open?"), Wish("techstore", "en", "orders", "It came late.")]
    sure, unsure = await opinions(Model(writer, "here"), wanted, nobody)
    assert (sure.asked, sure.category) == (False, "hours")
    assert (unsure.asked, unsure.examples, unsure.category) == (True, "hours", "orders")
    assert [question[-1]["content"] for question in writer.asked] == ["Caller: It came late."]


def line(category: str, examples: str, *model: str | None) -> Sorted:
    wish = Wish("shop", "en", category, "?")
    return Sorted(wish, examples, True, *model) if model else Sorted(wish, examples)


def test_the_figures_are_those_of_the_half_that_nobody_looked_at() -> None:
    seen = line("a", "b", "c")
    found = figures(
        [seen, line("a", "a"), seen, line("a", "b", "a"), seen, line("", "a", None), seen, line("b", "b", "")]
    )
    assert found["category_accuracy_with_model_pct"] == 50.0
    assert found["opinion_lines"] == 3
    assert found["opinion_lines_right_by_examples_pct"] == 33.3
    assert found["opinion_lines_right_by_model_pct"] == 33.3
    assert found["opinion_lines_right_with_model_pct"] == 33.3
    assert found["opinion_unreadable_pct"] == 33.3
    assert all(map(is_of_the_opinion, found))
    assert not is_of_the_opinion("category_accuracy_pct")


def test_where_examples_are_sure_of_all_there_is_no_figure_of_the_model() -> None:
    assert figures([line("a", "a"), line("a", "a")]) == {
        "category_accuracy_with_model_pct": 100.0,
        "opinion_lines": 0,
    }
