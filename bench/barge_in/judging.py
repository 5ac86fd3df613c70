"""What came of a sound over the agent: measured on the caller's own wire, and as the gateway told it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.barge_in.sounds import Sound
from bench.barge_in.trials import Outcome, Result
from bench.instruments.desk import Desk
from caller.phone.call import Tracks
from caller.phone.line import Utterance
from caller.sound.measure import Span, pauses, stop_delay
from simulate.voice.telephone import Dialled
from simulate.voice.witness import unix_time

_STOPS_WITHIN_S = 0.5
"""The agent falls silent so soon, or not for this sound."""


@dataclass
class Trial:
    """A sound that was made on a call. Times are seconds of CLOCK_MONOTONIC."""

    sound: Sound
    utterance: Utterance
    moment_s: float
    until: float
    delay_ms: float | None = None


def outcome_of(at: Desk, dialled: Dialled, trial: Trial) -> tuple[Outcome, float | None]:
    """What the gateway told of a sound: the last judgement counts."""
    start, end = trial.utterance.start, trial.until
    if start is None:
        return "none", None
    events = [
        e
        for e in at.witness.of(dialled.id, "barge_in")
        if unix_time(start) - 0.1 <= e.at <= unix_time(end) + 0.1
    ]
    if not events:
        return "none", None
    last = events[-1]
    # The time of the first pause is that of the stop, however long the judgement took.
    stops = [e.data.get("stop_s") for e in events if e.data.get("stop_s") is not None]
    return last.data["outcome"], stops[0] if stops else None


def result_of(
    trial: Trial, told: tuple[Outcome, float | None], tracks: Tracks, said: Sequence[Span], heard: list[Span]
) -> Result:
    """What came of a sound, by the caller's own wire and by what the gateway told (see `outcome_of`)."""
    outcome, gateway_stop_s = told
    sound, start = trial.sound, trial.utterance.start or 0.0
    end = trial.utterance.end or start
    mine = [s for s in said if start - 0.05 <= s.start <= end + 0.15]
    first = mine[0].start if mine else start
    # A pause of the agent's own, between two sentences, begins later or is shorter than one for the caller's sake.
    gaps = [
        length
        for at, length in pauses(tracks.received, first, trial.until, 0.1)
        if at - first < _STOPS_WITHIN_S
    ]
    return Result(
        kind=sound.kind,
        label=sound.label,
        level_dbfs=sound.level_dbfs,
        moment_s=round(trial.moment_s, 3),
        interrupts=sound.interrupts,
        outcome=outcome,
        stop_s=_rounded(stop_delay(first, heard)) if sound.interrupts else None,
        gateway_stop_s=_rounded(gateway_stop_s),
        silent_s=_rounded(max(gaps, default=None)) if outcome == "resumed" else None,
        delay_ms=trial.delay_ms,
    )


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
