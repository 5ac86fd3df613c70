import dataclasses

import numpy as np
import pytest

from bench.turns.replay import Outcome, Policy
from bench.turns.utterances import Kind, Set, Utterance
from bench.turns.verdicts import Verdict, best, frontier, judge, separation
from caller.sound.clip import Clip
from gateway.turns.memory import TurnSettings

POLICY = Policy("p", TurnSettings())


def said(kind: Kind, end_s: float = 2.0, of: Set = "natural") -> Utterance:
    return Utterance("u?", "human", kind, Clip(np.zeros(1, np.int16), 16_000), end_s, set=of)


def verdict(cut_off: float, mean: float, missed: int = 0) -> Verdict:
    figures = {field.name: 0.0 for field in dataclasses.fields(Verdict)} | {
        "policy": Policy(f"{cut_off}/{mean}", TurnSettings()),
        "cut_off_pct": cut_off,
        "added_mean_s": mean,
        "missed": missed,
    }
    return Verdict(**figures)  # type: ignore[arg-type]


def test_outcomes_become_figures() -> None:
    items = [said("complete"), said("open"), said("closed"), said("complete")]
    items += [said("open", of="hard"), said("complete", of="hard"), said("stop", of="hard")]
    decided = [Outcome(2.5, 1), Outcome(1.0, 1), Outcome(3.0, 2), Outcome(None, 0)]
    decided += [Outcome(2.5, 1), Outcome(9.0, 1), Outcome(1.0, 1)]
    found = judge(POLICY, items, decided)
    assert (found.cut_off_pct, found.cut_off_open_pct, found.cut_off_closed_pct) == (25.0, 100.0, 0.0)
    assert (found.hard_cut_off_pct, found.hard_open_pct, found.hard_stop_pct) == (0.0, 0.0, 100.0)
    assert found.missed == 1
    assert found.added_mean_s == pytest.approx(0.75)
    assert found.question_p50_s == pytest.approx(0.75)
    assert found.attempts == 1.0


def test_the_best_is_the_quickest_that_cuts_off_few_enough() -> None:
    quick, good, slow, deaf = verdict(20, 0.4), verdict(2, 0.8), verdict(0, 1.5), verdict(0, 0.3, missed=1)
    assert best([slow, quick, deaf, good]) is good
    assert best([quick, deaf]) is None


def test_the_frontier_leaves_out_what_is_worse_in_both() -> None:
    quick, worse, good = verdict(20, 0.4), verdict(25, 0.6), verdict(2, 0.8)
    assert frontier([worse, good, quick]) == [quick, good]


def test_scores_are_sorted_by_what_they_were_asked_about() -> None:
    items = [said("open", end_s=2.0), said("stop", end_s=2.0)]
    scores = {(0, 0, 16_000): 0.9, (0, 0, 40_000): 0.2, (0, 0, 36_000): 0.8, (1, 0, 16_000): 0.9}
    found = separation(items, scores)
    assert found["score_pauses_finished_pct"] == 100.0
    assert found["score_ends_unfinished_pct"] == 50.0
