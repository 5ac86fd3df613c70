"""A company of two thousand facts: how long it takes to be loaded and asked, and how well it answers."""

import time
from collections.abc import Sequence

import numpy as np

from agent.knowledge.base import KnowledgeBase
from agent.knowledge.embedder import Embedder
from bench.instruments import report
from bench.knowledge import second
from bench.knowledge.answers import Question
from parley.agents import Agent

AGENT = "garden"
_KEPT = ("questions", "right_pct", "wrong_pct", "unknown_recognised_pct", "refused_pct")


def loaded(agent: Agent, base: KnowledgeBase) -> dict[str, report.Figure]:
    """Load it alone, which a worker does before it answers anybody."""
    began = time.perf_counter()
    read: list[int] = []
    base.load([agent], lambda _, of: read.append(of))
    return {"large_load_s": time.perf_counter() - began, "large_facts": read[-1]}


def asked(
    agent: Agent, base: KnowledgeBase, model: Embedder, questions: Sequence[Question]
) -> dict[str, report.Figure]:
    """Milliseconds to decide on a question, and those that are not spent on reading it, whatever the company's size."""
    whole, searched = [], []
    for question in questions:
        began = time.perf_counter()
        base.ask(agent, question.ask, ())
        decided = time.perf_counter()
        model.encode([question.ask], asked=True)
        whole.append(1000 * (decided - began))
        searched.append(whole[-1] - 1000 * (time.perf_counter() - decided))
    return {
        "large_ask_p50_ms": float(np.median(whole)),
        "large_ask_p95_ms": float(np.quantile(whole, 0.95)),
        "large_search_p50_ms": float(np.median(searched)),
    }


def figures(pairs: Sequence[tuple[Question, second.Reply]]) -> dict[str, report.Figure]:
    """Percentages, counted as in the second set."""
    found = second.figures(pairs)
    return {f"large_{name}": found[f"second_{name}"] for name in _KEPT}
