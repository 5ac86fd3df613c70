"""Barge-in on real calls: does an interruption stop the agent, how fast, and does anything else stop it?

    python -m bench.barge_in [--trials N] [--lines N]

People and synthetic voices interrupt an agent that speaks at length, at different moments and levels; acknowledgements,
coughs, clicks, music, babble, line noise and the agent's own echo try to. The caller measures on its own wire from its
first voiced packet to the agent's last; the gateway tells its own measure and its judgement on `events`. The stack must
have bench/agents/lecturer (scripts/bench.sh sees to that). Writes results/barge_in.json and barge_in.png.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.barge_in.calls import Caller
from bench.barge_in.echoes import echoes
from bench.barge_in.pictures import draw
from bench.barge_in.plans import plans
from bench.barge_in.progress import Bar, Progress
from bench.barge_in.sounds import Sounds
from bench.barge_in.trials import Result, figures, kinds
from bench.instruments import report
from bench.instruments.desk import desk
from bench.instruments.stats import finite
from caller.sound.voice import PiperVoice
from parley.errors import ParleyError

TRIALS = 110
"""Interruptions, and about as many sounds that are none."""
LINES = 3
"""Calls at a time: the processor is not to be what is measured."""


async def measure(sounds: Sounds, trials: int, lines: int) -> Progress:
    """Make all calls."""
    progress = Progress(trials)
    echo_count = max(4, trials // 5)
    waiting = plans(sounds)
    bar = Bar(progress, 2 * trials + echo_count)
    async with desk() as at:
        with bar.bar:
            watching = asyncio.create_task(bar.watch())
            await asyncio.gather(*(Caller(at, progress, n).run(waiting) for n in range(lines)))
            await echoes(at, progress, echo_count, lines, bar)
            watching.cancel()
    return progress


def show(results: Sequence[Result]) -> None:
    """Print the table."""
    found = figures(results)
    rows: list[tuple[object, ...]] = []
    for kind in kinds(results):
        names = ("trials", "stop_p50_ms", "stop_p95_ms", "missed_pct", "false_pct", "paused_pct")
        rows.append((kind, *("-" if (v := found.get(f"{kind}_{n}")) is None else v for n in names)))
    report.table(
        "Sounds over the agent",
        ["kind", "tried", "stop p50 ms", "p95 ms", "missed %", "false %", "paused %"],
        rows,
    )
    print(
        f"stop {found['stop_p50_ms']:.0f} ms (p50), {found['stop_p95_ms']:.0f} ms (p95) by the caller, "
        f"{found['gateway_stop_p50_ms']:.0f} and {found['gateway_stop_p95_ms']:.0f} ms by the gateway; "
        f"missed {found['missed_pct']:.1f} %, false {found['false_pct']:.1f} %"
    )
    for result in results:
        if result.missed or result.false:
            wrong = "missed" if result.missed else "false"
            print(f"  {wrong}: {result.kind} {result.label!r}, {result.level_dbfs} dBFS, {result.outcome}")


def main() -> int:
    """Run the benchmark; return the exit status."""
    parser = argparse.ArgumentParser(prog="bench.barge_in", description="Barge-in on real calls.")
    parser.add_argument("--trials", type=int, default=TRIALS, help="interruptions, and as many other sounds")
    parser.add_argument("--lines", type=int, default=LINES, help="calls at a time")
    options = parser.parse_args()
    models = Path(os.environ.get("MODELS_DIR") or "/models")
    on = report.machine()
    try:
        sounds = Sounds(PiperVoice(models / "tts" / (os.environ.get("CALLER_VOICE") or "en_US-joe-medium")))
        progress = asyncio.run(measure(sounds, options.trials, options.lines))
    except ParleyError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    for failure in progress.failures:
        print(f"  ! {failure}", file=sys.stderr)
    if not any(r.interrupts for r in progress.results):
        print("bench: nothing was measured", file=sys.stderr)
        return 1
    show(progress.results)
    path = report.write(
        "barge_in",
        {"lines": options.lines, "codec": "ulaw", "failures": progress.failures},
        finite(figures(progress.results)),
        [vars(r) | {"missed": r.missed, "false": r.false} for r in progress.results],
        on=on,
    )
    draw(progress.results, path.with_suffix(".png"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
