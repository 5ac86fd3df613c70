"""The guard over what the language model says: which right sentences it refuses, and which wrong ones pass."""

from pathlib import Path

import msgspec
import yaml

from agent.knowledge.grounding import Grounding
from bench.instruments import report


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question, the facts that were found for it, and sentences of a model."""

    agent: str
    ask: str
    facts: tuple[str, ...]
    right: tuple[str, ...]
    wrong: tuple[str, ...]


def figures(path: Path) -> dict[str, report.Figure]:
    """Percentages of a file of cases, in English."""
    cases = msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), list[Case])
    held = {
        kind: [
            Grounding(case.facts, case.ask, "en").holds(said)
            for case in cases
            for said in getattr(case, kind)
        ]
        for kind in ("right", "wrong")
    }
    return {
        "guard_right_refused_pct": 100 * held["right"].count(False) / len(held["right"]),
        "guard_wrong_passed_pct": 100 * held["wrong"].count(True) / len(held["wrong"]),
    }
