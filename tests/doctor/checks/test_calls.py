"""Checks that call the agent."""

import pytest

from caller.errors import CallFailed
from canary.verdict import Verdict
from doctor.checks import calls
from doctor.probes.web import Page
from tests.canary.test_verdict import report, turn
from tests.fakes.examined import FakePhones, FakeWeb, subject


async def test_a_call_within_its_budget() -> None:
    found = await calls.one(subject())
    assert (found.mark, found.figure) == ("ok", "answers in 1.20 s (budget 2.5 s), falls silent in 80 ms")


async def test_a_slow_call() -> None:
    slow = FakePhones(verdict=Verdict("ok", 3.1, 0.08, True, True))
    found = await calls.one(subject(phones=slow))
    assert (found.mark, found.figure[:17]) == ("wrong", "answers in 3.10 s")
    assert "make trace" in found.advice


async def test_a_call_that_goes_wrong() -> None:
    bad = FakePhones(verdict=Verdict("wrong", 1.0, None, False, True, ("turn 1 was not answered", "no echo")))
    found = await calls.one(subject(phones=bad))
    assert (found.mark, found.figure) == ("wrong", "turn 1 was not answered; no echo")


async def test_a_script_that_measures_nothing() -> None:
    found = await calls.one(subject(phones=FakePhones(verdict=Verdict("ok", 1.0, None, True, True))))
    assert (found.mark, found.figure) == ("wrong", "nothing was measured")


async def test_calls_at_once() -> None:
    phones = FakePhones(reports=[report(turn(voice_to_voice_s=delay)) for delay in (1.0, 2.5, 1.5)])
    found = await calls.several(subject(phones=phones))
    assert (found.mark, found.figure) == ("ok", "3 calls at once, the slowest answer after 2.50 s")


async def test_a_call_at_once_that_is_not_answered() -> None:
    phones = FakePhones(reports=[report(turn()), report(turn(), failures=["turn 1 was not answered"])])
    found = await calls.several(subject(phones=phones))
    assert (found.mark, found.figure) == ("wrong", "1 of 2 calls answered: turn 1 was not answered")


async def test_a_call_at_once_that_is_refused() -> None:
    refused = CallFailed("100", 503, "Service Unavailable")
    found = await calls.several(subject(phones=FakePhones(reports=[report(turn()), refused])))
    assert found.mark == "wrong"
    assert found.figure.startswith("1 of 2 calls answered: extension 100: the service is not available")


@pytest.mark.parametrize(("left", "asked"), [("2", [2]), ("7", [3]), ("1", []), ("0", [])])
async def test_no_more_calls_than_there_is_room_for(left: str, asked: list[int]) -> None:
    web = FakeWeb()
    web.pages["http://10.0.0.2:9100/metrics"] = Page(200, f"parley_calls_left {left}\n")
    phones = FakePhones(reports=[report(turn())])
    found = await calls.several(subject(web=web, phones=phones))
    assert phones.asked == asked
    assert found.mark == ("ok" if asked else "unknown")
