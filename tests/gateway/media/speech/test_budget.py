"""The budget of inferences per tick."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gateway.media.speech.budget import BEHIND_SAMPLES, LEAST, SHARE, WindowBudget
from gateway.media.speech.detections import DetectorSettings
from gateway.media.speech.detector import SpeechDetector
from parley.audio import FRAME_SAMPLES
from tests.fakes.engines.vad import LoudnessVad

LOUD = np.full(FRAME_SAMPLES, 8000, np.int16)


def ask(budget: WindowBudget, rows: list[int], waiting: list[int] | None = None) -> list[int]:
    granted = budget.grant(np.array(rows), np.array(waiting or [512] * len(rows)))
    return np.array(rows)[granted].tolist()


def test_few_calls_are_never_limited() -> None:
    budget = WindowBudget(LEAST)
    budget.begin(LEAST)
    assert ask(budget, list(range(LEAST))) == list(range(LEAST))


def test_what_exceeds_the_budget_waits_for_one_tick_the_newest_first() -> None:
    budget = WindowBudget(100)
    budget.begin(100)
    limit = round(100 * SHARE)
    granted = ask(budget, list(range(50)), [512 + row for row in range(50)])
    assert granted == list(range(50 - limit, 50))
    assert (budget.counts.granted, budget.counts.carried) == (limit, 50 - limit)
    budget.begin(100)
    assert ask(budget, list(range(50)))[: 50 - limit] == list(range(50 - limit))


def test_what_has_waited_is_granted_beyond_the_budget_and_that_is_told() -> None:
    budget = WindowBudget(1000)
    rows = list(range(1000))
    budget.begin(1000)
    ask(budget, rows)
    limit = round(1000 * SHARE)
    budget.begin(1000)
    waited = set(rows[limit:])
    assert set(ask(budget, rows)) == waited
    assert budget.counts.over == len(waited) - limit


def test_a_row_that_is_reset_has_not_waited() -> None:
    budget = WindowBudget(100)
    budget.begin(100)
    ask(budget, list(range(100)))
    for row in range(100):
        budget.reset(row)
    budget.begin(100)
    assert len(ask(budget, list(range(100)))) == round(100 * SHARE)


@given(st.lists(st.lists(st.integers(0, 199), max_size=200, unique=True), max_size=12))
def test_nobody_waits_for_more_than_a_tick(ticks: list[list[int]]) -> None:
    budget = WindowBudget(200)
    waiting: set[int] = set()
    for asking in ticks:
        rows = sorted(set(asking) | waiting)
        budget.begin(200)
        granted = set(ask(budget, rows)) if rows else set()
        assert waiting <= granted
        assert len(granted) <= max(len(waiting), round(200 * SHARE))
        waiting = set(rows) - granted


def test_a_stall_of_the_network_is_worked_off_over_ticks_and_no_window_is_left_out() -> None:
    calls, engine = 200, LoudnessVad()
    detector = SpeechDetector(calls, engine, DetectorSettings())
    rows = np.arange(calls)
    for row in rows:
        detector.reset(int(row))
    work = []
    for tick in range(60):
        for _ in range(4 if tick == 30 else 0 if 27 <= tick < 30 else 1):
            detector.feed(rows, np.tile(LOUD, (calls, 1)), np.full(calls, 1.0))
        engine.asked.clear()
        detector.detect(rows)
        work.append(sum(len(asked) for asked in engine.asked))
    assert 27 <= int(np.argmin(work[4:])) + 4 <= 29
    assert (detector.clock - detector._window_at < 2 * 512 + FRAME_SAMPLES).all()
    everything = 200 * 4 * 0.625
    assert max(work) < 0.6 * everything


def test_after_a_long_stall_nobody_stays_behind() -> None:
    calls = 200
    detector = SpeechDetector(calls, LoudnessVad(), DetectorSettings())
    rows = np.arange(calls)
    for row in rows:
        detector.reset(int(row))
    for _ in range(25):
        detector.feed(rows, np.tile(LOUD, (calls, 1)), np.full(calls, 1.0))
    detector.detect(rows)
    assert (detector.clock - detector._window_at < BEHIND_SAMPLES).all()
    assert detector.talking.all()
