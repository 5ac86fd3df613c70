"""What was found at one number of calls at a time: figures, samples, a table."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from bench.conversation.exchange import STAGES, Kind, Turn
from bench.instruments import load, report
from bench.instruments.stats import percentile, share

AGREE_S = 0.040
KINDS: tuple[Kind, ...] = ("model", "known")
Which = Literal["all", "model", "known"]


@dataclass
class Level:
    """What happened with so many calls at a time."""

    calls: int
    turns: list[Turn] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    greetings_s: list[float] = field(default_factory=list)
    used: load.Load | None = None
    refused: int = 0
    """Calls that the stack had no room for (503)."""

    def of(self, which: Which) -> list[Turn]:
        """Turns of a kind that the gateway tells of."""
        return [t for t in self.turns if t.told and which in ("all", t.kind)]

    def delays(self, which: Which) -> list[float]:
        """Voice-to-voice latencies by the gateway's clock, to the answer's own first word."""
        return self.stage("voice_to_voice", which)

    def first_voices(self, which: Which) -> list[float]:
        """The same to whatever the agent said first: it may be words that bridge a wait."""
        return [t.told.first_voice_s for t in self.of(which) if t.told]

    def written(self) -> list[float]:
        """Latencies of the language model's own first words, where it had any."""
        told = [t.told for t in self.of("model")]
        return [seconds for each in told if each and (seconds := each.written_s) is not None]

    def stage(self, name: str, which: Which) -> list[float]:
        """Durations of a stage."""
        return [float(t.told.data[name]) for t in self.of(which) if t.told]

    def differences(self) -> list[float]:
        """The caller's clock less the gateway's, in seconds."""
        return [d for t in self.turns if (d := t.difference_s) is not None]


def figures(level: Level) -> dict[str, float | None]:
    """Return everything that is to be known of one level."""
    found: dict[str, float | None] = {}
    whiches: tuple[Which, ...] = ("all", *KINDS)
    for which in whiches:
        found[f"{which}_turns"] = len(level.of(which))
        for percent in (50, 95):
            found[f"{which}_p{percent}_s"] = percentile(level.delays(which), percent)
            found[f"{which}_first_voice_p{percent}_s"] = percentile(level.first_voices(which), percent)
            for stage in (*STAGES, "asked_at", "ready_at"):
                found[f"{which}_{stage}_p{percent}_s"] = percentile(level.stage(stage, which), percent)
    for percent in (50, 95):
        found[f"model_written_p{percent}_s"] = percentile(level.written(), percent)
    found["model_opened_turns"] = sum(bool(t.told and t.told.data.get("opens")) for t in level.of("model"))
    heard = [s for t in level.of("all") if (s := t.heard.voice_to_voice_s) is not None]
    off = [abs(d) for d in level.differences()]
    found |= {
        "caller_first_voice_p50_s": percentile(heard, 50),
        "caller_first_voice_p95_s": percentile(heard, 95),
        "clock_difference_p50_ms": 1000 * percentile(off, 50),
        "clock_difference_p95_ms": 1000 * percentile(off, 95),
        "clock_disagrees_pct": share(sum(d > AGREE_S for d in off), len(off)),
        "greeting_p50_s": percentile(level.greetings_s, 50),
        "unmatched": sum(t.told is None for t in level.turns),
        "failures": len(level.failures),
        "refused": level.refused,
    }
    return found | verdicts(level.turns)


def ratios(before: Level, beside: Sequence[float], after: Level) -> dict[str, float | None]:
    """Delays beside something else (seconds) against those of calls that were alone, before it and after it."""
    alone = [*before.delays("all"), *after.delays("all")]
    found: dict[str, float | None] = {"turns_alone": len(alone), "turns_beside": len(beside)}
    for percent in (50, 95):
        first, last = (percentile(level.delays("all"), percent) for level in (before, after))
        found |= {
            f"alone_p{percent}_s": percentile(alone, percent),
            f"beside_p{percent}_s": percentile(beside, percent),
            f"p{percent}_ratio": percentile(beside, percent) / percentile(alone, percent),
            f"alone_p{percent}_after_to_before": last / first,
        }
    return found


def verdicts(turns: Sequence[Turn]) -> dict[str, float | None]:
    """What the answers were worth: counts of all; shares of what has an answer, has none, is for a model."""
    found: dict[str, float | None] = {
        name: sum(t.heard.verdict == name for t in turns) for name in ("right", "wrong", "unknown", "open")
    }
    with_answer = [t.heard.verdict for t in turns if t.heard.asked != "unanswerable"]
    without = [t.heard.verdict for t in turns if t.heard.asked == "unanswerable"]
    for_model = [t.heard.verdict for t in turns if t.heard.asked == "model"]
    return found | {
        "right_pct": share(with_answer.count("right"), len(with_answer)),
        "refused_pct": share(with_answer.count("unknown"), len(with_answer)),
        "wrong_pct": share([t.heard.verdict for t in turns].count("wrong"), len(turns)),
        "unknown_recognised_pct": share(without.count("unknown"), len(without)),
        "for_model_right_pct": share(for_model.count("right"), len(for_model)),
    }


def samples(level: Level, **also: object) -> list[dict[str, object]]:
    """Return every turn."""
    return [
        {
            **also,
            "calls": level.calls,
            "said": t.heard.said,
            "speaker": t.heard.speaker,
            "asked": t.heard.asked,
            "kind": t.kind,
            "reply": t.heard.reply,
            "verdict": t.heard.verdict,
            "caller_s": t.heard.voice_to_voice_s,
            "difference_ms": None if t.difference_s is None else round(1000 * t.difference_s, 1),
            "gateway": dict(t.told.data) if t.told else None,
        }
        for t in level.turns
    ]


def show(level: Level, title: str = "") -> None:
    """Print a level's table."""
    whiches: tuple[Which, ...] = ("all", *KINDS)
    rows = [
        (name, *(percentile(level.stage(name, w), p) for w in whiches for p in (50, 95)))
        for name in ("voice_to_voice", *STAGES, "asked_at", "ready_at")
    ]
    count = f"{len(level.of('model'))} turns with the model, {len(level.of('known'))} without"
    columns = [f"{w} {p}" for w in whiches for p in ("p50", "p95")]
    report.table(f"{title}{level.calls} at a time: {count} (s)", ["stage", *columns], rows)
    found = figures(level)
    print(
        f"{found['right']} right, {found['wrong']} wrong, {found['unknown']} not known; "
        f"clocks differ by {found['clock_difference_p50_ms']:.0f} ms (p50), "
        f"{found['clock_difference_p95_ms']:.0f} ms (p95); {found['unmatched']} turns unmatched"
    )
    if level.used:
        print(f"limit: {load.limit(level.used, cores())}")
    for failure in level.failures:
        print(f"  ! {failure}")


def cores() -> int:
    """Cores of this machine."""
    return os.cpu_count() or 1


def settings(calls: Sequence[int]) -> dict[str, object]:
    """Return what the stack and the benchmark were set to; empty means the stack's default."""
    names = ["STT_MODEL", "STT_THREADS", "LLM_MODEL_FILE", "TTS_VOICE", "PAUSE_MS"]
    names += ["ENDPOINT_FAST_MS", "ENDPOINT_SLOW_MS", "ENDPOINT_OPEN_MS", "LLM_SLOTS"]
    names += ["ADMISSION_TICK_MS", "ADMISSION_STT_QUEUE_S", "ADMISSION_FIRST_AUDIO_S"]
    return {
        "calls": list(calls),
        "codec": "ulaw",
        "stack": {name: os.environ.get(name, "") for name in names},
    }
