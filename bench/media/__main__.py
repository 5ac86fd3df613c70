"""What the media plane costs, and how well it keeps time: `python -m bench.media`, or `make bench-media`.

N simulated calls send RTP (slin16, real telephone speech at 40 % talk, a line's noise in between) over loopback and
receive what the plane sends: it answers every utterance with two seconds of speech. The plane is the gateway's own, in
a process like the gateway's: a tick thread, and an event loop that consumes its events (without the call control and
Redis behind it). It is pinned to one core, the generator of the packets to another.

Loss is counted both ways: packets that were sent to the plane and never got into a call, and gaps in the sequence
numbers of what came back. The CPU time is that of the plane's whole process, user and system.
"""

import argparse
import multiprocessing as mp
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bench.instruments import report
from bench.instruments.callers import FRAME_SAMPLES
from bench.instruments.stats import percentile
from bench.media.callers import TALK, WARM_UP_S, generate
from bench.media.plane import serve

CALLS = (50, 100, 200, 500, 1000)
GOAL_LATE_MS = 5.0


@dataclass(frozen=True)
class Run:
    """One measurement; times in milliseconds."""

    calls: int
    vad: bool
    seconds: float
    cpu_s: float
    core_pct_per_call: float
    late_p50_ms: float
    late_p99_ms: float
    late_max_ms: float
    work_p50_ms: float
    work_p99_ms: float
    work_mean_ms: float
    inference_ms: float
    """Of a tick's mean work."""
    sockets_ms: float
    ticks: int
    skipped: int
    over_budget: int
    """Windows that were judged beyond the detector's budget."""
    packets_in: int
    packets_out: int
    lost_in: int
    lost_out: int
    lost_pct: float
    speech_starts: int
    memory_mib: float
    generator_late_p99_ms: float


def measure(calls: int, vad: bool, args: argparse.Namespace) -> Run:
    """One run, in two fresh processes."""
    context = mp.get_context("spawn")
    plane_end, plane_child = context.Pipe()
    generator_end, generator_child = context.Pipe()
    plane_core, generator_core = _cores()
    plane = context.Process(target=serve, args=(plane_child, calls, vad, plane_core, args), daemon=True)
    plane.start()
    plane_child.close()  # so that its death is noticed here
    port = plane_end.recv()
    generator = context.Process(
        target=generate, args=(generator_child, calls, port, generator_core, args), daemon=True
    )
    generator.start()
    generator_child.close()
    plane_end.send(generator_end.recv())
    plane_end.recv()
    generator_end.send("go")
    time.sleep(WARM_UP_S)
    plane_end.send("begin")
    time.sleep(args.seconds)
    plane_end.send("end")
    there = generator_end.recv()
    time.sleep(0.2)
    plane_end.send("stop")
    here = plane_end.recv()
    plane.join()
    generator.join()
    return _run(calls, vad, here, there)


def _cores() -> tuple[int, int]:
    usable = sorted(os.sched_getaffinity(0))
    return usable[0], usable[-1]


def _run(calls: int, vad: bool, here: dict[str, Any], there: dict[str, Any]) -> Run:
    late, work = here["late"], here["work"]
    lost_in = there["sent"] - here["accepted"]
    return Run(
        calls=calls,
        vad=vad,
        seconds=round(here["seconds"], 3),
        cpu_s=round(here["cpu_s"], 3),
        core_pct_per_call=round(100 * here["cpu_s"] / here["seconds"] / calls, 4),
        late_p50_ms=round(1000 * percentile(late, 50), 3),
        late_p99_ms=round(1000 * percentile(late, 99), 3),
        late_max_ms=round(1000 * max(late), 3),
        work_p50_ms=round(1000 * percentile(work, 50), 3),
        work_p99_ms=round(1000 * percentile(work, 99), 3),
        work_mean_ms=round(1000 * sum(work) / len(work), 3),
        inference_ms=round(1000 * here["inference_s"] / len(work), 3),
        sockets_ms=round(1000 * here["sockets_s"] / len(work), 3),
        ticks=len(late),
        skipped=here["skipped"],
        over_budget=here["over_budget"],
        packets_in=there["sent"],
        packets_out=here["sent"],
        lost_in=lost_in,
        lost_out=there["lost"],
        lost_pct=round(100 * (lost_in + there["lost"]) / (there["sent"] + here["sent"]), 5),
        speech_starts=here["speech_starts"],
        memory_mib=round(here["memory_mib"], 1),
        generator_late_p99_ms=round(there["late_p99_ms"], 3),
    )


def figures(runs: Sequence[Run]) -> dict[str, float]:
    """The flat names; lateness and loss are those with VAD, which is how the gateway runs."""
    flat: dict[str, float] = {}
    for run in runs:
        kind = "vad" if run.vad else "media"
        flat[f"{kind}_core_pct_per_call_{run.calls}"] = run.core_pct_per_call
        prefix = "" if run.vad else "media_"
        flat[f"{prefix}tick_late_p50_ms_{run.calls}"] = run.late_p50_ms
        flat[f"{prefix}tick_late_p99_ms_{run.calls}"] = run.late_p99_ms
        flat[f"{prefix}tick_work_p99_ms_{run.calls}"] = run.work_p99_ms
        flat[f"{prefix}lost_pct_{run.calls}"] = run.lost_pct
    return flat


_COLUMNS = {
    "calls": "calls",
    "core_pct_per_call": "% of a core per call",
    "late_p50_ms": "late p50 ms",
    "late_p99_ms": "p99",
    "work_p50_ms": "work p50 ms",
    "work_p99_ms": "p99",
    "inference_ms": "of it VAD",
    "sockets_ms": "sockets",
    "skipped": "skipped",
    "lost_pct": "lost %",
    "speech_starts": "utterances",
    "memory_mib": "MiB",
}


def limit(run: Run) -> str:
    """Say what keeps a run from keeping time; empty when nothing does."""
    if run.late_p99_ms < GOAL_LATE_MS and not run.skipped:
        return ""
    rest = run.work_mean_ms - run.inference_ms - run.sockets_ms
    parts = f"inference {run.inference_ms:.1f}, system calls {run.sockets_ms:.1f}, the rest {rest:.1f}"
    kind = "with" if run.vad else "without"
    work = f"a tick works for {run.work_mean_ms:.1f} ms of 20, p99 {run.work_p99_ms:.1f}"
    return f"{run.calls} calls {kind} VAD: {work}: {parts}"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--calls", default=",".join(map(str, CALLS)), help="comma-separated")
    parser.add_argument("--seconds", type=float, default=20.0, help="of every run, after the warm-up")
    parser.add_argument("--format", default="slin16", choices=["slin16", "ulaw", "alaw"])
    parser.add_argument("--engine", default="onnx", choices=["onnx", "torch"])
    parser.add_argument("--vad-rate", type=int, default=8000, choices=[8000, 16000])
    parser.add_argument("--models-dir", default=os.environ.get("MODELS_DIR", "/models"))
    parser.add_argument("--name", default="media", help="of the file of results")
    return parser.parse_args()


def main() -> None:
    args = arguments()
    # One thread for numpy's products, as in the gateway: the plane has one core. Read when the processes start.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    on = report.machine()
    plan = [(int(calls), vad) for calls in args.calls.split(",") for vad in (False, True)]
    runs: list[Run] = []
    with report.progress() as bar:
        task = bar.add_task("media plane", total=len(plan))
        for calls, vad in plan:
            bar.update(task, description=f"{calls} calls, {'with' if vad else 'without'} VAD")
            try:
                runs.append(measure(calls, vad, args))
            except EOFError:
                sys.exit("bench: a process has died (see above)")
            bar.advance(task)
    for vad in (False, True):
        rows = [[getattr(run, field) for field in _COLUMNS] for run in runs if run.vad == vad]
        report.table(f"{'With' if vad else 'Without'} VAD", list(_COLUMNS.values()), rows)
    limits = [found for found in map(limit, runs) if found]
    for found in limits:
        report.console.print(f"Limit: {found}")
    settings = {
        "talk": TALK,
        "warm_up_s": WARM_UP_S,
        "frame_samples": FRAME_SAMPLES,
        "limits": limits,
        **vars(args),
    }
    settings.pop("models_dir")
    report.write(args.name, settings, figures(runs), [asdict(run) for run in runs], on=on)


if __name__ == "__main__":
    main()
