"""An experiment, from the events of its calls to what is printed of it."""

from pathlib import Path

import pytest

from parley.event_log import LoggedEvent
from parley.messages import Event
from parley.telephone.numbers import CANARY
from records.experiment.__main__ import main
from records.experiment.compare import Row
from records.experiment.gather import experiments, gather
from records.experiment.table import table
from records.query import Query
from records.report.gather import gather as gather_week
from records.report.page import render
from tests.records.report.conftest import DAY, WEEK, Calls
from tests.records.report.test_page import MADE, words


def had(calls: Calls, variant: str, outcome: str = "resolved", name: str = "shorter", **more: object) -> None:
    calls.add(WEEK.begin + DAY, outcome, part={"experiment": name, "variant": variant}, **more)  # type: ignore[arg-type]


@pytest.fixture
def busy(calls: Calls) -> Calls:
    """A hundred calls of `a`, 40 of `b`, and others that are part of nothing."""
    for number in range(100):
        good = number % 2
        had(
            calls,
            "a",
            "resolved" if good else "unknown_answer",
            caller=f"10{number % 50}",
            score=50 + number % 9,
        )
    for number in range(40):
        good = number % 10
        had(calls, "b", "resolved" if good else "handed_over", caller=f"20{number}", score=70, wait=0.5)
    had(calls, "b", "failed", caller=CANARY)
    had(calls, "b", "failed", analysed=False)
    calls.add(WEEK.begin, "failed")
    return calls


def rows(calls: Calls) -> dict[str, Row]:
    return {row.name: row for row in gather(calls.store, "shop", "shorter").rows}


def test_versions_are_compared_by_their_own_calls(busy: Calls) -> None:
    found = gather(busy.store, "shop", "shorter")
    assert (found.calls_a, found.calls_b, found.callers_a, found.callers_b) == (100, 40, 50, 40)
    told = rows(busy)
    assert (told["contained"].a, told["contained"].b) == (0.5, 0.9)
    assert (told["not known"].a, told["not known"].b) == (0.5, 0.0)
    assert (told["handed over"].a, told["handed over"].b) == (0.0, 0.1)
    assert told["score, mean"].b == 70
    assert (told["answer, median"].a, told["answer, median"].b) == (1.0, 0.5)
    contained = told["contained"].difference
    assert contained is not None
    assert (contained.value, contained.seen) == (pytest.approx(0.4), True)
    assert gather(busy.store, "shop", "shorter", until=WEEK.begin).calls_a == 0


def test_length_and_waits_are_those_of_calls_by_voice(calls: Calls) -> None:
    for _ in range(12):
        had(calls, "a", channel="web", wait=9.0)
        had(calls, "b", wait=2.0)
    told = rows(calls)
    assert [(told[name].count_a, told[name].count_b) for name in ("answer, median", "length, mean")] == [
        (0, 12)
    ] * 2
    assert (told["answer, median"].a, told["answer, median"].b) == (None, 2.0)


def test_a_call_that_was_begun_anew_counts_once(calls: Calls) -> None:
    again: dict[str, object] = {"caller": "1001", "experiment": "shorter", "variant": "b"}
    first = {"experiment": "shorter", "variant": "a"}
    calls.add(WEEK.begin, "resolved", ("call_started", again), part=first)
    found = gather(calls.store, "shop", "shorter")
    assert (found.calls_a, found.calls_b, found.needed) == (1, 0, None)


def test_the_newest_experiment_comes_first(calls: Calls) -> None:
    had(calls, "a", name="older")
    calls.add(WEEK.begin + 2 * DAY, "resolved", part={"experiment": "newer", "variant": "b"})
    assert experiments(calls.store, Query(agent="shop")) == [("shop", "newer"), ("shop", "older")]
    assert experiments(calls.store, Query(agent="clinic")) == []


def test_it_is_printed_with_what_may_be_chance(
    busy: Calls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RECORDS_DIR", str(tmp_path / "records"))
    monkeypatch.setenv("REDIS_URL", "redis://unused")
    assert main(["shop"]) == 0
    printed = capsys.readouterr().out
    assert printed == table(gather(busy.store, "shop", "shorter")) + "\n"
    lines = {line[:16].strip(): line[16:].split() for line in printed.splitlines()}
    assert lines["contained"][:6] == ["50.0", "%", "90.0", "%", "+40.0", "+23.8"]
    assert lines["contained"][-3:] == ["b", "has", "more"]
    assert lines["length, mean"][-3:] == ["no", "difference", "seen"]
    assert "calls more, dealt as these were" in printed
    assert main(["shop", "other"]) == 1
    assert "experiment other, only of shorter" in capsys.readouterr().err
    calls_of_another(busy)
    assert main(["clinic"]) == 1
    assert "no call of clinic was part of an experiment\n" in capsys.readouterr().err


def calls_of_another(calls: Calls) -> None:
    event = Event(call="other", at=WEEK.begin, kind="call_started", data={"agent": "clinic"})
    calls.store.add([LoggedEvent("9-0", event)])


@pytest.mark.parametrize("asked", [[], [""], ["nosuch"]])
def test_an_agent_that_there_is_not_is_named_with_those_that_there_are(
    busy: Calls,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    asked: list[str],
) -> None:
    monkeypatch.setenv("RECORDS_DIR", str(tmp_path / "records"))
    monkeypatch.setenv("REDIS_URL", "redis://unused")
    monkeypatch.setenv("AGENTS_DIR", str(tmp_path / "agents"))
    (tmp_path / "agents" / "new").mkdir(parents=True)
    assert busy.store.count()
    assert main(asked) == 2
    what = "there is no agent 'nosuch';" if asked == ["nosuch"] else "which agent?"
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"experiment: setting AGENT: {what} there are new, shop\n"


def test_the_page_of_a_week_has_its_experiments(busy: Calls) -> None:
    now, before = gather_week(busy.store, WEEK), gather_week(busy.store, WEEK.before)
    assert before.experiments == []
    text = words(render(now, before, WEEK, "shop", MADE))
    assert "Experiment shorter of shop" in text
    assert "contained 50.0 % 90.0 % +40.0 +23.8 to +51.4 b has more" in text
    assert "Experiment" not in words(render(before, before, WEEK, "shop", MADE))
