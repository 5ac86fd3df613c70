"""What was found over several numbers of calls at a time: the curves, where each bends, and what limits it."""

from collections.abc import Mapping, Sequence
from math import inf

from bench.conversation.levels import Level, Which, cores, figures
from bench.conversation.utterances import Set
from bench.instruments import load
from bench.instruments.stats import knee, percentile, share

KNEE_FACTOR = 2.0
"""The knee: the most calls at a time whose 95th percentile is at most so many times that of a single call."""
_JUDGED: Mapping[Set, Which] = {"known": "known", "mixed": "all"}
"""Which turns tell: of callers who ask what is known those that did not need the model after all."""
_KEPT = ("turns", "p50_s", "p95_s", "first_voice_p95_s", "stt_p95_s", "llm_p95_s")

_BOTH: tuple[Which, Which] = ("model", "all")

Curves = Mapping[Set, Sequence[Level]]


def bend(levels: Sequence[Level], of: Set) -> Level | None:
    """Return the knee of a curve; a level at which calls were refused is beyond it."""
    slowest = [inf if level.refused else percentile(level.delays(_JUDGED[of]), 95) for level in levels]
    index = knee([level.calls for level in levels], slowest, KNEE_FACTOR * slowest[0])
    return None if index is None else levels[index]


def curve(curves: Curves) -> dict[str, float | None]:
    """Return the curves as figures, each with its calls at the end of the name, and `knee_known` and `knee_mixed`."""
    found: dict[str, float | None] = {}
    for of, levels in curves.items():
        knee_level = bend(levels, of)
        found[f"knee_{of}"] = knee_level.calls if knee_level else None
        for level in levels:
            found |= {f"{of}_{name}_{level.calls}": value for name, value in _of(level).items()}
    return found


def _of(level: Level) -> dict[str, float | None]:
    every = figures(level)
    found = {f"{w}_{name}": every[f"{w}_{name}"] for w in ("all", "model", "known") for name in _KEPT}
    found |= {name: every[name] for name in ("failures", "refused", "unmatched")}
    if level.used:
        found |= {f"cpu_{k}_pct": v for k, v in level.used.cpu_pct.items()}
        found |= {f"queue_{k}_s": v for k, v in level.used.wait_s.items()}
    return found


def limits(curves: Curves) -> dict[str, dict[str, str]]:
    """What limits each level."""
    return {
        of: {str(level.calls): load.limit(level.used, cores()) for level in levels if level.used}
        for of, levels in curves.items()
    }


def verdict(curves: Curves) -> str:
    """Say in one line where the curves bend, and what limits the last level of each."""
    return "; ".join(f"{_name(of, levels)}: {_verdict(levels, of)}" for of, levels in curves.items())


def _name(of: Set, levels: Sequence[Level]) -> str:
    if of == "known":
        return "answers that are known"
    model, every = (sum(len(level.of(which)) for level in levels) for which in _BOTH)
    return f"the model in {share(model, every):.0f} % of the turns"


def _verdict(levels: Sequence[Level], of: Set) -> str:
    found, last = bend(levels, of), levels[-1]
    knee_at = "no level keeps the latency" if found is None else f"knee at {found.calls} calls at a time"
    if found is last:
        knee_at = f"no knee up to {last.calls} calls at a time"
    refused = "".join(f", {level.refused} refused at {level.calls}" for level in levels if level.refused)
    limit = load.limit(last.used, cores()) if last.used else "not measured"
    return f"{knee_at}{refused} (at {last.calls}: {limit})"
