"""Are calls as quick while those before them are analysed? `make bench-analysis`.

    python -m bench.analysis PHASE [CALLS] [PASSES]

scripts/lib/analysis.sh has the records' service analyse calls, or not, for each of PHASES in turn; in each the same
callers ask what is known, CALLS at a time, and all of it again as often as PASSES says. A call that ends is read while
the others go on. The last phase compares: the ratio is of all turns with analysis to all without it, one phase of which
was before and one after. That calls were read, and only then, the agent worker's own count says.
Writes its part of results/insight.json.
"""

import argparse
import asyncio
import json
import os
import re
import socket
import sys
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from bench.conversation.levels import settings
from bench.conversation.measuring import known_callers, measure
from bench.instruments import report
from bench.instruments.stats import finite, percentile
from parley.errors import ParleyError

PHASES = ("without", "with", "with-again", "without-again")
_READ = re.compile(r'^parley_calls_read_total\{[^}]*outcome="read"[^}]*\} (\S+)$', re.MULTILINE)
_SETTLED_S = 30.0
"""After the last call of a phase, until it has been read."""


class Phase(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured in one."""

    name: str
    delays_s: list[float]
    """Voice-to-voice latencies."""
    failures: list[str]
    calls_read: float
    """By the agent worker."""
    cpu_pct: dict[str, float]
    """Of one core, by service."""
    machine: dict[str, Any]

    @property
    def analysed(self) -> bool:
        """Whether calls were to be."""
        return not self.name.startswith("without")


def figures(phases: Sequence[Phase]) -> dict[str, float | None]:
    """What is to be known; ValueError: calls were read where they were not to be, or none was where they were."""
    for phase in phases:
        if bool(phase.calls_read) != phase.analysed:
            raise ValueError(f"phase {phase.name}: {phase.calls_read:g} calls were read")
    on = [phase for phase in phases if phase.analysed]
    off = [phase for phase in phases if not phase.analysed]
    having, lacking = ([delay for phase in some for delay in phase.delays_s] for some in (on, off))
    found: dict[str, float | None] = {
        "turns_with_analysis": len(having),
        "turns_without_analysis": len(lacking),
        "calls_read_by_analysis": sum(phase.calls_read for phase in on),
        "failures_beside_analysis": sum(len(phase.failures) for phase in phases),
    }
    for percent in (50, 95):
        first, last = (percentile(phase.delays_s, percent) for phase in (off[0], off[-1]))
        found |= {
            f"p{percent}_s_with_analysis": percentile(having, percent),
            f"p{percent}_s_without_analysis": percentile(lacking, percent),
            f"p{percent}_ratio_with_analysis": percentile(having, percent) / percentile(lacking, percent),
            f"p{percent}_after_to_before_without_analysis": last / first,
        }
    return found


def is_mine(name: str) -> bool:
    """Whether a name in results/insight.json is this benchmark's."""
    return name.endswith("_analysis")


def _calls_read() -> float:
    """By all agent workers so far."""
    found = 0.0
    for address in socket.gethostbyname_ex("agent")[2]:
        url = f"http://{address}:{os.environ.get('METRICS_PORT') or 9100}/metrics"
        with urllib.request.urlopen(url, timeout=5) as answer:
            found += read_so_far(answer.read().decode())
    return found


def read_so_far(page: str) -> float:
    """How many calls a page of an agent worker's metrics says were read."""
    return sum(map(float, _READ.findall(page)))


async def run(name: str, calls: int, passes: int, folder: Path) -> int:
    """Measure one phase and keep it; after the last one compare, print and write. Return the exit status."""
    once = known_callers(calls)
    on, before = report.machine(), await asyncio.to_thread(_calls_read)
    level = await measure([own * passes for own in once], f"{name} analysis")
    await asyncio.sleep(_SETTLED_S)
    phase = Phase(
        name=name,
        delays_s=level.delays("all"),
        failures=level.failures,
        calls_read=await asyncio.to_thread(_calls_read) - before,
        cpu_pct=level.used.cpu_pct if level.used else {},
        machine=on,
    )
    if not phase.delays_s:
        print("bench: no turn was measured", file=sys.stderr)
        return 1
    (folder / f"analysis-{name}.json").write_bytes(msgspec.json.encode(phase))
    return compared(folder, calls, passes) if name == PHASES[-1] else 0


def compared(folder: Path, calls: int, passes: int) -> int:
    """Compare the phases; return the exit status."""
    phases = [
        msgspec.json.decode((folder / f"analysis-{name}.json").read_bytes(), type=Phase) for name in PHASES
    ]
    try:
        found = figures(phases)
    except ValueError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    report.table("calls beside analysis", ("", ""), [(name, value) for name, value in found.items()])
    for phase in phases:
        report.console.print(f"{phase.name}: {json.dumps(phase.cpu_pct)}", highlight=False)
        for failure in phase.failures:
            print(f"  ! {failure}")
    told = settings([calls]) | {"passes": passes, "machine": phases[0].machine}
    report.write("insight", {"with_analysis": told}, finite(found), (), mine=is_mine)
    return 0


def main() -> int:
    """Run a phase of the benchmark; return the exit status."""
    parser = argparse.ArgumentParser(prog="bench.analysis", description="Calls while others are analysed.")
    parser.add_argument("phase", choices=PHASES)
    parser.add_argument("calls", nargs="?", type=int, default=2, help="calls at a time")
    parser.add_argument("passes", nargs="?", type=int, default=3, help="how often all of it is asked")
    options = parser.parse_args()
    folder = Path(os.environ.get("CLIPS_DIR") or "/bench")
    try:
        return asyncio.run(run(options.phase, options.calls, options.passes, folder))
    except ParleyError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
