"""Test files of agents: what is read, and what is said of those that are wrong."""

import shutil
from pathlib import Path

import pytest

from parley.agents import Agent, load_agents
from parley.errors import AgentFileError
from parley.simulation.load import load_cases, read
from parley.simulation.schema import Persona, Script

ROOT = Path(__file__).parents[3]
GOOD = """\
scripts:
  - name: hours
    turns:
      - say: When are you open on Saturday?
        contains: ["10", "5"]
  - name: Stunden
    language: de
    turns: [{say: Wann, transfer: management}]
personas:
  - name: in a hurry
    style: hurried
    wants: [{ask: [Where now], contains: Square}]
"""


@pytest.fixture(scope="session")
def agents() -> dict[str, Agent]:
    agents, errors = load_agents(ROOT / "agents")
    assert errors == []
    return agents


def test_the_samples_have_good_ones(agents: dict[str, Agent]) -> None:
    cases, errors = load_cases(agents, agents.keys())
    assert errors == []
    assert {case.agent for case in cases} == set(agents)
    assert len(cases) >= 30
    assert {"patient", "hurried", "tricky"} <= {c.what.style for c in cases if isinstance(c.what, Persona)}


def test_cases_know_their_lines_and_languages(agents: dict[str, Agent], tmp_path: Path) -> None:
    path = tmp_path / "tests.yaml"
    path.write_text(GOOD)
    found = read(path, agents["reception"], agents)
    assert [(case.name, case.line, case.language, type(case.what)) for case in found] == [
        ("hours", 2, "en", Script),
        ("Stunden", 6, "de", Script),
        ("in a hurry", 10, "en", Persona),
    ]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            "contains: [",
            "contain: [",
            "5: scripts[0].turns[0].contain: object contains unknown field `contain`",
        ),
        ('["10", "5"]', "[10, 5]", "5: scripts[0].turns[0].contains"),
        ("say: When are you open on Saturday?", "say: ''", "4: scripts[0].turns[0].say: "),
        ("    turns: [{say", "    turn: [{say", "8: scripts[1].turn: "),
        ("style: hurried", "style: lazy", "11: personas[0].style: invalid enum value 'lazy'"),
        (", contains: Square", "", "12: personas[0].wants[0]: needs one of contains, any_of, means"),
        (
            "    wants: [{ask: [Where now], contains: Square}]\n",
            "",
            "10: personas[0]: needs wants, or goal and judge",
        ),
        ("name: Stunden", "name: hours", "6: scripts[1].name: there is 'hours' already"),
        ("language: de", "language: fr", "7: scripts[1].language: reception speaks en, de, es, not fr"),
        (
            "transfer: management",
            "transfer: nobody",
            "8: scripts[1].turns[0].transfer: there is no target nobody",
        ),
        ("say: Wann", "say: '  '", "8: scripts[1].turns[0].say: has nothing but blanks"),
        (
            "    style: hurried\n",
            "    style: hurried\n    goal: '   '\n",
            "12: personas[0].goal: has nothing but blanks",
        ),
        (
            "  - name: hours",
            "  - at_end:\n      tags: [LOOP, SLOW]\n      no_tags:\n        - LOOP\n    name: hours",
            "5: scripts[0].at_end.no_tags[0]: LOOP stands in tags as well",
        ),
        (
            "    style: hurried\n",
            "    style: hurried\n    at_end: {tags: [LOOP], no_tags: [LOOP]}\n",
            "12: personas[0].at_end.no_tags[0]: LOOP stands in tags as well",
        ),
        (
            '["10", "5"]',
            '["10", "Five"]\n        must_not: five',
            "5: scripts[0].turns[0].contains: 'Five' stands in must_not as well",
        ),
        (
            'contains: ["10", "5"]',
            "any_of: [ten, five]\n        must_not: [five, ten]",
            "5: scripts[0].turns[0].any_of: 'ten' stands in must_not as well",
        ),
        (
            "    style: hurried\n",
            "    style: hurried\n    must_not: [square]\n",
            "13: personas[0].wants[0].contains: 'Square' stands in must_not as well",
        ),
        ("transfer: management", "language: fr", "8: scripts[1].turns[0].language: no agent speaks fr"),
        (
            "transfer: management",
            "tool: {name: book, arguments: {days: [2026-11-30]}}",
            "8: scripts[1].turns[0].tool.arguments.days: a function is never called with a date",
        ),
        ("personas:", "? [a]\n: b\npersonas:", "9: not YAML: found unhashable key"),
        ("personas:", "at_end:", "9: at_end: object contains unknown field `at_end`"),
        (
            "  - name: hours",
            "  - at_end: {collected: {x: y}}\n    name: hours",
            "at_end.collected.x: nobody is asked for x",
        ),
        ("  - name: hours", "  - at_end: {outcome: fine}\n    name: hours", "2: scripts[0].at_end.outcome: "),
        ("turns:\n", "turns:\n      - {say: a, say: b}\n", "stands here for the second time"),
        ("scripts:", "scripts: [", "not YAML"),
        (GOOD, "", "expected `object`, got `null`"),
        (GOOD, "language: en\n", "needs scripts or personas"),
    ],
)
def test_a_wrong_file_is_named_with_line_and_field(
    agents: dict[str, Agent], tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    assert old in GOOD
    path = tmp_path / "tests.yaml"
    path.write_text(GOOD.replace(old, new, 1))
    with pytest.raises(AgentFileError) as caught:
        read(path, agents["reception"], agents)
    assert str(path) in str(caught.value)
    assert complaint in str(caught.value)


def test_a_wrong_file_does_not_hide_the_others(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "agents" / "dental", tmp_path / "dental")
    (tmp_path / "dental" / "tests" / "a.yaml").write_text("scripts: 1\n")
    agents, _ = load_agents(tmp_path)
    cases, errors = load_cases(agents, ["dental"])
    assert cases
    assert [error.path.name for error in errors] == ["a.yaml"]
