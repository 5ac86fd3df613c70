from io import StringIO
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from rich.console import Console

from parley.agents import Agent, load_agents
from records.sound.timeline import Timeline, timeline
from replay import runs, versions
from replay.answers import Answer, Answers
from replay.compare import Limits
from replay.course import Course, Turn
from replay.kept import Kept
from replay.reports import Report, page, show
from replay.runs import Side
from tests.fakes.kept_calls import CALL, event, events

FILE = """\
company: Shop
extensions: ["7"]
language: en
greeting: Hello, this is Shop.
persona: You are the assistant of a shop.
"""
EXPERIMENT = """\
experiment:
  name: {name}
  share: 50
  change: {{greeting: "Shop, hello!", vocabulary: [shoelace]}}
"""


def agents(folder: Path, experiment: str = "") -> dict[str, Agent]:
    """The agent of the kept call, with an experiment of this name or without any."""
    path = folder / "techstore" / "agent.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(FILE + (EXPERIMENT.format(name=experiment) if experiment else ""))
    found, wrong = load_agents(folder)
    assert wrong == []
    return found


def told(variant: str, first: str = "techstore") -> Timeline:
    """The kept call, in which the caller had a version of the agent that answered first."""
    part = {"experiment": "shorter", "variant": variant} if variant else {}
    began = event(-4.0, "call_started", caller="1001", extension="100", **part)
    began.data["agent"] = first
    return timeline(CALL, [began, *events()[1:]])


@pytest.mark.parametrize(
    ("variant", "experiment", "greeting", "missing"),
    [
        ("b", "shorter", "Shop, hello!", 0),
        ("a", "shorter", "Hello, this is Shop.", 0),
        ("", "shorter", "Hello, this is Shop.", 0),
        ("b", "longer", "Hello, this is Shop.", 1),
        ("b", "", "Hello, this is Shop.", 1),
        ("a", "", "Hello, this is Shop.", 0),
    ],
)
def test_a_call_is_run_with_the_version_that_its_caller_had(
    tmp_path: Path, variant: str, experiment: str, greeting: str, missing: int
) -> None:
    there = agents(tmp_path, experiment)
    assert versions.of(there, told(variant)).file.greeting == greeting
    assert versions.missing(there, [told(variant)]) == missing


def test_who_was_given_to_an_agent_by_another_has_no_version_of_it(tmp_path: Path) -> None:
    there = agents(tmp_path, "shorter")
    assert versions.of(there, told("b", first="reception")).variant == "a"
    assert versions.missing(there, [told("b", first="reception")]) == 0


class Asked:
    """Notes who is to answer."""

    def __init__(self, there: dict[str, Agent]) -> None:
        self.agents = there

    def to(self, agent: Agent, *_: object) -> Answer:
        return Answer("say", agent.file.greeting)


def test_a_run_answers_and_hears_as_that_version_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []

    def rerun(_told: object, _audio: object, _setup: object, hearing: Any) -> Course:
        heard.append(hearing.vocabulary)
        return Course((Turn(2.0, 4.8, 5.6, "when"),), ())

    monkeypatch.setattr(runs, "rerun", rerun)
    answers = cast("Answers", Asked(agents(tmp_path, "shorter")))
    side = Side(cast("Any", None), cast("Any", None), cast("Any", None), answers)
    (said,) = side.run(Kept(told("b"), np.zeros(0, np.int16))).said
    assert (said.answer.line, heard) == ("Shop, hello!", ["shoelace"])


def test_both_versions_are_learned(tmp_path: Path) -> None:
    agents(tmp_path, "shorter")
    learned: list[str] = []

    class Base:
        def load(self, chosen: list[Agent]) -> list[object]:
            learned.extend(agent.key for agent in chosen)
            return []

    assert Answers(tmp_path, cast("Any", Base())).learn({"techstore"}) == []
    assert learned == ["techstore", "techstore~b"]


@pytest.mark.parametrize(
    ("lost", "count"),
    [((0, 0), ""), ((3, 3), "Of the calls, 3 had"), ((0, 3), "Of the calls, 0 as it is and 3 as")],
)
def test_calls_whose_version_is_no_more_are_counted(lost: tuple[int, int], count: str) -> None:
    report = Report("AGENTS_DIR=next", (), (), Limits(), lost)
    written = StringIO()
    show(report, Console(file=written, width=200))
    for text in (written.getvalue(), page(report)):
        assert count in text
        assert ("is no more" in text) is bool(count)
