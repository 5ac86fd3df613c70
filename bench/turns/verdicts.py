"""Settings of turn-taking as figures: how many callers they cut off, how long they keep the others waiting. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.instruments.stats import percentile, share
from bench.turns.replay import Outcome, Policy
from bench.turns.utterances import PAUSED, Kind, Utterance
from parley.audio import SAMPLE_RATE

GOAL_PCT = 3.0
"""Turns in which the caller may be cut off, per cent."""


@dataclass(frozen=True)
class Verdict:
    """A policy in figures."""

    policy: Policy
    cut_off_pct: float
    """Of all turns of the natural set."""
    cut_off_open_pct: float
    """Of those of them in which the caller hesitates within a sentence."""
    cut_off_closed_pct: float
    """Of those with a pause between two clauses, where the first could be all."""
    missed: int
    """Turns that were never answered, of both sets."""
    added_mean_s: float
    """The silence after the turns of the natural set, until they were answered; so the next two."""
    added_p50_s: float
    added_p95_s: float
    question_p50_s: float
    """The same after whole turns that ask something: those for which nobody should have to wait."""
    attempts: float
    """Transcripts and answers prepared per turn of the natural set."""
    hard_cut_off_pct: float
    """Of the hard set's turns, whole and with a pause inside a sentence."""
    hard_open_pct: float
    hard_closed_pct: float
    hard_stop_pct: float
    """Of the turns of two sentences with a pause between them."""


def judge(policy: Policy, items: Sequence[Utterance], outcomes: Sequence[Outcome]) -> Verdict:
    """Turn the outcomes of all utterances into figures."""
    pairs = list(zip(items, outcomes, strict=True))
    natural = [(i, o) for i, o in pairs if i.set == "natural"]
    hard = [(i, o) for i, o in pairs if i.set == "hard"]
    added = _added(natural)
    return Verdict(
        policy,
        cut_off_pct=_cut(natural, "complete", *PAUSED),
        cut_off_open_pct=_cut(natural, "open"),
        cut_off_closed_pct=_cut(natural, "closed"),
        missed=sum(o.decided_s is None for o in outcomes),
        added_mean_s=sum(added) / len(added) if added else float("nan"),
        added_p50_s=percentile(added, 50),
        added_p95_s=percentile(added, 95),
        question_p50_s=percentile(
            _added((i, o) for i, o in natural if i.name.endswith("?") and not i.pause_s), 50
        ),
        attempts=sum(o.attempts for _, o in natural) / max(1, len(natural)),
        hard_cut_off_pct=_cut(hard, "complete", *PAUSED),
        hard_open_pct=_cut(hard, "open"),
        hard_closed_pct=_cut(hard, "closed"),
        hard_stop_pct=_cut(hard, "stop"),
    )


def _cut(pairs: Iterable[tuple[Utterance, Outcome]], *kinds: Kind) -> float:
    chosen = [(i, o) for i, o in pairs if i.kind in kinds]
    return share(sum(o.was_cut_off(i) for i, o in chosen), len(chosen))


def _added(pairs: Iterable[tuple[Utterance, Outcome]]) -> list[float]:
    return [s for i, o in pairs if (s := o.added_s(i)) is not None]


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


def separation(items: Sequence[Utterance], scores: Mapping[tuple[int, int, int], float]) -> dict[str, float]:
    """Say how well the score tells pauses from ends: the share of each on the wrong side of one half."""
    ends: list[float] = []
    pauses: list[float] = []
    for (row, _, end), score in scores.items():
        item = items[row]
        if item.kind != "stop":
            (ends if end / SAMPLE_RATE >= item.end_s else pauses).append(score)
    return {
        "score_pauses_finished_pct": share(sum(s >= 0.5 for s in pauses), len(pauses)),
        "score_ends_unfinished_pct": share(sum(s < 0.5 for s in ends), len(ends)),
        "score_ends_p10": percentile(ends, 10),
        "score_pauses_p90": percentile(pauses, 90),
    }


def figures(verdicts: Sequence[Verdict], chosen: Verdict | None) -> dict[str, float | None]:
    """Return the figures of the present defaults, which come first, and of the setting that is recommended."""
    present = verdicts[0]
    equal = best((v for v in verdicts if not v.policy.judged), max(GOAL_PCT, present.cut_off_pct))
    found: dict[str, float | None] = {
        name: float(value)
        for name, value in vars(present).items()
        if name not in ("policy", "missed", "attempts")
    }
    found |= {
        "attempts_per_turn": present.attempts,
        "unanswered": present.missed,
        "fixed_silence_as_good_mean_s": equal.added_mean_s if equal else None,
    }
    if chosen:
        silences = chosen.policy.turns.endpoint
        found |= {
            "recommended_fast_ms": round(silences.fast_s * 1000),
            "recommended_slow_ms": round(silences.slow_s * 1000),
            "recommended_open_ms": round(silences.open_s * 1000),
            "recommended_score": silences.even,
            "recommended_cut_off_pct": chosen.cut_off_pct,
            "recommended_added_mean_s": chosen.added_mean_s,
            "recommended_added_p50_s": chosen.added_p50_s,
            "recommended_added_p95_s": chosen.added_p95_s,
        }
    return found
