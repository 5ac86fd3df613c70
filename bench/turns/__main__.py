"""End-of-turn quality: callers cut off against latency added, for fixed silences, for the melody, for melody and words.

    python -m bench.turns [--quick]

Whole utterances and such with pauses inside are played to the gateway's own speech detector, the stt worker's own
recogniser and end-of-turn model and the gateway's own turn-taking table, in counted time. The answer is taken to be
ready as soon as the words are, which is the strictest case: every decision that comes too early is heard. What the
sets are made of: bench/turns/utterances.py; the curve and the choice are of the natural one, the hard one has its own
figures.
Writes results/turns.json and turns.png.
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from bench.instruments import report
from bench.instruments.recogniser import stt_settings, whisper
from bench.instruments.stats import finite
from bench.turns.replay import Bench, Outcome, Policy
from bench.turns.utterances import LONGEST_S, SHORTEST_S, Utterance, utterances
from bench.turns.verdicts import GOAL_PCT, Verdict, best, figures, frontier, judge, separation
from caller.sound.voice import PiperVoice
from gateway.media.speech.vad_onnx import OnnxVad
from gateway.settings import GatewaySettings
from gateway.turns.end_of_turn import Silences
from gateway.turns.memory import TurnSettings
from parley.errors import ParleyError
from parley.settings import load
from stt.endpoint import SmartTurn

FIXED_MS = (300, 400, 500, 600, 700, 800, 900, 1000, 1200, 1500)
FAST_MS = (300, 400, 500)
SLOW_MS = (1200, 1500, 1800)
OPEN_MS = 2500
SCORES = (0.3, 0.5, 0.7)


def policies(quick: bool) -> list[Policy]:
    """Every setting that is tried."""
    fixed = [Policy(f"silence {ms} ms", _settings(ms, ms, ms), judged=False, words=False) for ms in FIXED_MS]
    if quick:
        return fixed[::3]
    return fixed + [
        Policy(
            f"{'words and ' if words else ''}melody {score:g}: {fast}/{slow}",
            _settings(fast, slow, OPEN_MS, score),
            words=words,
        )
        for words in (False, True)
        for score in SCORES
        for fast in FAST_MS
        for slow in SLOW_MS
    ]


def _settings(fast_ms: int, slow_ms: int, open_ms: int, score: float = 0.5) -> TurnSettings:
    return TurnSettings(Silences(fast_ms / 1000, slow_ms / 1000, open_ms / 1000, score))


def main() -> int:
    """Run the benchmark; return the exit status."""
    parser = argparse.ArgumentParser(prog="bench.turns", description="End-of-turn quality.")
    parser.add_argument(
        "--quick", action="store_true", help="few settings and utterances: does it work at all?"
    )
    parser.add_argument(
        "--recognition", type=float, default=0.25, metavar="S", help="seconds a transcript takes"
    )
    parser.add_argument("--pauses", type=int, default=2, help="how often each sentence gets a pause")
    options = parser.parse_args()
    try:
        return _run(options)
    except ParleyError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2


def _run(options: argparse.Namespace) -> int:
    settings = load(GatewaySettings, {"ARI_PASSWORD": "-", "REDIS_URL": "-", **os.environ})
    stt = stt_settings()
    models = Path(settings.models_dir)
    print("Speaking the test set ...")
    items = utterances(PiperVoice(models / "tts/en_US-joe-medium"), options.pauses)
    if options.quick:
        items = items[::6]
    on = report.machine()
    bench = Bench(
        items,
        OnnxVad(models / "vad/silero_vad.onnx", len(items), settings.vad_rate),
        SmartTurn(stt.smart_turn_file),
        whisper(stt, os.cpu_count() or 1),
        settings.detector(),
        recognition_s=options.recognition,
    )
    present = Policy("present defaults", settings.turns())
    verdicts: list[Verdict] = []
    outcomes: list[Outcome] = []
    with report.progress() as bar:
        for policy in bar.track([present, *policies(options.quick)], description="settings"):
            found = bench.run(policy)
            outcomes = outcomes or found
            verdicts.append(judge(policy, items, found))
    chosen = best(v for v in verdicts if v.policy.judged)
    _show(items, verdicts, chosen)
    path = report.write(
        "turns",
        _settings_of(settings, options, items),
        finite({**figures(verdicts, chosen), **separation(items, bench.scores)}),
        [*map(_sample, verdicts), *map(_spoken, items, outcomes)],
        on=on,
    )
    draw(verdicts, chosen, path.with_suffix(".png"))
    return 0


def _show(items: Sequence[Utterance], verdicts: Sequence[Verdict], chosen: Verdict | None) -> None:
    print(f"Turns: {', '.join(f'{count} {kind}' for kind, count in composition(items).items())}")
    fixed = [v for v in verdicts if not v.policy.judged]
    judged = [v for v in verdicts[1:] if v.policy.judged]
    shown = [verdicts[0], *fixed, *frontier(judged)]
    columns = {
        "cut off": "cut_off_pct",
        "hesitating": "cut_off_open_pct",
        "clauses": "cut_off_closed_pct",
        "mean": "added_mean_s",
        "p50": "added_p50_s",
        "p95": "added_p95_s",
        "questions": "question_p50_s",
        "attempts": "attempts",
        "unanswered": "missed",
        "hard set": "hard_cut_off_pct",
        "two sentences": "hard_stop_pct",
    }
    report.table(
        "Caller cut off (%) against latency added (s)",
        ["silence, or score: fast/slow ms", *columns],
        [(v.policy.name, *(round(getattr(v, name), 2) for name in columns.values())) for v in shown],
    )
    rule = f"quickest with at most {GOAL_PCT:g} % cut off"
    print(f"{rule}: {chosen.policy.name if chosen else 'none'}")


def composition(items: Sequence[Utterance]) -> dict[str, int]:
    """Return how many turns of each set and kind there are."""
    return dict(Counter(f"{item.set} {item.kind}" for item in items))


def _settings_of(
    settings: GatewaySettings, options: argparse.Namespace, items: Sequence[Utterance]
) -> dict[str, object]:
    return {
        "turns": msgspec.to_builtins(settings.turns()),
        "detector": msgspec.to_builtins(settings.detector()),
        "recognition_s": options.recognition,
        "hard_pause_s": [SHORTEST_S, LONGEST_S],
        "utterances": len(items),
        "composition": composition(items),
    }


def _sample(verdict: Verdict) -> dict[str, object]:
    values = {name: value for name, value in vars(verdict).items() if name != "policy"}
    rounded = {k: round(v, 4) if isinstance(v, float) else v for k, v in values.items()}
    return {"setting": verdict.policy.name, "judged": verdict.policy.judged, **rounded}


def _spoken(item: Utterance, outcome: Outcome) -> dict[str, object]:
    added = outcome.added_s(item)
    return {
        "utterance": item.name,
        "set": item.set,
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
    judged = [v for v in verdicts[1:] if v.policy.judged and v.policy.words]
    melody = frontier(v for v in verdicts[1:] if v.policy.judged and not v.policy.words)
    axes.plot([v.added_mean_s for v in fixed], [v.cut_off_pct for v in fixed], "o-", color="#888888")
    for v in fixed:
        name = v.policy.name.removeprefix("silence ")
        axes.annotate(
            name, (v.added_mean_s, v.cut_off_pct), xytext=(5, 5), textcoords="offset points", fontsize=7
        )
    axes.plot([], [], "o-", color="#888888", label="fixed silence")
    colors = mpl.colormaps["viridis"](np.linspace(0.1, 0.9, len(SCORES)))
    for color, score in zip(colors, SCORES, strict=True):
        points = [v for v in judged if v.policy.turns.endpoint.even == score]
        xs, ys = [v.added_mean_s for v in points], [v.cut_off_pct for v in points]
        axes.plot(xs, ys, ".", color=color, label=f"words and melody, even at {score:g}")
    tunes = [v.added_mean_s for v in melody], [v.cut_off_pct for v in melody]
    axes.step(*tunes, "--", where="post", color="#f58518", label="melody alone, at best")
    line = frontier(judged)
    axes.step(
        [v.added_mean_s for v in line], [v.cut_off_pct for v in line], "-", where="post", color="#2a788e"
    )
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
