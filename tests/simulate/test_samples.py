"""The samples' own tests, and a new agent's, hold with what the agents know alone: without a language model.

Those in English, and without who asks for a person: what these are read with takes a test too long to load.
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
from simulate.acting import Judge, act, act_all
from simulate.meaning import Meaning
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
    cases, wrong = load_cases(agents, agents.keys())
    assert wrong == []
    base = load_base(MODELS)
    base.load(agents.values())
    judge = Judge(Meaning(MODELS).likeness)
    async with open_stage(redis_url, agents, IndexedLibrary(base), model=False) as scene:
        results = await act_all(
            cases, lambda case: act(scene.stage, case, agents[case.agent], judge), 4, lambda _: None
        )
    assert {f"{r.case.agent}: {r.case.name}": r.problems for r in results if not r.ok} == {}
