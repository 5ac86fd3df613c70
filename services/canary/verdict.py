"""What a call of the canary's amounts to. Pure."""

from dataclasses import dataclass
from typing import Literal

from caller.report import CallReport

KEY_S = 1.0
"""An agent that speaks on for longer than this after a key has not been silenced by it."""

Outcome = Literal["ok", "wrong", "failed", "skipped"]


@dataclass(frozen=True)
class Verdict:
    """One call, or why there was none."""

    outcome: Outcome
    voice_to_voice_s: float | None = None
    barge_in_stop_s: float | None = None
    answer_right: bool = False
    key_ok: bool = False
    faults: tuple[str, ...] = ()
    """What was wrong, a line each."""


def skipped(reason: str) -> Verdict:
    """No call was made, to leave its place to somebody."""
    return Verdict("skipped", faults=(reason,))


def failed(reason: str) -> Verdict:
    """No call could be made."""
    return Verdict("failed", faults=(reason,))


def judged(report: CallReport) -> Verdict:
    """Judge a call that was made."""
    by_voice = [turn for turn in report.turns if turn.interrupts and not turn.pressed]
    by_key = [turn for turn in report.turns if turn.interrupts and turn.pressed]
    stops = [turn.stop_s for turn in by_voice if turn.stop_s is not None]
    faults = [*report.failures, *(f"heard {turn.heard!r}" for turn in report.turns if turn.missing)]
    if len(stops) < len(by_voice):
        faults.append("the agent was not speaking when it was to be interrupted")
    silenced = [turn.stop_s is not None and turn.stop_s <= KEY_S for turn in by_key]
    if not all(silenced):
        faults.append(f"key {by_key[silenced.index(False)].pressed} did not silence the agent")
    return Verdict(
        outcome="wrong" if faults else "ok",
        voice_to_voice_s=report.median_s,
        barge_in_stop_s=max(stops, default=None),
        answer_right=all(turn.answered and not turn.missing for turn in report.turns),
        key_ok=all(silenced),
        faults=tuple(faults),
    )
