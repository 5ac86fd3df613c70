"""The second set of questions is sound: its labels stand in the facts, and its halves have nothing in common."""

import functools
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from agent.knowledge.reading.shelf import Shelf
from bench.conversation.utterances import read
from bench.knowledge.__main__ import DATA, fit_set, load
from bench.knowledge.answers import Question, Style, judge
from parley.agents import Agent, load_agents

ROOT = Path(__file__).parents[3]
INVENTED = DATA / "second" / "agents"
SIZES = {"utility": 300, "garden": 2000, "buergeramt": 60, "handwerk": 60}
"""Facts of the invented companies, at least."""
UNSEEN = {"utility", "handwerk"}
PASSES_OF_PASSAGES = 1 / 60
"""Of the passages that are not meant, how many may have what a right answer has."""


@functools.cache
def agents() -> dict[str, Agent]:
    samples, wrong = load_agents(ROOT / "agents")
    invented, wrong_too = load_agents(INVENTED)
    assert not wrong + wrong_too
    return samples | invented


@functools.cache
def half(name: str) -> list[Question]:
    return load(f"second/{name}.yaml")


def both() -> list[Question]:
    return half("tune") + half("report")


@functools.cache
def passages(agent: str, language: str) -> list[str]:
    """What the agent knows in a language."""
    read, _ = Shelf().read([agents()[agent]])
    return [passage.text for passage in read[agent, language]]


def meant(question: Question) -> list[str]:
    """The passages that answer a question, both of two."""
    words = [w for labels in (question.fact, question.also) if labels for w in labels.split("|")]
    return [p for p in passages(question.agent, question.language) if any(w in p for w in words)]


@pytest.mark.parametrize(("agent", "facts"), SIZES.items())
def test_the_invented_companies_load_and_are_as_big_as_real_ones(agent: str, facts: int) -> None:
    found = passages(agent, agents()[agent].file.language)
    assert len(found) >= facts
    assert len(set(found)) == len(found)


def test_every_question_is_asked_of_a_company_in_a_language_that_it_speaks() -> None:
    for q in both():
        file = agents()[q.agent].file
        assert q.language in {file.language, *file.languages}, q.ask
    assert {q.agent for q in both() if q.language == "de"} == {"buergeramt", "handwerk"}


def test_every_label_names_a_passage() -> None:
    for q in both() + load("large.yaml"):
        known = passages(q.agent, q.language)
        for labels in filter(None, (q.fact, q.also)):
            assert [w for w in labels.split("|") if not any(w in p for p in known)] == [], q.ask
        # What follows from the opening hours alone has no passage.
        assert not q.answerable or q.fact or (q.reckoned and agents()[q.agent].file.hours), q.ask


def test_a_right_answer_stands_in_the_passages_that_are_named() -> None:
    stands = [q for q in both() + load("large.yaml") if q.answerable and not q.reckoned]
    assert len(stands) > 150
    assert [q.ask for q in stands if judge(q, " ".join(meant(q)), unknown=False) != "right"] == []


def test_hardly_another_passage_passes_for_an_answer() -> None:
    for q in both():
        if not q.answerable or q.reckoned:
            continue
        known = passages(q.agent, q.language)
        right = meant(q)
        others = [p for p in known if p not in right and judge(q, p, unknown=False) == "right"]
        assert len(others) <= PASSES_OF_PASSAGES * len(known), (q.ask, others)


def test_labels_fit_one_another() -> None:
    for q in both():
        assert q.style is not None, q.ask
        assert bool(q.answer) == q.answerable, q.ask
        assert q.answerable or not (q.fact or q.also or q.never), q.ask
        assert (q.style == "follow_up") == bool(q.after), q.ask
        assert (q.style == "misheard") == bool(q.said), q.ask
        assert q.now is None or q.now.tzinfo is None, q.ask


@pytest.mark.parametrize("name", ["tune", "report"])
def test_each_half_has_every_style_and_both_kinds(name: str) -> None:
    questions = half(name)
    assert 140 <= len(questions) <= 160
    styles = Counter(q.style for q in questions)
    assert set(styles) == set(get_args(Style))
    assert min(styles.values()) >= 8
    assert 0.25 <= sum(not q.answerable for q in questions) / len(questions) <= 0.35


def test_the_halves_have_nothing_in_common_and_two_companies_are_in_one_only() -> None:
    first, second = ({q.ask.lower() for q in half(name)} for name in ("tune", "report"))
    assert len(first) + len(second) == len(both())
    assert not first & second
    assert {q.agent for q in half("report")} - {q.agent for q in half("tune")} == UNSEEN
    counts = Counter(q.agent for q in both())
    assert len(counts) == 7
    assert min(counts.values()) >= 30


def test_none_of_it_stands_in_the_first_set() -> None:
    # What is asked after a question is short, and means something else each time.
    asked = {q.ask.lower() for q in load("questions.yaml") + fit_set() if not q.after}
    assert not {q.ask.lower() for q in both() if not q.after} & asked


def test_what_is_asked_of_the_large_company_stands_nowhere_else() -> None:
    asked = {q.ask.lower() for q in load("large.yaml")}
    assert len(asked) == 30
    assert not {q.ask.lower() for q in both() + load("questions.yaml") + fit_set()} & asked


def test_the_utterances_of_whole_calls() -> None:
    text = (DATA.parent / "conversation_second.yaml").read_text(encoding="utf-8")
    utterances = read(text)
    kinds = Counter(u.kind for u in utterances)
    assert len(utterances) == 60
    assert kinds["model"] >= 20
    assert min(kinds.values()) >= 3
    assert {u.agent for u in utterances} == {"techstore", "dental", "reception"}
    tuned = {q.said or q.ask for q in half("tune")}
    for u in utterances:
        assert u.text not in tuned
        assert bool(u.answer) == (u.kind != "unanswerable"), u.text
        assert bool(u.after) or u.kind != "follow_up", u.text
