"""The checklist as a whole, and how it is shown."""

import asyncio
import json
import time

import pytest

from caller.errors import ServerUnreachable
from doctor.checklist import CHECKS, Check, Line, examine
from doctor.finding import Finding, good, unknown, wrong
from doctor.report import as_json, is_well, shown, summary
from doctor.subject import Subject
from tests.canary.test_verdict import report, turn
from tests.fakes.examined import FakePhones, FakeRedis, FakeWeb, subject


async def lines(examined: Subject, checks: tuple[Check, ...] = CHECKS) -> list[Line]:
    return [line async for line in examine(examined, checks)]


def well() -> Subject:
    return subject(phones=FakePhones(reports=[report(turn())] * 3))


async def test_a_stack_in_which_all_is_well() -> None:
    found = await lines(well())
    assert [line.name for line in found] == [check.name for check in CHECKS]
    assert {line.finding.mark for line in found} == {"ok"}, [
        line for line in found if line.finding.mark != "ok"
    ]
    assert is_well(found)
    assert summary(found).plain == "all is well"


async def test_a_part_that_does_not_answer_is_only_its_own_line() -> None:
    web = FakeWeb()
    del web.pages["http://asterisk:8088/metrics"]
    broken = subject(web=web, phones=FakePhones(reports=[report(turn())]))
    found = await lines(broken)
    assert [line.name for line in found if line.finding.mark == "wrong"] == ["Asterisk answers"]
    assert not is_well(found)
    assert summary(found).plain == f"1 of {len(CHECKS)} are not in order: Asterisk answers"


@pytest.mark.parametrize(
    "error", [ServerUnreachable("asterisk", "no answer"), OSError("refused"), RuntimeError("a mistake")]
)
async def test_a_check_that_fails_says_so_and_the_others_go_on(error: Exception) -> None:
    phones = FakePhones(echoed=error, reports=[report(turn())])
    found = {line.name: line.finding for line in await lines(subject(phones=phones))}
    assert found["RTP path open"].mark == "wrong"
    assert str(error) in found["RTP path open"].figure
    assert found["a test call"].mark == "ok"


async def test_calls_are_made_one_after_the_other_and_after_everything_else() -> None:
    happened: list[str] = []

    def looking(name: str) -> Check:
        async def look(_: Subject) -> Finding:
            happened.append(f"{name} begins")
            await asyncio.sleep(0.01)
            happened.append(f"{name} ends")
            return good("")

        return Check(name, look, calls=name.startswith("call"))

    assert [check.calls for check in CHECKS] == sorted(check.calls for check in CHECKS)
    await lines(well(), tuple(looking(name) for name in ("a", "b", "call 1", "call 2")))
    assert happened == [
        *("a begins", "b begins", "a ends", "b ends"),
        *("call 1 begins", "call 1 ends", "call 2 begins", "call 2 ends"),
    ]


def test_a_line_has_its_mark_its_figure_and_what_to_do() -> None:
    assert shown(Line("disk", good("50 GB free"), 0.0)).plain == "✓ disk                   50 GB free"
    bad = shown(Line("disk", wrong("1 GB free", "Make room"), 0.0)).plain
    assert bad == f"✗ disk                   1 GB free\n{'':25}→ Make room"
    assert shown(Line("Grafana", unknown("left out"), 0.0)).plain.startswith("– Grafana ")


def test_json() -> None:
    found = [Line("disk", good("50 GB free"), 0.1), Line("Grafana", unknown("left out"), 0.0)]
    assert json.loads(as_json(found)) == {
        "ok": True,
        "checks": [
            {"name": "disk", "mark": "ok", "figure": "50 GB free", "advice": "", "seconds": 0.1},
            {"name": "Grafana", "mark": "unknown", "figure": "left out", "advice": "", "seconds": 0.0},
        ],
    }
    assert json.loads(as_json([Line("disk", wrong("full", "Make room"), 0.1)]))["ok"] is False


async def test_the_time_of_a_check_is_its_own() -> None:
    began = time.monotonic()
    found = await lines(subject(bus=FakeRedis()), CHECKS[:5])
    assert all(0 <= line.seconds <= time.monotonic() - began for line in found)
