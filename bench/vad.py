"""The VAD engines compared: `python -m bench.vad`, or `make bench-vad`.

One inference judges a window of 32 ms of N calls; what counts is its time on one thread, by engine, model rate and N.
The windows are real speech on the telephone. An engine that is not installed (torch is an optional extra) or whose
model is not there is left out, and that is said. The engines' agreement is the share of windows on whose side of 0.5
both put the same speech.
"""

import argparse
import os
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench import report
from bench.callers import caller_track
from gateway.media.vad import LOOKBACK_SAMPLES, WINDOW_SAMPLES, VadEngine, VadEngineName, make_engine
from parley.errors import ParleyError

ENGINES: tuple[VadEngineName, ...] = ("onnx", "torch")
RATES = (8_000, 16_000)
CALLS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
_WINDOWS = 64
"""Consecutive windows of every call that are kept ready."""
_AGREEMENT_CALLS = 16


def windows(calls: int) -> NDArray[np.float32]:
    """Consecutive windows (_WINDOWS, calls, LOOKBACK_SAMPLES + WINDOW_SAMPLES) of talking callers."""
    track = caller_track(0.8).reshape(-1).astype(np.float32) / 32768
    starts = np.random.default_rng(calls).integers(0, len(track), calls)
    span = np.arange(LOOKBACK_SAMPLES + WINDOW_SAMPLES)
    at = starts[None, :] + np.arange(_WINDOWS)[:, None] * WINDOW_SAMPLES
    return track[(at[:, :, None] + span) % len(track)]


def time_one(engine: VadEngine, calls: int, seconds: float) -> list[float]:
    """CPU seconds of one inference, many times."""
    rows = np.arange(calls)
    ready = windows(calls)
    for i in range(4):  # torch optimises during the first ones
        engine.probabilities(rows, ready[i])
    taken: list[float] = []
    end = time.thread_time() + seconds
    while (began := time.thread_time()) < end or len(taken) < 8:
        engine.probabilities(rows, ready[len(taken) % _WINDOWS])
        taken.append(time.thread_time() - began)
    return taken


def probabilities(engine: VadEngine) -> NDArray[np.float32]:
    rows = np.arange(_AGREEMENT_CALLS)
    for row in rows:
        engine.reset(int(row))
    return np.stack([engine.probabilities(rows, batch) for batch in windows(_AGREEMENT_CALLS)])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--calls", default=",".join(map(str, CALLS)), help="comma-separated")
    parser.add_argument("--seconds", type=float, default=2.0, help="CPU time for every measurement")
    parser.add_argument("--models-dir", default=os.environ.get("MODELS_DIR", "/models"))
    args = parser.parse_args()
    on = report.machine()
    counts = [int(calls) for calls in args.calls.split(",")]
    samples: list[dict[str, object]] = []
    figures: dict[str, report.Figure] = {}
    said: dict[tuple[str, int], NDArray[np.float32]] = {}
    absent: dict[str, str] = {}
    with report.progress() as bar:
        task = bar.add_task("VAD engines", total=len(ENGINES) * len(RATES) * len(counts))
        for name in ENGINES:
            for rate in RATES:
                try:
                    engine = make_engine(name, Path(args.models_dir) / "vad", max(*counts, 16), rate)
                except ParleyError as error:
                    absent[name] = str(error)
                    bar.advance(task, len(counts))
                    continue
                for calls in counts:
                    bar.update(task, description=f"{name}, {rate} Hz, {calls} calls")
                    taken = time_one(engine, calls, args.seconds)
                    median = float(np.median(taken)) * 1000
                    figures[f"{name}_{rate // 1000}k_ms_{calls}"] = median
                    figures[f"{name}_{rate // 1000}k_core_pct_per_call_{calls}"] = median / 32 / calls * 100
                    p95 = float(np.percentile(taken, 95)) * 1000
                    row = {"engine": name, "rate": rate, "calls": calls, "median_ms": round(median, 4)}
                    samples.append(row | {"p95_ms": round(p95, 4), "inferences": len(taken)})
                    bar.advance(task)
                said[name, rate] = probabilities(engine)
    for rate in RATES:
        if ("onnx", rate) in said and ("torch", rate) in said:
            same = (said["onnx", rate] > 0.5) == (said["torch", rate] > 0.5)
            figures[f"agreement_pct_{rate // 1000}k"] = 100 * float(same.mean())
    columns = ["engine", "Hz", "calls", "median ms", "p95 ms", "% of a core per call, always speaking"]
    report.table(
        "One window of 32 ms, one thread",
        columns,
        [
            [s["engine"], s["rate"], s["calls"], s["median_ms"], s["p95_ms"],
             figures[f"{s['engine']}_{int(str(s['rate'])) // 1000}k_core_pct_per_call_{s['calls']}"]]
            for s in samples
        ],
    )  # fmt: skip
    for name, why in absent.items():
        report.console.print(f"{name} was left out: {why}")
    settings = {"seconds": args.seconds, "window_ms": 32, "threads": 1, "left_out": absent}
    report.write("vad", settings, figures, samples, on=on)


if __name__ == "__main__":
    main()
