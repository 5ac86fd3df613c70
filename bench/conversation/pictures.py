"""The pictures of the benchmark of conversations."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl

from bench.conversation.exchange import STAGES, Kind
from bench.instruments.load import limit
from bench.instruments.stats import percentile

if TYPE_CHECKING:
    from bench.conversation.levels import Level

mpl.use("Agg")
import matplotlib.pyplot as plt  # after the choice of a backend without a screen

COLORS = dict(zip(STAGES, ("#8d99ae", "#4c78a8", "#f58518", "#54a24b", "#b8b8b8", "#e45756"), strict=True))


def bars(at: dict[str, float]) -> list[tuple[str, float, float]]:
    """Lay out a turn's stages: name, beginning and length, in seconds after the caller's last voiced packet."""
    begin = at["asked_at"]
    found = [("endpoint", 0.0, at["endpoint"])]
    for name in ("stt", "llm", "tts"):
        found.append((name, begin, at[name]))
        begin += at[name]
    found.append(("transport", begin, max(0.0, at["ready_at"] - begin)))
    found.append(("playout", max(at["endpoint"], at["ready_at"]), at["playout"]))
    return found


def waterfall(level: "Level", path: Path) -> None:
    """Draw the median waterfall of both kinds of turns, and every turn's latency."""
    figure, axes = plt.subplots(
        3, 1, figsize=(9, 8), layout="constrained", height_ratios=[3, 3, 2], sharex=True
    )
    kinds: tuple[tuple[Kind, str], ...] = (
        ("llm", "answers of the language model"),
        ("fast", "known sentences"),
    )
    for axis, (kind, title) in zip(axes, kinds, strict=False):
        _median_bars(axis, level, kind)
        axis.set_title(f"{title}: median of {len(level.delays(kind))} turns", loc="left", fontsize=10)
    for i, (kind, _) in enumerate(kinds):
        found = level.delays(kind)
        axes[2].plot(found, [i] * len(found), "|", ms=14, color="#333333")
        for percent, mark in ((50, "o"), (95, "D")):
            axes[2].plot(percentile(found, percent), i, mark, mfc="none", color="#e45756")
    axes[2].set_yticks(range(len(kinds)), [title for _, title in kinds])
    axes[2].set_title("every turn; o p50, ◇ p95", loc="left", fontsize=10)
    axes[2].set_xlabel("seconds after the caller's last voiced packet")
    axes[2].set_ylim(-0.6, 1.6)
    axes[2].set_xlim(0, None)
    figure.suptitle("Voice to voice: where the time goes")
    figure.savefig(path, dpi=130)


def _median_bars(axis: Any, level: "Level", kind: Kind) -> None:
    names = (*STAGES, "asked_at", "ready_at")
    at = {name: percentile(level.stage(name, kind), 50) for name in names}
    if at["asked_at"] != at["asked_at"]:  # no such turn
        return
    layout = bars(at)
    for row, (name, begin, length) in enumerate(layout):
        axis.barh(row, length, left=begin, color=COLORS[name], height=0.7)
        axis.annotate(f" {length * 1000:.0f} ms", (begin + length, row), va="center", fontsize=8)
    axis.axvline(percentile(level.delays(kind), 50), color="#e45756", lw=1, ls="--")
    axis.set_yticks(range(len(layout)), [name for name, _, _ in layout])
    axis.invert_yaxis()
    axis.grid(axis="x", alpha=0.3)


def capacity(levels: "Sequence[Level]", knee: "Level | None", path: Path, cores: int) -> None:
    """Draw latency and processor use against calls at a time."""
    figure, (upper, lower) = plt.subplots(2, 1, figsize=(9, 8), layout="constrained", sharex=True)
    calls = [level.calls for level in levels]
    lines: tuple[tuple[Kind, str, str], ...] = (
        ("llm", "language model", "#f58518"),
        ("fast", "known sentence", "#54a24b"),
    )
    for kind, title, color in lines:
        for percent, style in ((50, "o-"), (95, "o--")):
            ys = [percentile(level.delays(kind), percent) for level in levels]
            upper.plot(calls, ys, style, color=color, label=f"{title}, p{percent}")
    upper.set(ylabel="voice to voice (s)", ylim=(0, None), xscale="log")
    upper.set_xticks(calls, [str(n) for n in calls])
    upper.minorticks_off()
    services = sorted({name for level in levels if level.used for name in level.used.cpu_pct} - {"machine"})
    bottom = [0.0] * len(levels)
    for number, name in enumerate(services):
        ys = [level.used.cpu_pct.get(name, 0.0) if level.used else 0.0 for level in levels]
        new = [a + b for a, b in zip(bottom, ys, strict=True)]
        lower.fill_between(calls, bottom, new, label=name, color=mpl.colormaps["tab20"](number), alpha=0.85)
        bottom = new
    lower.axhline(100 * cores, color="black", lw=0.8, ls="--")
    lower.set(xlabel="calls at a time", ylabel="processor (% of one core)")
    if knee is not None:
        reason = limit(levels[-1].used, cores) if levels[-1].used else ""
        upper.axvline(knee.calls, color="#e45756", lw=1)
        where = f"knee at {knee.calls}" if knee is not levels[-1] else "no knee up to here"
        upper.set_title(f"{where}; at {calls[-1]} calls: {reason}", fontsize=9)
    for axis in (upper, lower):
        axis.legend(fontsize=8)
        axis.grid(alpha=0.3)
    figure.savefig(path, dpi=130)
