"""Tries every choice of KNOWLEDGE_SURE and KNOWLEDGE_NEAR, shows what comes of it, and proposes one of each."""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from rich.console import Console
from rich.table import Table

from agent.knowledge.embedder import likeness
from parley.simulation.load import load_cases
from records.experiment.intervals import wilson
from records.record import Record
from replay import asking
from replay.answers import Answer, Answers
from replay.knowing.curve import Came, Point, came, lacking, most_willing, surest
from replay.knowing.reading import base_of
from replay.knowing.truth import Asked, Question, of_calls, of_tests
from replay.trial import Setup

SURES = (0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
NEARS = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4)
_COLUMNS: Mapping[str, Came] = {
    "sure, right": "right",
    "sure, wrong": "wrong",
    "may be, right": "near",
    "may be, wrong": "far",
    "refused wrongly": "refused",
    "refused rightly": "unknown",
    "model": "open",
}


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a search; the settings as they are come first in both lists."""

    sures: list[Point]
    nears: list[Point]
    tested: Sequence[Asked]
    corrected: Sequence[Asked]
    questions: Sequence[Question]
    """All that callers said in the calls."""


def search(environ: Mapping[str, str], records: Sequence[Record]) -> Found:
    """Try every choice on kept calls and on the tests of their agents. Blocks; raise SettingError, ModelMissing."""
    present = Setup.of(environ, {})
    base = base_of(Path(present.gateway.models_dir))
    answers = Answers(present.agents_dir, base).within(present.knowledge.limits)
    records = [record for record in records if record.agent in answers.agents]
    names = {record.agent for record in records}
    cases, wrong = load_cases(answers.agents, names)
    for error in (*answers.learn(names), *wrong):
        print(error, file=sys.stderr)

    @cache
    def near(wanted: str, answer: str, language: str) -> float:
        return likeness(base.embedder(language), wanted, answer)

    tested = of_tests(answers, cases, near, datetime.now(UTC))
    questions, corrected = of_calls(answers, records)
    sures = [{"KNOWLEDGE_SURE": str(at)} for at in SURES if at >= present.knowledge.knowledge_near]
    nears = [{"KNOWLEDGE_NEAR": str(at)} for at in NEARS if at <= present.knowledge.knowledge_sure]
    points = [
        _point(
            changes,
            answers.within(Setup.of(environ, changes).knowledge.limits),
            (*tested, *corrected),
            questions,
        )
        for changes in asking.watched([{}, *sures, *nears], "settings of the knowledge")
    ]
    first, others = points[0], points[1:]
    return Found([first, *others[: len(sures)]], [first, *others[len(sures) :]], tested, corrected, questions)


def _point(
    changes: Mapping[str, str], answers: Answers, asked: Sequence[Asked], questions: Sequence[Question]
) -> Point:
    found = (came(one, _answer(answers, one.question)) for one in asked)
    said = (_answer(answers, question).register for question in questions)
    name = " ".join(f"{name}={value}" for name, value in changes.items())
    return Point(name, Counter(one for one in found if one is not None), Counter(said))


def _answer(answers: Answers, question: Question) -> Answer:
    return answers.to(question.agent, question.text, question.history, question.at)


def show(found: Found, most_wrong_pct: float, console: Console) -> None:
    """Print the curves, and what is proposed."""
    asked = [*found.tested, *found.corrected]
    told = (
        f"It is known what is right of {len(found.tested)} questions of the agents' tests and {len(found.corrected)} "
        f"corrected turns. The last column has all {len(found.questions)} lines of callers in these calls: "
        "sure / may be / refused."
    )
    console.print(told, soft_wrap=True)
    lack = lacking(asked)
    for title, points in (("what is said surely", found.sures), ("what is refused", found.nears)):
        console.print(_table(title, points))
        if not lack:
            console.print(_proposal(points, most_wrong_pct, sure=points is found.sures), soft_wrap=True)
    if lack:
        console.print(lack, soft_wrap=True)


def _table(title: str, points: Sequence[Point]) -> Table:
    columns = ("settings", *_COLUMNS, "wrong of sure", "in calls")
    shown = Table(*columns, title=title)
    for point in points:
        counts = (str(point.came[which]) for which in _COLUMNS.values())
        said = point.said
        lines = f"{said['say']} / {said['likely'] + said['unsure']} / {said['unknown']}"
        shown.add_row(point.name or asking.AS_IT_IS, *counts, f"{point.wrong_pct:.1f} %", lines)
    return shown


def _proposal(points: Sequence[Point], most_wrong_pct: float, *, sure: bool) -> str:
    if not sure:
        rule = "no less refused of what has no answer"
        best = most_willing(points)
        return f"Fewest refusals of what has an answer, with {rule}: {best.name or asking.AS_IT_IS}"
    rule = f"at most {most_wrong_pct:g} % of it wrong"
    found = surest(points, most_wrong_pct)
    if found is None:
        return f"None of these has {rule}."
    return f"Most said surely and rightly, with {rule}: {found.name or asking.AS_IT_IS} ({_chance(found)})"


def _chance(point: Point) -> str:
    """How much of what is said surely may be wrong among all that callers ask."""
    low, high = wilson(point.came["wrong"], point.sure) if point.sure else (0.0, 1.0)
    share = f"95 % interval {100 * low:.1f} to {100 * high:.1f} %"
    return f"{point.came['wrong']} of {point.sure} wrong: {share}"
