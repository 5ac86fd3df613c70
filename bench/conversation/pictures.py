"""The pictures of the benchmark of conversations."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl

from bench.conversation.capacity import bend
from bench.conversation.exchange import STAGES, Kind
from bench.conversation.levels import KINDS, Which
from bench.conversation.utterances import Set
from bench.instruments.stats import percentile

if TYPE_CHECKING:
    from bench.conversation.capacity import Curves
    from bench.conversation.levels import Level

mpl.use("Agg")
import matplotlib.pyplot as plt  # after the choice of a backend without a screen

COLORS = dict(zip(STAGES, ("#8d99ae", "#4c78a8", "#f58518", "#54a24b", "#b8b8b8", "#e45756"), strict=True))

_TITLES: dict[Set, str] = {
    "known": "questions whose answers are known",
    "mixed": "one question in three for the language model",
}


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
    titles = {"model": "the language model answers", "known": "the answer is known"}
    for axis, kind in zip(axes, KINDS, strict=False):
        _median_bars(axis, level, kind)
        axis.set_title(f"{titles[kind]}: median of {len(level.of(kind))} turns", loc="left", fontsize=10)
    _every_turn(axes[2], level, titles)
    axes[2].set_xlabel("seconds after the caller's last voiced packet")
    figure.suptitle("Voice to voice: where the time goes")
    figure.savefig(path, dpi=130)


def _every_turn(axis: Any, level: "Level", titles: dict[str, str]) -> None:
    rows: tuple[Which, ...] = (*KINDS, "all")
    for row, which in enumerate(rows):
        found = level.delays(which)
        axis.plot(found, [row] * len(found), "|", ms=12, color="#333333")
        for percent, mark in ((50, "o"), (95, "D")):
            axis.plot(percentile(found, percent), row, mark, mfc="none", color="#e45756")
    axis.set_yticks(range(len(rows)), [titles.get(which, "all") for which in rows])
    axis.set_title("every turn; o p50, ◇ p95", loc="left", fontsize=10)
    axis.set_ylim(-0.6, len(rows) - 0.4)
    axis.set_xlim(0, None)


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


def capacity(curves: "Curves", path: Path, cores: int) -> None:
    """Draw latency and processor use against calls at a time, for both sets of questions."""
    figure, axes = plt.subplots(
        2, len(curves), figsize=(6.5 * len(curves), 8), layout="constrained", sharex="col", squeeze=False
    )
    for column, (of, levels) in enumerate(curves.items()):
        upper, lower = axes[0][column], axes[1][column]
        _latencies(upper, levels, bend(levels, of))
        _processor(lower, levels, cores)
        upper.set_title(_TITLES[of], loc="left", fontsize=10)
        for axis in (upper, lower):
            axis.legend(fontsize=8)
            axis.grid(alpha=0.3)
    figure.savefig(path, dpi=130)


def _latencies(axis: Any, levels: "Sequence[Level]", knee: "Level | None") -> None:
    calls = [level.calls for level in levels]
    lines: tuple[tuple[Which, str, str], ...] = (
        ("all", "all turns", "#4c78a8"),
        ("model", "language model", "#f58518"),
        ("known", "known", "#54a24b"),
    )
    kinds = [kind for kind in KINDS if any(level.of(kind) for level in levels)]
    for which, title, color in lines:
        # Of one kind alone, all turns are the same line.
        if which not in (kinds if len(kinds) == 1 else ("all", *kinds)):
            continue
        for percent, style in ((50, "o-"), (95, "o--")):
            ys = [percentile(level.delays(which), percent) for level in levels]
            axis.plot(calls, ys, style, color=color, label=f"{title}, p{percent}")
    axis.set(ylabel="voice to voice (s)", ylim=(0, None), xscale="log")
    axis.set_xticks(calls, [str(n) for n in calls])
    axis.minorticks_off()
    if knee is not None:
        axis.axvline(knee.calls, color="#e45756", lw=1, label=f"p95 not yet doubled: {knee.calls}")


def _processor(axis: Any, levels: "Sequence[Level]", cores: int) -> None:
    calls = [level.calls for level in levels]
    services = sorted({name for level in levels if level.used for name in level.used.cpu_pct} - {"machine"})
    bottom = [0.0] * len(levels)
    for number, name in enumerate(services):
        ys = [level.used.cpu_pct.get(name, 0.0) if level.used else 0.0 for level in levels]
        new = [a + b for a, b in zip(bottom, ys, strict=True)]
        axis.fill_between(calls, bottom, new, label=name, color=mpl.colormaps["tab20"](number), alpha=0.85)
        bottom = new
    axis.axhline(100 * cores, color="black", lw=0.8, ls="--")
    axis.set(xlabel="calls at a time", ylabel="processor (% of one core)", ylim=(0, None))
