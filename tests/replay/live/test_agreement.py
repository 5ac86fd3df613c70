from dataclasses import replace

import pytest

from records.sound.timeline import timeline
from replay.answers import Answer
from replay.compare import Compared, Limits, Run, Said, compared
from replay.course import Course, Turn
from replay.live.agreement import CutOffs, agreement, cut_offs
from tests.fakes.kept_calls import CALL, event, events

LIMITS = Limits()
FIRST = Turn(2.0, 4.8, 5.6, "some words", went_on_s=9.5)
SECOND = Turn(9.5, 10.5, 11.1, "other words")
CUT = replace(SECOND, went_on_s=11.6, taken_up=True)
SAY = Answer("say", "At nine.")


def run(*turns: Turn) -> Run:
    return Run(Course(turns, ()), tuple(Said(turn, SAY) for turn in turns))


def against(before: Run, live_cut_offs: int = 0) -> Compared:
    went_on = [
        event(12.0 + n, "caller_said", turn=2, text="some words", again=True) for n in range(live_cut_offs)
    ]
    return compared(timeline(CALL, events(*went_on)), before, run(), LIMITS)


def test_agreement_is_that_of_the_first_run() -> None:
    found = agreement([against(run(FIRST, SECOND))], LIMITS)
    assert (found.turns, found.live_turns) == (2, 2)
    assert (found.words, found.wrong_words) == (4, 1)
    assert found.live_wait_mean_s == pytest.approx(0.6)
    assert found.cut_offs == CutOffs(live=0, replayed=0, missed=0)
    assert found.cut_offs.caution == ""


def test_cut_offs_are_held_against_those_of_the_same_live_call() -> None:
    lost, had = against(run(FIRST, SECOND), live_cut_offs=1), against(run(FIRST, CUT), live_cut_offs=1)
    more = against(run(FIRST, CUT))
    found = cut_offs(((one.timeline, one.before) for one in (lost, had, more)), LIMITS)
    assert found == CutOffs(live=2, replayed=2, missed=1)
    assert found.caution.startswith("Of 2 turns in which callers were cut off live,")
    assert "the replay as it is lacks 1:" in found.caution


def test_what_went_on_after_the_agents_part_is_no_cut_off_of_its() -> None:
    later = event(11.8, "transfer_started"), event(12.5, "caller_said", turn=2, text="more", again=True)
    assert timeline(CALL, events(*later)).cut_offs == 0
    assert timeline(CALL, events(later[1])).cut_offs == 1
