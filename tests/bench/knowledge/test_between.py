"""Asking back, as it is measured."""

from pathlib import Path

import yaml

from agent.knowledge.reading.shelf import Shelf
from bench.knowledge.__main__ import DATA, agents_of
from bench.knowledge.between import Case, Told, figures

OPEN = Case(agent="a", ask="How much is the Nova?", facts=("$399", "$599"), then="The Pro.", answer=("$599",))
NAMED = Case(agent="a", ask="How much is the Nova 5?")


def test_who_leaves_it_open_is_counted_apart_from_who_names_one() -> None:
    told = [
        Told(OPEN, asked=True, answered=True),
        Told(OPEN, asked=True, answered=False),
        Told(OPEN, asked=False, answered=False),
        Told(OPEN, asked=False, answered=False),
        Told(NAMED, asked=True, answered=False),
        Told(NAMED, asked=False, answered=False),
    ]
    assert figures(told) == {
        "between_questions": 4,
        "between_asked_pct": 50.0,
        "between_answered_pct": 25.0,
        "between_needless_pct": 50.0,
    }


def test_the_facts_that_are_meant_stand_in_the_files() -> None:
    agents = agents_of(Path(__file__).parents[3] / "agents", DATA / "second" / "agents")
    cases = [Case(**case) for case in yaml.safe_load((DATA / "between.yaml").read_text(encoding="utf-8"))]
    passages, _ = Shelf().read([agents[name] for name in {case.agent for case in cases}])
    known = {key: "\n".join(passage.text for passage in found) for key, found in passages.items()}
    for case in cases:
        assert [words for words in case.facts if words not in known[case.agent, case.language]] == [], (
            case.ask
        )
        assert set(case.answer) <= set(case.facts), case.ask
