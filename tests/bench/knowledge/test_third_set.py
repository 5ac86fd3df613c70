"""The third set of questions is sound, and nothing is fitted to its companies."""

import functools

from agent.knowledge.reading.shelf import Shelf
from bench.knowledge.__main__ import DATA, fit_set, load
from bench.knowledge.answers import judge
from parley.agents import Agent, load_agents

QUESTIONS = load("third/questions.yaml")


@functools.cache
def agents() -> dict[str, Agent]:
    found, wrong = load_agents(DATA / "third" / "agents")
    assert not wrong
    return found


@functools.cache
def passages(agent: str, language: str) -> list[str]:
    read, wrong = Shelf().read([agents()[agent]])
    assert not wrong
    return [passage.text for passage in read[agent, language]]


def test_its_companies_are_in_no_other_set() -> None:
    others = {q.agent for q in (*fit_set(), *load("second/tune.yaml"), *load("questions.yaml"))}
    assert {q.agent for q in QUESTIONS} == agents().keys()
    assert others.isdisjoint(agents())


def test_a_right_answer_stands_in_the_passages_that_are_named() -> None:
    for q in QUESTIONS:
        assert bool(q.fact and q.answer) == q.answerable, q.ask
        words = [word for labels in (q.fact, q.also) if labels for word in labels.split("|")]
        meant = [p for p in passages(q.agent, q.language) if any(word in p for word in words)]
        assert not q.answerable or judge(q, " ".join(meant), unknown=False) == "right", q.ask


def test_every_question_is_asked_once() -> None:
    asked = [(q.agent, q.after, q.ask) for q in QUESTIONS]
    assert len(set(asked)) == len(asked)
    assert sum(not q.answerable for q in QUESTIONS) / len(QUESTIONS) > 0.25
