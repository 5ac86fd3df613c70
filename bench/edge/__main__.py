"""What the edge carries, and what it holds: `python -m bench.edge`, or `make bench-edge`. Needs no stack and no models.

Kamailio runs as it does in its container, on loopback alone; two cells and all telephones are sipp's, on the same
cores. Each call, registration and question is timed by its sender, from the first request to the answer that was
wanted, with the login that is asked for between. The processor's time is that of all of Kamailio's processes, user and
system, less what they take while nobody asks anything (cells are asked every second).

A rate is carried when at least 99.9 % succeed and 95 % within 100 ms. What is higher fails for whoever needs the
cores first: sipp as well as Kamailio. So the figure of one machine is the lower bound, and the processor's time of one
call is what another machine can be reckoned by. All files are in memory: a registration waits for a disk beside that.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.edge.callers import Load, Outcome, by_tls, cells, run
from bench.edge.kamailio import Kamailio
from bench.instruments import report
from bench.instruments.stats import percentile

RATES = {"call": (100, 200, 400, 800), "register": (100, 200, 400, 800), "ask": (1000, 2000, 4000)}
CARRIED_PERMILLE = 999
CARRIED_P95_MS = 100.0
IDLE_S = 10.0
HELD_PER_S = 150
TLS_LINES = (100, 300)
MEMORY = Path("/dev/shm")
_SETTLES_S = 2.0


@dataclass(frozen=True)
class Run:
    """One measurement."""

    scenario: str
    per_s: int
    begun: int
    failed: int
    retransmitted: int
    p50_ms: float
    p95_ms: float
    cpu_ms: float
    """Of Kamailio, for each of them."""

    @property
    def carried(self) -> bool:
        """Whether the edge has kept up."""
        return (
            1000 * (self.begun - self.failed) >= CARRIED_PERMILLE * self.begun
            and self.p95_ms <= CARRIED_P95_MS
        )


def measure(edge: Kamailio, load: Load, folder: Path, idle: float) -> Run:
    """One run; `idle` is what Kamailio takes anyway, in cores."""
    before, begun_at = edge.cpu_s(), time.monotonic()
    outcome = run(load, folder)
    elapsed = time.monotonic() - begun_at
    return summary(load, outcome, edge.cpu_s() - before - idle * elapsed)


def summary(load: Load, outcome: Outcome, cpu_s: float) -> Run:
    """What a run comes to."""
    return Run(
        scenario=load.scenario,
        per_s=load.per_s,
        begun=outcome.begun,
        failed=outcome.failed,
        retransmitted=outcome.retransmitted,
        p50_ms=round(percentile(outcome.times_ms, 50), 3),
        p95_ms=round(percentile(outcome.times_ms, 95), 3),
        cpu_ms=round(1000 * max(cpu_s, 0.0) / outcome.begun, 4),
    )


def figures(runs: Sequence[Run]) -> dict[str, report.Figure]:
    """The flat names: for each scenario the highest rate that was carried, and the processor's time at it."""
    found: dict[str, report.Figure] = {}
    for scenario in RATES:
        carried = [one for one in runs if one.scenario == scenario and one.carried]
        best = max(carried, key=lambda one: one.per_s, default=None)
        found[f"{scenario}_carried_per_s"] = best.per_s if best else None
        found[f"{scenario}_cpu_ms"] = best.cpu_ms if best else None
        for one in runs:
            if one.scenario == scenario:
                found[f"{scenario}_p95_ms_{one.per_s}"] = one.p95_ms
                found[f"{scenario}_failed_{one.per_s}"] = one.failed
    return found


def idle_cores(edge: Kamailio) -> float:
    """What Kamailio takes while nobody asks anything."""
    before = edge.cpu_s()
    time.sleep(IDLE_S)
    return (edge.cpu_s() - before) / IDLE_S


def held(edge: Kamailio, folder: Path, calls: int) -> dict[str, report.Figure]:
    """Hold so many calls at once: how many were lost, and what each takes of the shared memory while it goes on."""
    settled = edge.figure("kamailio_shmem_used_size")
    set_up_s = calls / HELD_PER_S
    outcome = run(Load("call", HELD_PER_S, set_up_s, hold_s=set_up_s + _SETTLES_S), folder)
    left = edge.figure("kamailio_shmem_used_size")
    return {
        "held_calls": calls,
        "held_failed": outcome.failed,
        # Most of it is given back some seconds after a call: this is what stays of one for a while.
        "held_memory_left_kib": (left - settled) / 1024,
        "held_memory_most_mib": edge.figure("kamailio_shmem_max_used_size") / 2**20,
    }


def lines(edge: Kamailio) -> dict[str, report.Figure]:
    """What each connection by TLS takes of the shared memory, and of the processor while it begins."""
    used, spent = [], []
    for count in TLS_LINES:
        before, cpu = edge.figure("kamailio_shmem_used_size"), edge.cpu_s()
        with by_tls(count):
            spent.append(edge.cpu_s() - cpu)
            used.append(edge.figure("kamailio_shmem_used_size") - before)
        time.sleep(_SETTLES_S)
    more = TLS_LINES[1] - TLS_LINES[0]
    return {
        "tls_memory_kib": (used[1] - used[0]) / more / 1024,
        "tls_handshake_cpu_ms": 1000 * (spent[1] - spent[0]) / more,
    }


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=10.0, help="of every run")
    parser.add_argument("--held", type=int, default=3000, help="calls that go on at once")
    return parser.parse_args()


def main() -> int:
    """Measure, and write the result; return the exit status."""
    args = arguments()
    on = report.machine()
    runs: list[Run] = []
    plan = [Load(scenario, per_s, args.seconds) for scenario, rates in RATES.items() for per_s in rates]
    with tempfile.TemporaryDirectory(dir=MEMORY) as name, report.progress() as bar:
        folder = Path(name)
        task = bar.add_task("edge", total=len(plan) + 3)
        try:
            with cells(folder), Kamailio(folder) as edge:
                idle = idle_cores(edge)
                bar.advance(task)
                # Who is asked about has registered: registrations come before questions.
                for load in plan:
                    bar.update(task, description=f"{load.scenario}, {load.per_s} a second")
                    runs.append(measure(edge, load, folder / f"{load.scenario}-{load.per_s}", idle))
                    bar.advance(task)
                found = figures(runs) | {"idle_cores": idle}
                bar.update(task, description="calls held")
                found |= held(edge, folder / "held", args.held)
                bar.advance(task)
                found |= lines(edge)
        except (RuntimeError, LookupError) as error:
            print(f"bench: {error}", file=sys.stderr)
            return 2
    columns = ["what", "a second", "failed", "again", "p50 ms", "p95 ms", "CPU ms each"]
    rows = [[o.scenario, o.per_s, o.failed, o.retransmitted, o.p50_ms, o.p95_ms, o.cpu_ms] for o in runs]
    report.table("The edge", columns, rows)
    report.table("What it holds", ["what", "figure"], list(found.items())[-7:])
    report.write("edge", vars(args), found, [asdict(one) for one in runs], on=on)
    return 0


if __name__ == "__main__":
    sys.exit(main())
