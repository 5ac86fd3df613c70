"""Simulated callers at the running stack: as `make simulate` has them, by the rights of their own user in Redis."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from xml.etree import ElementTree

import pytest

from tests.e2e.stack import Witness, until_taking_calls

pytestmark = pytest.mark.stack
ROOT = Path(__file__).parents[3]
TESTS = """\
scripts:
  - name: an exact answer
    turns:
      - {say: "What is your email address?", contains: help@techstore.example}
      - {say: "Thank you, goodbye.", ends: true}
  - name: a person
    turns: [{say: I want to speak to a person., transfer: service}]
    at_end: {outcome: handed_over}
  - name: what the shop does not say
    turns: [{say: "Are you a robot?", contains: "No, I am Ann."}]
"""


def user(name: str) -> str:
    """REDIS_URL for another user, who may have a password of their own."""
    url = urlsplit(os.environ["REDIS_URL"])
    password = os.environ.get(f"REDIS_PASSWORD_{name.upper()}") or url.password
    return urlunsplit(url._replace(netloc=f"{name}:{password}@{url.hostname}:{url.port}"))


def simulate(tests: Path, out: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "simulate", "techstore", "--parallel", "3", "--out", str(out)],
        cwd=ROOT / "services",
        env={**os.environ, "AGENTS_DIR": str(tests), "REDIS_URL": user("simulate"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


async def test_simulated_callers_find_what_the_stack_answers(witness: Witness, tmp_path: Path) -> None:
    await until_taking_calls()
    agent = tmp_path / "agents" / "techstore"
    (agent / "tests").mkdir(parents=True)
    (agent / "agent.yaml").write_bytes((ROOT / "agents" / "techstore" / "agent.yaml").read_bytes())
    (agent / "tests" / "three.yaml").write_text(TESTS)
    done = await asyncio.to_thread(simulate, tmp_path / "agents", tmp_path / "out")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "3 conversations, 1 failed" in done.stdout
    (junit,) = (tmp_path / "out").glob("*/junit.xml")
    cases = {case.get("name"): case for case in ElementTree.parse(junit).iter("testcase")}
    failed = [name for name, case in cases.items() if case.find("failure") is not None]
    assert failed == ["what the shop does not say"], done.stdout
    assert junit.with_name("report.html").stat().st_size
    # Records, webhooks and the console hear nothing of them.
    assert [e for e in await witness.all("call_started") if e.call.startswith("sim-")] == []
