"""The doctor at the running stack: all is well, and what is broken is named, that and little else."""

import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from doctor.checklist import CHECKS, examine
from doctor.finding import Finding
from doctor.probes.facts import Facts, parse
from doctor.probes.phones import Phones
from doctor.probes.web import Web
from doctor.probes.wire import Wire
from doctor.settings import DoctorSettings
from doctor.subject import Subject
from parley.bus import Bus
from parley.settings import load
from tests.e2e.breakage import ari_cut, queue_filled, stt_stopped
from tests.e2e.stack import containers, until_healthy

pytestmark = pytest.mark.stack

ROOT = Path(__file__).parents[3]
# Errors that other tests caused are not looked at; nor is this machine's speed.
ENVIRON = {
    **os.environ,
    "PROJECT": os.environ.get("COMPOSE_PROJECT_NAME", ""),
    "SINCE": "2s",
    "TURN_BUDGET_S": "30",
}
QUICK = tuple(check for check in CHECKS if not check.calls)


def facts() -> str:
    told = subprocess.run(
        ["scripts/doctor.sh", "facts"], cwd=ROOT, env=ENVIRON, check=True, capture_output=True, text=True
    ).stdout
    # Tests of alerts have Alertmanager tell somebody who is gone by now.
    return "".join(f"{line}\n" for line in told.splitlines() if not line.startswith("error\talertmanager"))


async def findings(known: Facts) -> dict[str, Finding]:
    """What the checks find that make no calls."""
    settings = load(DoctorSettings, ENVIRON)
    bus = Bus.connect(settings.redis_url)
    subject = Subject(settings, known, Web(), Wire(), bus, Phones(settings))
    try:
        return {line.name: line.finding async for line in examine(subject, QUICK)}
    finally:
        await bus.close()


async def until_wrong(*names: str, within: float = 60.0) -> dict[str, Finding]:
    """Look again and again until these lines are all wrong; return everything that was found then."""
    deadline = time.monotonic() + within
    while True:
        found = await findings(parse((await asyncio.to_thread(facts)).splitlines()))
        if all(found[name].mark == "wrong" for name in names):
            return found
        assert time.monotonic() < deadline, {name: found[name] for name in names}
        await asyncio.sleep(1)


async def test_a_healthy_stack_is_all_well() -> None:
    for container in containers("canary"):  # another test may just have started it anew
        if container.status == "running":
            await until_healthy(container)
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "doctor", "--json"],
        cwd=ROOT / "services",
        env=ENVIRON,
        input=facts(),
        capture_output=True,
        text=True,
        check=False,
    )
    found = json.loads(done.stdout)
    marks = {check["name"]: (check["mark"], check["figure"]) for check in found["checks"]}
    assert list(marks) == [check.name for check in CHECKS]
    # The host's disk is not to be seen from this container; Grafana is left out where its image cannot be had.
    # A busy machine may have room for one call only, and no moment to measure the language model.
    may_be_unknown = {"disk", "clock", "Grafana dashboards", "calls at once", "fit to this machine"}
    bad = {name: what for name, what in marks.items() if what[0] != "ok" and name not in may_be_unknown}
    assert bad == {}
    assert {marks[name][0] for name in may_be_unknown} <= {"ok", "unknown"}, marks
    assert (found["ok"], done.returncode) == (True, 0), done.stderr


async def test_no_speech_recognition() -> None:
    async with stt_stopped():
        found = await until_wrong("containers healthy", "models loaded", "Prometheus targets up")
        assert "stt" in found["containers healthy"].figure
        assert "SERVICE=stt" in found["models loaded"].advice
        assert {found[name].mark for name in ("Asterisk answers", "ARI connected", "Redis healthy")} == {"ok"}


async def test_no_ari() -> None:
    async with ari_cut():
        found = await until_wrong("Asterisk answers", "ARI connected", "WebSocket listening", "SIP reachable")
        assert found["ARI connected"].figure == "0 of 2 gateways connected"
        assert {found[name].mark for name in ("models loaded", "Redis healthy", "queues empty")} == {"ok"}


async def test_a_queue_that_fills() -> None:
    async with queue_filled():
        found = await until_wrong("queues empty", within=120)
        assert found["queues empty"].figure.startswith("jobs:stt: ")
        assert found["Asterisk answers"].mark == "ok"
