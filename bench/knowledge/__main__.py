"""What agents know: `python -m bench.knowledge`, or `make bench-knowledge`.

The questions of bench/data/knowledge/questions.yaml are asked in three ways: of the fast path alone (what retrieval
answers without a language model, the rest is left open), of the language model alone (it gets what was found for every
question, and decides itself what it does not know), and of both together, as in a call. `--fast` leaves the language
model out; `--limit N` takes every N-th part of the questions, for a try.

The half data/knowledge/second/report.yaml of a second set, to which nothing is fitted either, is asked as in a call,
or of the fast path alone; `second_` stands in front of its figures. Its other half, `--tune`, is fitted to. A third set
(`third_`) has two companies of other trades, whose questions were written before retrieval was looked at; a fresh one
(`fresh_`) was written so later, for six companies of the others. So are asked questions to a company of two thousand
facts (`large_`, see large.py) and such that leave open which of two things is meant (`between_`, see between.py).

`--calibrate` reports nothing: it fits the weights of agent/knowledge/evidence.py to the folder data/knowledge/fit and
to that other half, none of whose questions is reported; see calibrate.py.
"""

import argparse
import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import yaml

from agent.knowledge import evidence, limits
from agent.knowledge.base import KnowledgeBase
from agent.knowledge.embedder import MiniLm
from agent.knowledge.evidence import Weights
from agent.knowledge.multilingual import MultilingualE5
from agent.language_model.llm import OpenAiLlm
from bench.instruments import report
from bench.knowledge import between, guard, large, second
from bench.knowledge.answers import Question, Tally
from bench.knowledge.calibrate import Case, calibrate
from bench.knowledge.desk import Asked, Desk
from parley.agents import Agent, load_agents
from parley.errors import EngineError

DATA = Path(__file__).parents[1] / "data" / "knowledge"
WAYS = ("fast", "llm", "together")
_GOALS = {"top1_pct": 90.0, "wrong_pct": 5.0, "unanswerable_recognised_pct": 80.0}


def load(name: str) -> list[Question]:
    return msgspec.convert(yaml.safe_load((DATA / name).read_text(encoding="utf-8")), list[Question])


def fit_set() -> list[Question]:
    """Questions that were written for weights and thresholds to be fitted to."""
    return [q for path in sorted((DATA / "fit").glob("*.yaml")) for q in load(f"fit/{path.name}")]


def figures(asked: Sequence[Asked], questions: Sequence[Question]) -> dict[str, report.Figure]:
    """Figures of each way, prefixed with its name; those without a prefix are of the last way, that of a call."""
    facts = [
        (q, a) for q, a in zip(questions, [a for a in asked if a.way == "fast"], strict=True) if q.answerable
    ]
    found: dict[str, report.Figure] = {
        "questions": len(questions),
        "top1_pct": 100 * sum(q.is_found(a.found) for q, a in facts) / len(facts),
    }
    for way in dict.fromkeys(a.way for a in asked):
        mine = [a for a in asked if a.way == way]
        tally = Tally.of(list(zip(questions, [a.verdict for a in mine], strict=True)))
        numbers = tally.figures() | {"latency_p50_ms": 1000 * float(np.median([a.seconds for a in mine]))}
        found |= {f"{way}_{name}": value for name, value in numbers.items()}
        found |= numbers
    return found


def show(found: dict[str, report.Figure], ways: Sequence[str]) -> None:
    names = (
        "right_pct",
        "wrong_pct",
        "unknown_pct",
        "asked_back_pct",
        "open_pct",
        "unanswerable_recognised_pct",
        "latency_p50_ms",
    )
    rows = [[name, *(round(found[f"{way}_{name}"] or 0, 1) for way in ways)] for name in names]
    report.table(
        f"{found['questions']} questions, right passage first: {found['top1_pct']:.1f} %", ["", *ways], rows
    )
    for name, goal in _GOALS.items():
        report.console.print(f"{name}: {found[name]:.1f}, goal {goal:g}")


async def run(arguments: argparse.Namespace) -> int:
    on = report.machine()
    root = Path(os.environ.get("AGENTS_DIR") or "agents")
    models = Path(os.environ.get("MODELS_DIR") or "/models")
    if arguments.calibrate:
        companies = agents_of(root, DATA / "agents", DATA / "second" / "agents")
        fit_to(fit_set() + load("second/tune.yaml"), companies, models)
        return 0
    model = MiniLm(models)
    base = KnowledgeBase(model, lambda: MultilingualE5(models))
    agents = agents_of(root, DATA / "second" / "agents", DATA / "third" / "agents")
    found = large.loaded(agents[large.AGENT], base)
    base.load(agents.values())
    step = arguments.limit or 1
    url = os.environ.get("LLM_BASE_URL") or "http://llm:8080/v1"
    llm = None if arguments.fast else OpenAiLlm(url, os.environ.get("LLM_MODEL") or "local", timeout_s=120.0)
    desk = Desk(agents, base, llm)
    ways = WAYS[:1] if llm is None else WAYS
    if arguments.tune:
        show_second(second.figures(await desk.all(load("second/tune.yaml")[::step], ways[-1])))
        return 0
    questions, many = load("questions.yaml")[::step], load("large.yaml")[::step]
    found |= large.asked(agents[large.AGENT], base, model, many)
    asked = [a for way in ways for _, a in await desk.all(questions, way)]
    pairs = await desk.all(load("second/report.yaml")[::step], ways[-1])
    third = await desk.all(load("third/questions.yaml")[::step], ways[-1])
    fresh = await desk.all(load("fresh/questions.yaml")[::step], ways[-1])
    of_many = await desk.all(many, ways[-1])
    if llm is not None:
        await llm.close()
    found |= figures(asked, questions) | second.figures(pairs) | large.figures(of_many)
    found |= second.figures(third, "third") | second.figures(fresh, "fresh")
    found |= between.figures(between.ask_all(DATA / "between.yaml", agents, base))
    found |= guard.figures(DATA / "guard.yaml")
    show(found, ways)
    show_second(found)
    samples = [msgspec.to_builtins(a) for a in (*asked, *(a for _, a in (*pairs, *third, *fresh, *of_many)))]
    report.write("knowledge", settings(language_model=llm is not None), found, samples, on=on)
    return 0


def settings(*, language_model: bool) -> dict[str, Any]:
    """What was in force."""
    drawn = {name: getattr(limits.LIMITS, name) for name in limits.Limits.__slots__}
    return {"embeddings": sorted(limits.LIMITS_OF), "language_model": language_model} | drawn


def agents_of(*folders: Path) -> dict[str, Agent]:
    """All agents of some folders; an error in one is one of the repository."""
    agents: dict[str, Agent] = {}
    for folder in folders:
        found, errors = load_agents(folder)
        assert not errors, errors
        agents |= found
    return agents


def show_second(found: dict[str, report.Figure]) -> None:
    rows = [
        [name, round(value or 0, 1)]
        for name, value in found.items()
        if name.startswith(("second_", "third_", "fresh_", "large_", "between_", "guard_"))
    ]
    report.table(
        "second, third and fresh set, 2,000 facts, asking back, and the guard over the model's sentences",
        ["", "%"],
        rows,
    )


def fit_to(questions: Sequence[Question], agents: dict[str, Agent], models: Path) -> None:
    """Fit the weights of both models that embed: English alone has one, all other languages the other.

    That one reads English, too, and there are few questions in other languages: it is fitted to all of them. What is
    shown of it is of those that it is asked in calls.
    """
    fitted: dict[str, Weights] = {}
    english = [q for q in questions if q.language == "en"]
    for model, asked in ((MiniLm(models), english), (MultilingualE5(models), questions)):
        report.console.rule(model.name)
        base = KnowledgeBase(model)
        base.load(agents.values())
        cases = [
            Case.of(
                q,
                agents[q.agent].in_language(q.language),
                base,
                judged=asked is english or q.language != "en",
            )
            for q in asked
        ]
        fitted[model.name] = calibrate(cases, limits.LIMITS_OF[model.name])
    path = report.RESULTS / evidence.FILE.name
    path.write_bytes(msgspec.json.encode(fitted) + b"\n")
    report.console.print(f"{path} is to become {evidence.FILE}")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fast", action="store_true", help="without the language model")
    parser.add_argument("--limit", type=int, default=0, help="only every N-th question")
    parser.add_argument(
        "--tune", action="store_true", help="ask the half that may be tuned on, report nothing"
    )
    parser.add_argument("--calibrate", action="store_true", help="fit weights and limits to the folder fit")
    try:
        return asyncio.run(run(parser.parse_args()))
    except EngineError as error:
        report.console.print(f"the language model does not answer: {error}")
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
