"""The pictures of the benchmark of barge-in."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench.barge_in.trials import Result, figures, kinds


def draw(results: Sequence[Result], path: Path) -> None:
    """Draw the distribution of stop times, and false barge-ins by kind."""
    import matplotlib as mpl  # noqa: PLC0415  # half a second, and only needed at the end

    mpl.use("Agg")
    import matplotlib.pyplot as plt  # noqa: PLC0415

    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.5), layout="constrained", width_ratios=[3, 2])
    found = figures(results)
    for kind, color in (("human", "#4c78a8"), ("synthetic", "#f58518")):
        stops = [1000 * r.stop_s for r in results if r.kind == kind and r.stop_s is not None and not r.missed]
        left.hist(
            np.clip(stops, 0, 500), bins=np.arange(0, 520, 20).tolist(), alpha=0.6, color=color, label=kind
        )
    for name in ("stop_p50_ms", "stop_p95_ms"):
        value = found[name]
        if value is not None and not math.isnan(value):
            left.axvline(value, ls="--", lw=1, color="#e45756")
            left.annotate(
                f"{name[5:8]} {value:.0f} ms", (value, 0.95), xycoords=("data", "axes fraction"), fontsize=8
            )
    left.set(xlabel="caller's first voiced packet to agent's last (ms)", ylabel="interruptions")
    left.set_title(
        f"{found['interruptions']:.0f} interruptions, {found['missed_pct']:.1f} % missed", fontsize=10
    )
    left.legend(fontsize=8)
    idle = [kind for kind in kinds(results) if f"{kind}_false_pct" in found]
    for suffix, color, label in (
        ("paused_pct", "#b8b8b8", "paused, went on"),
        ("false_pct", "#e45756", "gave up"),
    ):
        right.barh(idle, [found[f"{kind}_{suffix}"] or 0.0 for kind in idle], color=color, label=label)
    right.set(xlabel="% of trials", xlim=(0, 100))
    others = found["non_interruptions"]
    right.set_title(f"{others:.0f} other sounds, {found['false_pct']:.1f} % false", fontsize=10)
    right.legend(fontsize=8)
    figure.savefig(path, dpi=130)
