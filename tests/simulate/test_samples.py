"""The samples' own tests, and a new agent's, hold with what the agents know alone: without a language model.

Those in English, and without who asks for a person: what these are read with takes a test too long to load. Those whose
callers a model plays are only read.
"""

import os
import shutil
from pathlib import Path

import pytest

from agent.knowledge.base import load_base
from agent.knowledge.library import IndexedLibrary
from parley.agents import load_agents
from parley.agents.scaffold import scaffold
from parley.simulation.load import load_cases
from parley.simulation.schema import STYLES, Line, Persona
from simulate.acting import Judge, act, act_all
from simulate.meaning import Meaning
from simulate.results import Result
from simulate.running import needs_model
from tests.simulate.conftest import open_stage

ROOT = Path(__file__).parents[2]
MODELS = Path(os.environ.get("MODELS_DIR", "/models"))


async def test_the_samples_answer_as_their_tests_say(redis_url: str, tmp_path: Path) -> None:
    if not (MODELS / "embeddings").is_dir():
        pytest.skip(f"no embedding model under {MODELS}")
    for name in ("dental", "techstore"):
        left_out = shutil.ignore_patterns("people.yaml")
        shutil.copytree(ROOT / "agents" / name, tmp_path / "agents" / name, ignore=left_out)
    scaffold(tmp_path / "agents", "acme")
    agents, _ = load_agents(tmp_path / "agents")
    found, wrong = load_cases(agents, agents.keys())
    assert wrong == []
    cases = [case for case in found if not needs_model(case)]
    base = load_base(MODELS)
    base.load(agents.values())
    judge = Judge(Meaning(MODELS).likeness)
    async with open_stage(redis_url, agents, IndexedLibrary(base), model=False) as scene:
        results: list[Result] = []
        await act_all(
            cases, lambda case: act(scene.stage, case, agents[case.agent], judge), 4, results.append
        )
    assert {f"{r.case.agent}: {r.case.name}": r.problems for r in results if not r.ok} == {}


def test_each_sample_is_called_in_every_way_by_rules_and_by_a_model() -> None:
    agents, _ = load_agents(ROOT / "agents")
    cases, wrong = load_cases(agents, agents.keys())
    assert wrong == []
    for name in agents:
        for by_model in (False, True):
            own = [c for c in cases if c.agent == name and needs_model(c) is by_model]
            styles = {c.what.style for c in own if isinstance(c.what, Persona)}
            assert set(STYLES) - styles <= {"mistypes"}, f"{name}, {'by a model' if by_model else 'by rules'}"
        assert any(isinstance(c.what, Persona) and c.what.line != Line() for c in cases if c.agent == name)
