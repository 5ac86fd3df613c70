"""End-of-turn quality: callers cut off against latency added, for fixed silences and for the end-of-turn model.

    python -m bench.turns [--quick]

Utterances with pauses of 0.3 to 1.2 s inside sentences, and whole ones, are played to the gateway's own speech
detector, the stt worker's own end-of-turn model and the gateway's own turn-taking table, in counted time. The answer is
taken to be ready as soon as the words are, which is the strictest case: every decision that comes too early is heard.
Writes results/turns.json and turns.png.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from bench import report
from bench.replay import Bench, Outcome, Policy
from bench.stats import finite, percentile, share
from bench.utterances import LONGEST_S, SHORTEST_S, Utterance, utterances
from caller.voice import PiperVoice
from gateway.media.vad import OnnxVad
from gateway.settings import GatewaySettings
from gateway.turns import TurnSettings
from parley.errors import ParleyError
from parley.settings import load
from stt.endpoint import SmartTurn

FIXED_MS = (300, 400, 500, 600, 700, 800, 900, 1000, 1200, 1500)
FAST_MS = (250, 350, 450, 550)
SLOW_MS = (900, 1200, 1500, 2000)
SCORES = (0.3, 0.5, 0.7, 0.8, 0.9, 0.95)
GOAL_PCT = 3.0
"""Turns in which the caller may be cut off, per cent."""


@dataclass(frozen=True)
class Verdict:
    """A policy in figures."""

    policy: Policy
    cut_off_pct: float
    """Of the turns with a pause inside a sentence and the whole ones together."""
    cut_off_paused_pct: float
    """Of the turns with a pause inside a sentence."""
    cut_off_stop_pct: float
    """Of the turns of two sentences with a pause between them."""
    missed: int
    """Turns that were never answered."""
    added_mean_s: float
    added_p50_s: float
    added_p95_s: float
    attempts: float
    """Transcripts and answers prepared per turn."""


def judge(policy: Policy, items: Sequence[Utterance], outcomes: Sequence[Outcome]) -> Verdict:
    """Turn the outcomes of all utterances into figures."""
    pairs = list(zip(items, outcomes, strict=True))

    def cut(*kinds: str) -> float:
        chosen = [(i, o) for i, o in pairs if i.kind in kinds]
        return share(sum(o.was_cut_off(i) for i, o in chosen), len(chosen))

    added = [s for i, o in pairs if (s := o.added_s(i)) is not None]
    return Verdict(
        policy,
        cut_off_pct=cut("pause", "complete"),
        cut_off_paused_pct=cut("pause"),
        cut_off_stop_pct=cut("stop"),
        missed=sum(o.decided_s is None for o in outcomes),
        added_mean_s=sum(added) / len(added) if added else float("nan"),
        added_p50_s=percentile(added, 50),
        added_p95_s=percentile(added, 95),
        attempts=sum(o.attempts for o in outcomes) / max(1, len(outcomes)),
    )


def policies(quick: bool) -> list[Policy]:
    """Every setting that is tried."""
    fixed = [
        Policy(f"silence {ms} ms", TurnSettings(*[ms / 1000] * 3), judged=False) for ms in FIXED_MS
    ]
    if quick:
        return fixed[::3]
    return fixed + [
        Policy(f"score {score:g}: {fast}/{slow} ms", _settings(fast, slow, score))
        for score in SCORES
        for fast in FAST_MS
        for slow in SLOW_MS
    ]


def _settings(fast_ms: int, slow_ms: int, score: float) -> TurnSettings:
    return TurnSettings(
        endpoint_fast_s=fast_ms / 1000,
        endpoint_s=max(fast_ms / 1000, 0.7),
        endpoint_slow_s=slow_ms / 1000,
        finished_score=score,
    )


def best(verdicts: Iterable[Verdict], goal_pct: float = GOAL_PCT) -> Verdict | None:
    """Return the quickest policy (by its mean) that cuts off few enough; None when none does."""
    good = [v for v in verdicts if v.cut_off_pct <= goal_pct and not v.missed]
    return min(good, key=lambda v: (v.added_mean_s, v.cut_off_pct), default=None)


def frontier(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Return the policies that no other one beats in both latency and cut-offs, quickest first."""
    found: list[Verdict] = []
    for verdict in sorted(verdicts, key=lambda v: (v.added_mean_s, v.cut_off_pct)):
        if not found or verdict.cut_off_pct < found[-1].cut_off_pct:
            found.append(verdict)
    return found


def separation(bench: Bench) -> dict[str, float]:
    """Say how well the score tells pauses from ends: the share of each on the wrong side of one half."""
    ends: list[float] = []
    pauses: list[float] = []
    for (row, _, end), score in bench.scores.items():
        item = bench.items[row]
        if item.kind != "stop":
            (ends if end / 16_000 >= item.end_s else pauses).append(score)
    return {
        "score_pauses_finished_pct": share(sum(s >= 0.5 for s in pauses), len(pauses)),
        "score_ends_unfinished_pct": share(sum(s < 0.5 for s in ends), len(ends)),
        "score_ends_p10": percentile(ends, 10),
        "score_pauses_p90": percentile(pauses, 90),
    }


def main() -> int:
    """Run the benchmark; return the exit status."""
    parser = argparse.ArgumentParser(prog="bench.turns", description="End-of-turn quality.")
    parser.add_argument("--quick", action="store_true", help="few settings and utterances: does it work at all?")
    parser.add_argument("--recognition", type=float, default=0.25, metavar="S", help="seconds a transcript takes")
    parser.add_argument("--pauses", type=int, default=2, help="how often each sentence gets a pause")
    options = parser.parse_args()
    try:
        return _run(options)
    except ParleyError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2


def _run(options: argparse.Namespace) -> int:
    settings = load(GatewaySettings, {"ARI_PASSWORD": "-", "REDIS_URL": "-", **os.environ})
    models = Path(settings.models_dir)
    print("Speaking the test set ...")
    items = utterances(PiperVoice(models / "tts/en_US-joe-medium"), options.pauses)
    if options.quick:
        items = items[::6]
    began = time.monotonic()
    bench = Bench(
        items,
        OnnxVad(models / "vad/silero_vad.onnx", len(items), settings.vad_rate),
        SmartTurn(models / "turn/smart-turn-v3.2-cpu.onnx"),
        settings.detector(),
        options.recognition,
    )
    present = Policy("present defaults", settings.turns())
    verdicts: list[Verdict] = []
    outcomes: list[Outcome] = []
    with report.progress() as bar:
        for policy in bar.track([present, *policies(options.quick)], description="settings"):
            found = bench.run(policy)
            outcomes = outcomes or found
            verdicts.append(judge(policy, items, found))
    seconds = time.monotonic() - began
    chosen = best(v for v in verdicts if v.policy.judged)
    _show(items, verdicts, chosen)
    path = _write(options, settings, bench, verdicts, chosen, outcomes, seconds)
    draw(verdicts, chosen, path.with_suffix(".png"))
    return 0


def _show(items: Sequence[Utterance], verdicts: Sequence[Verdict], chosen: Verdict | None) -> None:
    kinds = {kind: sum(i.kind == kind for i in items) for kind in ("complete", "pause", "stop")}
    print(
        f"{len(items)} turns: {kinds['complete']} whole, {kinds['pause']} with a pause of "
        f"{SHORTEST_S}-{LONGEST_S} s inside a sentence, {kinds['stop']} with one between two sentences"
    )
    fixed = [v for v in verdicts if not v.policy.judged]
    judged = [v for v in verdicts[1:] if v.policy.judged]
    shown = [verdicts[0], *fixed, *frontier(judged)]
    report.table(
        "Caller cut off (%) against latency added (s)",
        ["setting", "cut off", "of paused", "of two sentences", "mean", "p50", "p95", "attempts", "unanswered"],
        [
            (v.policy.name, v.cut_off_pct, v.cut_off_paused_pct, v.cut_off_stop_pct)
            + (v.added_mean_s, v.added_p50_s, v.added_p95_s, v.attempts, v.missed)
            for v in shown
        ],
    )
    rule = f"quickest with at most {GOAL_PCT:g} % cut off"
    print(f"{rule}: {chosen.policy.name if chosen else 'none'}")


def _write(
    options: argparse.Namespace,
    settings: GatewaySettings,
    bench: Bench,
    verdicts: Sequence[Verdict],
    chosen: Verdict | None,
    outcomes: Sequence[Outcome],
    seconds: float,
) -> Path:
    present = verdicts[0]
    equal = best((v for v in verdicts if not v.policy.judged), max(GOAL_PCT, present.cut_off_pct))
    figures: dict[str, float | None] = {
        "cut_off_pct": present.cut_off_pct,
        "cut_off_paused_pct": present.cut_off_paused_pct,
        "cut_off_two_sentences_pct": present.cut_off_stop_pct,
        "added_mean_s": present.added_mean_s,
        "added_p50_s": present.added_p50_s,
        "added_p95_s": present.added_p95_s,
        "attempts_per_turn": present.attempts,
        "unanswered": present.missed,
        "fixed_silence_as_good_mean_s": equal.added_mean_s if equal else None,
        **separation(bench),
    }
    if chosen:
        figures |= {
            "recommended_fast_ms": round(chosen.policy.turns.endpoint_fast_s * 1000),
            "recommended_slow_ms": round(chosen.policy.turns.endpoint_slow_s * 1000),
            "recommended_score": chosen.policy.turns.finished_score,
            "recommended_cut_off_pct": chosen.cut_off_pct,
            "recommended_added_mean_s": chosen.added_mean_s,
            "recommended_added_p50_s": chosen.added_p50_s,
            "recommended_added_p95_s": chosen.added_p95_s,
        }
    return report.write(
        "turns",
        {
            "turns": msgspec.to_builtins(settings.turns()),
            "detector": msgspec.to_builtins(settings.detector()),
            "recognition_s": options.recognition,
            "pause_s": [SHORTEST_S, LONGEST_S],
            "utterances": len(bench.items),
            "seconds": round(seconds, 1),
        },
        finite(figures),
        [*map(_sample, verdicts), *map(_spoken, bench.items, outcomes)],
    )


def _sample(verdict: Verdict) -> dict[str, object]:
    values = {name: value for name, value in vars(verdict).items() if name != "policy"}
    rounded = {k: round(v, 4) if isinstance(v, float) else v for k, v in values.items()}
    return {"setting": verdict.policy.name, "judged": verdict.policy.judged, **rounded}


def _spoken(item: Utterance, outcome: Outcome) -> dict[str, object]:
    added = outcome.added_s(item)
    return {
        "utterance": item.name,
        "speaker": item.speaker,
        "kind": item.kind,
        "pause_s": item.pause_s,
        "cut_off": outcome.was_cut_off(item),
        "added_s": None if added is None else round(added, 3),
    }


def draw(verdicts: Sequence[Verdict], chosen: Verdict | None, path: Path) -> None:
    """Draw the curve."""
    import matplotlib as mpl  # noqa: PLC0415  # half a second, and only needed at the end

    mpl.use("Agg")
    import matplotlib.pyplot as plt  # noqa: PLC0415

    figure, axes = plt.subplots(figsize=(9, 5.5), layout="constrained")
    fixed = [v for v in verdicts if not v.policy.judged]
    judged = [v for v in verdicts[1:] if v.policy.judged]
    axes.plot([v.added_mean_s for v in fixed], [v.cut_off_pct for v in fixed], "o-", color="#888888")
    for v in fixed:
        name = v.policy.name.removeprefix("silence ")
        axes.annotate(name, (v.added_mean_s, v.cut_off_pct), xytext=(5, 5), textcoords="offset points", fontsize=7)
    axes.plot([], [], "o-", color="#888888", label="fixed silence")
    colors = mpl.colormaps["viridis"](np.linspace(0.1, 0.9, len(SCORES)))
    for color, score in zip(colors, SCORES, strict=True):
        points = [v for v in judged if v.policy.turns.finished_score == score]
        xs, ys = [v.added_mean_s for v in points], [v.cut_off_pct for v in points]
        axes.plot(xs, ys, ".", color=color, label=f"end-of-turn score ≥ {score:g}")
    line = frontier(judged)
    axes.step([v.added_mean_s for v in line], [v.cut_off_pct for v in line], "-", where="post", color="#2a788e")
    now = verdicts[0]
    axes.plot(now.added_mean_s, now.cut_off_pct, "*", ms=14, color="#d62728", label="present defaults")
    if chosen:
        where = (chosen.added_mean_s, chosen.cut_off_pct)
        axes.plot(*where, "D", ms=8, mfc="none", color="#d62728", label=f"best: {chosen.policy.name}")
    axes.axhline(GOAL_PCT, ls="--", lw=0.8, color="black")
    axes.set(xlabel="latency added by waiting, mean (s)", ylabel="callers cut off (%)", ylim=(0, None))
    axes.set_title("End of turn: cut-offs against latency")
    axes.legend(fontsize=8)
    axes.grid(alpha=0.3)
    figure.savefig(path, dpi=130)


if __name__ == "__main__":
    sys.exit(main())
