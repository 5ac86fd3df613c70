"""What was found at one number of calls at a time, and over several: figures, tables, the knee."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf

from bench.conversation.exchange import STAGES, Kind, Turn
from bench.instruments import load, report
from bench.instruments.stats import knee, percentile

AGREE_S = 0.040
KNEE_FACTOR = 2.0
"""The curve's knee: the most calls at a time whose median is at most so many times that of a single call."""


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

    def delays(self, kind: Kind) -> list[float]:
        """Voice-to-voice latencies by the gateway's clock."""
        return [float(t.told.data["voice_to_voice"]) for t in self.turns if t.told and t.kind == kind]

    def stage(self, name: str, kind: Kind) -> list[float]:
        """Durations of a stage."""
        return [float(t.told.data[name]) for t in self.turns if t.told and t.kind == kind]

    def differences(self) -> list[float]:
        """The caller's clock less the gateway's, in seconds."""
        return [d for t in self.turns if (d := t.difference_s) is not None]


def figures(level: Level) -> dict[str, float | None]:
    """Return everything that is to be known of one level."""
    found: dict[str, float | None] = {}
    names: tuple[tuple[Kind, str, str], ...] = (
        ("llm", "voice_to_voice", ""),
        ("fast", "fast_path", "fast_path_"),
    )
    for kind, total, prefix in names:
        for percent in (50, 95):
            found[f"{total}_p{percent}_s"] = percentile(level.delays(kind), percent)
            for stage in (*STAGES, "asked_at", "ready_at"):
                found[f"{prefix}{stage}_p{percent}_s"] = percentile(level.stage(stage, kind), percent)
        found[f"{prefix}turns"] = len(level.delays(kind))
    heard = [t.heard.voice_to_voice_s for t in level.turns if t.kind == "llm"]
    measured = [s for s in heard if s is not None]
    off = [abs(d) for d in level.differences()]
    found |= {
        "caller_voice_to_voice_p50_s": percentile(measured, 50),
        "caller_voice_to_voice_p95_s": percentile(measured, 95),
        "clock_difference_p50_ms": 1000 * percentile(off, 50),
        "clock_difference_p95_ms": 1000 * percentile(off, 95),
        "clock_disagrees_pct": 100 * sum(d > AGREE_S for d in off) / max(1, len(off)),
        "greeting_p50_s": percentile(level.greetings_s, 50),
        "unmatched": sum(t.told is None for t in level.turns),
        "failures": len(level.failures),
        "refused": level.refused,
    }
    return found


def samples(level: Level) -> list[dict[str, object]]:
    """Return every turn."""
    return [
        {
            "calls": level.calls,
            "said": t.heard.said,
            "speaker": t.heard.speaker,
            "kind": t.kind,
            "caller_s": t.heard.voice_to_voice_s,
            "difference_ms": None if t.difference_s is None else round(1000 * t.difference_s, 1),
            "gateway": dict(t.told.data) if t.told else None,
        }
        for t in level.turns
    ]


def show(level: Level) -> None:
    """Print a level's table."""
    rows: list[tuple[object, ...]] = []
    for name in ("voice_to_voice", *STAGES, "asked_at", "ready_at"):
        llm, fast = level.stage(name, "llm"), level.stage(name, "fast")
        rows.append((name, *(percentile(v, p) for v in (llm, fast) for p in (50, 95))))
    count = f"{len(level.delays('llm'))} turns with the model, {len(level.delays('fast'))} without"
    report.table(
        f"{level.calls} at a time: {count} (s)", ["stage", "p50", "p95", "fast p50", "fast p95"], rows
    )
    found = figures(level)
    print(
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


def bend(levels: Sequence[Level]) -> Level | None:
    """Return the knee of the capacity curve; a level at which calls were refused is beyond it."""
    medians = [inf if level.refused else percentile(level.delays("llm"), 50) for level in levels]
    index = knee([level.calls for level in levels], medians, KNEE_FACTOR * medians[0])
    return None if index is None else levels[index]


def curve(levels: Sequence[Level]) -> dict[str, float | None]:
    """Return the capacity curve as figures: what each level has, with its calls at the end of the name."""
    found: dict[str, float | None] = {}
    for level in levels:
        found |= {f"{name}_{level.calls}": value for name, value in figures(level).items()}
        if level.used:
            found |= {f"cpu_{k}_pct_{level.calls}": v for k, v in level.used.cpu_pct.items()}
            found |= {f"queue_{k}_s_{level.calls}": v for k, v in level.used.wait_s.items()}
    knee_level = bend(levels)
    found["knee_calls"] = knee_level.calls if knee_level else None
    return found


def settings(levels: Sequence[Level]) -> dict[str, object]:
    """Return what the stack and the benchmark were set to; empty means the stack's default."""
    names = ["STT_MODEL", "STT_THREADS", "LLM_MODEL_FILE", "TTS_VOICE", "PAUSE_MS"]
    names += ["ENDPOINT_FAST_MS", "ENDPOINT_SLOW_MS", "ENDPOINT_OPEN_MS", "LLM_SLOTS"]
    names += ["ADMISSION_TICK_MS", "ADMISSION_STT_QUEUE_S", "ADMISSION_FIRST_AUDIO_S"]
    return {
        "calls": [level.calls for level in levels],
        "codec": "opus",
        "stack": {name: os.environ.get(name, "") for name in names},
        "limits": {str(level.calls): load.limit(level.used, cores()) for level in levels if level.used},
        "verdict": verdict(levels),
        "failures": {str(level.calls): level.failures for level in levels if level.failures},
    }


def verdict(levels: Sequence[Level]) -> str:
    """Say in one line where the curve bends, and what limits the last level."""
    found = bend(levels)
    last = levels[-1]
    knee_at = "no level keeps the latency" if found is None else f"knee at {found.calls} calls at a time"
    if found is last:
        knee_at = f"no knee up to {last.calls} calls at a time"
    refused = "".join(
        f", {level.refused} calls refused at {level.calls}" for level in levels if level.refused
    )
    limit = load.limit(last.used, cores()) if last.used else "not measured"
    return f"{knee_at}{refused}; at {last.calls}: {limit}"
