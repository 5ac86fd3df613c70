"""Asking back between two: who leaves open which is meant is asked, chooses, and is told; who names one is not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import msgspec
import yaml

from agent.knowledge.base import KnowledgeBase
from agent.knowledge.library import found_of
from bench.instruments import report
from parley.agents import Agent


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question that leaves open which of two is meant; without `facts` one that names one plainly."""

    agent: str
    ask: str
    language: str = "en"
    facts: tuple[str, ...] = ()
    """Words of the two facts."""
    then: str = ""
    """What the caller says when asked back."""
    answer: tuple[str, ...] = ()
    """Which of these words are said then, no others; none: nothing is known..."""
    first: bool = False
    """... or those of what was named first..."""
    second: bool = False
    """... or second."""


@dataclass(frozen=True, slots=True)
class Told:
    """What came of it."""

    case: Case
    asked: bool
    """Whether the caller was asked back, between these two where they left it open."""
    answered: bool
    """Whether what they chose was said for sure then."""

    @classmethod
    def of(cls, case: Case, agent: Agent, base: KnowledgeBase) -> Self:
        """Ask, and answer what is asked back."""
        back = base.ask(agent, case.ask, ())
        asked = back.kind == "between" and all(
            any(words in said for said in back.said) for words in case.facts
        )
        if not asked or not case.then:
            return cls(case, asked, answered=False)
        named = [words for said in back.said for words in case.facts if words in said]
        wanted = named[:1] if case.first else named[1:] if case.second else list(case.answer)
        then = base.ask(agent, case.then, [case.ask], heard=found_of(back, agent)[0].line)
        line = found_of(then, agent)[0].line
        told = {words for words in case.facts if words in line} == set(wanted)
        return cls(case, asked, told and then.kind == ("say" if wanted else "unknown"))


def ask_all(path: Path, agents: Mapping[str, Agent], base: KnowledgeBase) -> list[Told]:
    """Ask what stands in a file."""
    cases = msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), list[Case])
    return [Told.of(case, agents[case.agent].in_language(case.language), base) for case in cases]


def figures(told: Sequence[Told]) -> dict[str, report.Figure]:
    """Percentages: of what was left open, asked back, then answered rightly; of what was named, asked all the same."""
    left_open = [t for t in told if t.case.facts]
    named = [t for t in told if not t.case.facts]
    return {
        "between_questions": len(left_open),
        "between_asked_pct": 100 * sum(t.asked for t in left_open) / len(left_open),
        "between_answered_pct": 100 * sum(t.answered for t in left_open) / len(left_open),
        "between_needless_pct": 100 * sum(t.asked for t in named) / len(named),
    }
