"""The VAD engines compared: `python -m bench.vad`, or `make bench-vad`.

One inference judges a window of 32 ms of N calls; what counts is its time on one thread, by engine, model rate and N.
The windows are real speech on the telephone. An engine that is not installed (torch is an optional extra) or whose
model is not there is left out, and that is said; docs/benchmarks.md says how to have torch. The engines' agreement is
the share of windows on whose side of 0.5 both put the same speech.
"""

import argparse
import os
import time
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.instruments import report
from bench.instruments.callers import caller_track
from gateway.media.speech.engines import VadEngineName, make_engine
from gateway.media.speech.vad import LOOKBACK_SAMPLES, WINDOW_SAMPLES, VadEngine
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


class Comparison:
    """What has been measured so far."""

    def __init__(self, models: Path, counts: list[int], seconds: float) -> None:
        self._folder = models / "vad"
        self._counts = counts
        self._seconds = seconds
        self.samples: list[dict[str, object]] = []
        self.figures: dict[str, report.Figure] = {}
        self.absent: dict[str, str] = {}
        self._said: dict[tuple[str, int], NDArray[np.float32]] = {}

    def run(self) -> None:
        with report.progress() as bar:
            task = bar.add_task("VAD engines", total=len(ENGINES) * len(RATES) * len(self._counts))
            for name, rate in product(ENGINES, RATES):
                try:
                    engine = make_engine(name, self._folder, max(*self._counts, _AGREEMENT_CALLS), rate)
                except ParleyError as error:
                    self.absent[name] = str(error)
                    bar.advance(task, len(self._counts))
                    continue
                for calls in self._counts:
                    bar.update(task, description=f"{name}, {rate} Hz, {calls} calls")
                    self._measure(engine, name, rate, calls)
                    bar.advance(task)
                self._said[name, rate] = probabilities(engine)
        self._compare()

    def _measure(self, engine: VadEngine, name: str, rate: int, calls: int) -> None:
        taken = time_one(engine, calls, self._seconds)
        median = float(np.median(taken)) * 1000
        kind = f"{name}_{rate // 1000}k"
        self.figures[f"{kind}_ms_{calls}"] = median
        self.figures[f"{kind}_core_pct_per_call_{calls}"] = median / 32 / calls * 100
        p95 = float(np.percentile(taken, 95)) * 1000
        row = {"engine": name, "rate": rate, "calls": calls, "median_ms": round(median, 4)}
        self.samples.append(row | {"p95_ms": round(p95, 4), "inferences": len(taken)})

    def _compare(self) -> None:
        for rate in RATES:
            if all((name, rate) in self._said for name in ENGINES):
                one, other = (self._said[name, rate] > 0.5 for name in ENGINES)
                self.figures[f"agreement_pct_{rate // 1000}k"] = 100 * float((one == other).mean())

    def show(self) -> None:
        """Print a row for every number of calls; an engine that is not here has a column without figures."""
        kinds = [f"{name}_{rate // 1000}k" for rate in RATES for name in ENGINES]
        for unit, title in (("ms", "ms"), ("core_pct_per_call", "% of a core per call, always speaking")):
            rows = [
                [n, *(self.figures.get(f"{kind}_{unit}_{n}", "-") for kind in kinds)] for n in self._counts
            ]
            report.table(f"One window of 32 ms, one thread: {title}", ["calls", *kinds], rows)
        for name, why in self.absent.items():
            report.console.print(f"{name} was left out: {why}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--calls", default=",".join(map(str, CALLS)), help="comma-separated")
    parser.add_argument("--seconds", type=float, default=2.0, help="CPU time for every measurement")
    parser.add_argument("--models-dir", default=os.environ.get("MODELS_DIR", "/models"))
    args = parser.parse_args()
    on = report.machine()
    comparison = Comparison(
        Path(args.models_dir), [int(calls) for calls in args.calls.split(",")], args.seconds
    )
    comparison.run()
    comparison.show()
    settings = {"seconds": args.seconds, "window_ms": 32, "threads": 1, "left_out": comparison.absent}
    report.write("vad", settings, comparison.figures, comparison.samples, on=on)


if __name__ == "__main__":
    main()
