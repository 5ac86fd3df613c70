"""The fresh set of questions is sound, and none of them is asked in a set that anything is fitted to."""

import functools
from pathlib import Path

from agent.knowledge.reading.shelf import Shelf
from bench.knowledge.__main__ import DATA, agents_of, fit_set, load
from bench.knowledge.answers import judge
from parley.agents import Agent
from parley.messages import letters

ROOT = Path(__file__).parents[3]
QUESTIONS = load("fresh/questions.yaml")


@functools.cache
def agents() -> dict[str, Agent]:
    return agents_of(ROOT / "agents", DATA / "second" / "agents", DATA / "third" / "agents")


@functools.cache
def passages(agent: str, language: str) -> list[str]:
    read, wrong = Shelf().read([agents()[agent]])
    assert not wrong
    return [passage.text for passage in read[agent, language]]


def test_a_right_answer_stands_in_the_passages_that_are_named() -> None:
    for q in QUESTIONS:
        assert bool(q.fact and q.answer) == q.answerable, q.ask
        meant = [p for p in passages(q.agent, q.language) if any(word in p for word in q.fact.split("|"))]
        assert not q.answerable or judge(q, " ".join(meant), unknown=False) == "right" or q.reckoned, q.ask


def test_no_other_set_has_its_questions() -> None:
    names = ("questions", "second/tune", "second/report", "third/questions", "large")
    others = [*fit_set(), *(q for name in names for q in load(f"{name}.yaml"))]
    asked = {(q.agent, letters(q.ask)) for q in others}
    assert asked.isdisjoint((q.agent, letters(q.ask)) for q in QUESTIONS)


def test_a_quarter_has_no_answer() -> None:
    assert len({(q.agent, q.after, q.ask) for q in QUESTIONS}) == len(QUESTIONS) > 120
    assert sum(not q.answerable for q in QUESTIONS) / len(QUESTIONS) > 0.24
