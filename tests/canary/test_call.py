"""A call in a process of its own; the process is a script here."""

import sys
from pathlib import Path

import msgspec
import pytest

from canary import call as module
from canary.call import call
from tests.canary.test_verdict import ANSWER, BYE, KEY, report

WRITES = """
import pathlib, sys
arguments = sys.argv[1:]
assert arguments[:5] == ["agents/canary.yaml", "--user", "canary", "--server", "asterisk:5060"], arguments
pathlib.Path(arguments[arguments.index("--out") + 1]).write_bytes({data!r})
sys.exit({status})
"""
SCRIPT = Path("agents/canary.yaml")
SERVER = "asterisk:5060"


def python(program: str) -> tuple[str, ...]:
    return (sys.executable, "-c", program)


async def test_the_report_is_judged() -> None:
    data = msgspec.json.encode(report(KEY, ANSWER, BYE))
    verdict = await call(SCRIPT, SERVER, command=python(WRITES.format(data=data, status=0)))
    assert verdict.outcome == "ok"


async def test_a_call_that_is_not_as_expected() -> None:
    data = msgspec.json.encode(report(KEY, failures=["2 turns were not reached"]))
    verdict = await call(SCRIPT, SERVER, command=python(WRITES.format(data=data, status=1)))
    assert (verdict.outcome, verdict.faults) == ("wrong", ("2 turns were not reached",))


async def test_a_call_that_cannot_be_made_says_why() -> None:
    program = "import sys; print('a warning\\ncaller: SIP server asterisk: no answer', file=sys.stderr); sys.exit(2)"
    verdict = await call(SCRIPT, SERVER, command=python(program))
    assert (verdict.outcome, verdict.faults) == ("failed", ("SIP server asterisk: no answer",))


async def test_a_call_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_S", 0.2)
    verdict = await call(SCRIPT, SERVER, command=python("import time; time.sleep(60)"))
    assert (verdict.outcome, verdict.faults) == ("failed", ("the call was not over after 0.2 s",))
