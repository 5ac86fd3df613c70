"""What a run of sipp comes to, and which rate the edge has carried."""

from pathlib import Path

import pytest

from bench.edge.__main__ import Run, figures, summary
from bench.edge.callers import Load, Outcome, read, write_users


def run(scenario: str, per_s: int, failed: int = 0, p95_ms: float = 5.0) -> Run:
    return Run(scenario, per_s, 1000, failed, 0, 1.0, p95_ms, cpu_ms=per_s / 100)


def test_a_run_is_told_by_call() -> None:
    outcome = Outcome(begun=200, succeeded=199, retransmitted=3, times_ms=[1.0, 2.0, 3.0])
    found = summary(Load("call", 20, 10), outcome, cpu_s=0.5)
    assert (found.failed, found.retransmitted, found.p50_ms, found.cpu_ms) == (1, 3, 2.0, 2.5)


def test_the_highest_rate_that_was_carried_counts() -> None:
    found = figures([run("call", 50), run("call", 100), run("call", 200, failed=2), run("ask", 500)])
    assert (found["call_carried_per_s"], found["call_cpu_ms"]) == (100, 1.0)
    assert found["call_failed_200"] == 2
    assert found["ask_carried_per_s"] == 500
    assert found["register_carried_per_s"] is None


@pytest.mark.parametrize(
    ("one", "carried"),
    [
        (run("call", 50, failed=1), True),
        (run("call", 50, failed=2), False),
        (run("call", 50, p95_ms=100.0), True),
        (run("call", 50, p95_ms=100.1), False),
    ],
)
def test_carried_is_nearly_all_of_them_and_in_time(one: Run, carried: bool) -> None:
    assert one.carried is carried


def test_what_sipp_writes_is_read(tmp_path: Path) -> None:
    (tmp_path / "stat.csv").write_text(
        "StartTime;SuccessfulCall(C);FailedCall(C);Retransmissions(C);\nx;10;0;0;\nx;97;3;4;\n"
    )
    (tmp_path / "call_7_rtt.csv").write_text("Date_ms;response_time_ms;rtd_no\n1.5;2.25;1\n2.5;4;1\n")
    outcome = read(tmp_path, 100)
    assert outcome == Outcome(100, 97, 4, [2.25, 4.0])
    assert outcome.failed == 3


def test_each_user_has_a_login_of_its_own(tmp_path: Path) -> None:
    lines = write_users(tmp_path).read_text().splitlines()
    assert lines[0] == "SEQUENTIAL"
    assert len(set(lines)) == 1001
    assert all(f"[authentication username={line.partition(';')[0]} " in line for line in lines[1:])
