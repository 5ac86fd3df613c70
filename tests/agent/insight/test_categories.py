"""What calls were about, by a real model."""

import msgspec
import pytest

from agent.insight.categories import Sorting
from agent.knowledge.embedder import MiniLm
from parley.agents import Agent


def learnt(sorting: Sorting, agent: Agent) -> int:
    """How often it had to read before it knew all examples."""
    count = 1
    while not sorting.learn(agent):
        count += 1
    return count


def category(model: MiniLm, agent: Agent, *lines: str) -> str:
    sorting = Sorting(lambda _: model)
    learnt(sorting, agent)
    return sorting.chosen(sorting.odds(agent, lines))


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["Hello.", "I would like to bring the shoes back and have a refund."], "returns"),
        (["My phone's screen is cracked, do you fix that?", "Thank you, goodbye."], "repairs"),
        (["What about the warranty?"], "repairs"),
        (["Tell me a joke about horses."], ""),
        ([], ""),
    ],
)
def test_a_call_is_about_what_most_of_its_lines_are(
    model: MiniLm, shop: Agent, lines: list[str], found: str
) -> None:
    assert category(model, shop, *lines) == found


def test_who_has_no_categories_has_calls_about_none(model: MiniLm, shop: Agent) -> None:
    none = msgspec.structs.replace(shop, file=msgspec.structs.replace(shop.file, categories={}))
    assert category(model, none, "I want to return it.") == ""


def test_categories_are_learnt_again_when_the_file_has_changed(model: MiniLm, shop: Agent) -> None:
    sorting = Sorting(lambda _: model)
    line = ["How do I get my money back?"]
    assert learnt(sorting, shop) > 1
    assert sorting.chosen(sorting.odds(shop, line)) == "returns"
    other = {"refunds" if name == "returns" else name: each for name, each in shop.file.categories.items()}
    file = msgspec.structs.replace(shop.file, categories=other)
    changed = msgspec.structs.replace(shop, file=file, version="another")
    assert learnt(sorting, changed) == 1  # no example is new
    assert sorting.chosen(sorting.odds(changed, line)) == "refunds"


@pytest.mark.parametrize(
    ("lines", "doubts"),
    [
        ([], False),
        ([{}], False),
        ([{"returns": 4.0, "repairs": -3.0}], False),
        ([{"returns": 4.0, "repairs": 3.5}], True),
        ([{"returns": -0.5, "repairs": -5.0}], True),
        ([{"returns": -1.5, "repairs": -5.0}], True),
        ([{"returns": -4.0, "repairs": -4.1}], False),
        ([{"returns": -1.5, "repairs": -5.0}, {"returns": 4.0, "repairs": -3.0}], False),
        ([{"returns": 4.0}], False),
    ],
)
def test_what_is_nearly_two_things_or_nearly_none_is_unsure(
    lines: list[dict[str, float]], doubts: bool
) -> None:
    assert Sorting.doubts(lines) is doubts
