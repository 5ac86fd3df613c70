"""Barge-in trials: what is tried, what came of it, and what that makes in figures. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from bench.instruments.stats import percentile, share

Outcome = Literal["interrupted", "resumed", "none"]
"""By the gateway: the agent gave the turn up; it paused and went on; it took no notice."""

LATEST_STOP_S = 1.0
"""An agent that speaks on for longer has not been interrupted."""


@dataclass(frozen=True)
class Result:
    """One sound over the agent's speech, and what came of it. Seconds."""

    kind: str
    """human, synthetic: interruptions; anything else is none."""
    label: str
    level_dbfs: float
    moment_s: float
    """How long the agent had been speaking."""
    interrupts: bool
    """Whether it was meant to interrupt."""
    outcome: Outcome
    stop_s: float | None = None
    """By the caller: its first voiced packet to the agent's last; None when the agent was silent anyway."""
    gateway_stop_s: float | None = None
    """The same by the gateway."""
    silent_s: float | None = None
    """How long the agent fell silent, when it went on."""
    delay_ms: float | None = None
    """Of an echo."""

    @property
    def missed(self) -> bool:
        """Whether an interruption was not heeded, or too late."""
        late = self.stop_s is not None and self.stop_s > LATEST_STOP_S
        return self.interrupts and (self.outcome != "interrupted" or late)

    @property
    def false(self) -> bool:
        """Whether the agent gave the turn up although nobody wanted it."""
        return not self.interrupts and self.outcome == "interrupted"


def figures(results: Sequence[Result]) -> dict[str, float | None]:
    """Return the figures of all trials, and of each kind."""
    real = [r for r in results if r.interrupts]
    idle = [r for r in results if not r.interrupts]
    stops = _ms(r.stop_s for r in real if not r.missed)
    gateway = _ms(r.gateway_stop_s for r in real if not r.missed)
    apart = [abs(a - b) for r in real if not r.missed for a, b in _both(r)]
    found: dict[str, float | None] = {
        "interruptions": len(real),
        "non_interruptions": len(idle),
        "stop_p50_ms": percentile(stops, 50),
        "stop_p95_ms": percentile(stops, 95),
        "stop_max_ms": max(stops, default=float("nan")),
        "gateway_stop_p50_ms": percentile(gateway, 50),
        "gateway_stop_p95_ms": percentile(gateway, 95),
        "clock_difference_p50_ms": percentile(apart, 50),
        "missed_pct": share(sum(r.missed for r in real), len(real)),
        "false_pct": share(sum(r.false for r in idle), len(idle)),
        "paused_pct": share(sum(r.outcome == "resumed" for r in idle), len(idle)),
        "paused_p50_ms": percentile(_ms(r.silent_s for r in idle if r.outcome == "resumed"), 50),
    }
    gaps = _ms(r.silent_s for r in idle if r.kind == "backchannel" and r.outcome == "resumed")
    found |= {f"backchannel_gap_p{p}_ms": percentile(gaps, p) for p in (50, 95)}
    for kind in kinds(results):
        mine = [r for r in results if r.kind == kind]
        found[f"{kind}_trials"] = len(mine)
        if mine[0].interrupts:
            own = _ms(r.stop_s for r in mine if not r.missed)
            found[f"{kind}_stop_p50_ms"] = percentile(own, 50)
            found[f"{kind}_stop_p95_ms"] = percentile(own, 95)
            found[f"{kind}_missed_pct"] = share(sum(r.missed for r in mine), len(mine))
        else:
            found[f"{kind}_false_pct"] = share(sum(r.false for r in mine), len(mine))
            found[f"{kind}_paused_pct"] = share(sum(r.outcome == "resumed" for r in mine), len(mine))
    return found


def kinds(results: Iterable[Result]) -> list[str]:
    """Return the kinds in the order in which they were tried, interruptions first."""
    ordered = sorted(results, key=lambda r: not r.interrupts)
    return list(dict.fromkeys(r.kind for r in ordered))


def _ms(seconds: Iterable[float | None]) -> list[float]:
    return [1000 * s for s in seconds if s is not None]


def _both(result: Result) -> list[tuple[float, float]]:
    if result.stop_s is None or result.gateway_stop_s is None:
        return []
    return [(1000 * result.stop_s, 1000 * result.gateway_stop_s)]
