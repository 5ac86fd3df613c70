"""Settings of turn-taking as figures: how many callers they cut off, how long they keep the others waiting. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.replay import Outcome, Policy
from bench.stats import percentile, share
from bench.utterances import PAUSED, Utterance
from parley.audio import SAMPLE_RATE

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
    cut_off_open_pct: float
    """Of those in which the words before the pause cannot be all."""
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
        cut_off_pct=cut(*PAUSED, "complete"),
        cut_off_paused_pct=cut(*PAUSED),
        cut_off_open_pct=cut("open"),
        cut_off_stop_pct=cut("stop"),
        missed=sum(o.decided_s is None for o in outcomes),
        added_mean_s=sum(added) / len(added) if added else float("nan"),
        added_p50_s=percentile(added, 50),
        added_p95_s=percentile(added, 95),
        attempts=sum(o.attempts for o in outcomes) / max(1, len(outcomes)),
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
        "cut_off_pct": present.cut_off_pct,
        "cut_off_paused_pct": present.cut_off_paused_pct,
        "cut_off_open_pct": present.cut_off_open_pct,
        "cut_off_two_sentences_pct": present.cut_off_stop_pct,
        "added_mean_s": present.added_mean_s,
        "added_p50_s": present.added_p50_s,
        "added_p95_s": present.added_p95_s,
        "attempts_per_turn": present.attempts,
        "unanswered": present.missed,
        "fixed_silence_as_good_mean_s": equal.added_mean_s if equal else None,
    }
    if chosen:
        found |= {
            "recommended_fast_ms": round(chosen.policy.turns.endpoint_fast_s * 1000),
            "recommended_slow_ms": round(chosen.policy.turns.endpoint_slow_s * 1000),
            "recommended_score": chosen.policy.turns.finished_score,
            "recommended_cut_off_pct": chosen.cut_off_pct,
            "recommended_added_mean_s": chosen.added_mean_s,
            "recommended_added_p50_s": chosen.added_p50_s,
            "recommended_added_p95_s": chosen.added_p95_s,
        }
    return found
