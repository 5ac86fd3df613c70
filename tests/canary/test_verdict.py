"""What a call amounts to."""

import pytest

from canary.verdict import KEY_S, judged
from tests.fakes.reports import report, turn

KEY = turn(said="presses #", heard="", voice_to_voice_s=None, interrupts=True, pressed="#", stop_s=0.2)
ANSWER = turn()
BYE = turn(said="Bye.", voice_to_voice_s=0.6, interrupts=True, stop_s=0.1, hung_up=True)


def test_a_call_by_the_script() -> None:
    verdict = judged(report(KEY, ANSWER, BYE))
    assert (verdict.outcome, verdict.faults) == ("ok", ())
    assert (verdict.answer_right, verdict.key_ok) == (True, True)
    assert verdict.voice_to_voice_s == pytest.approx(0.8)
    assert verdict.barge_in_stop_s == 0.1


def test_a_wrong_answer() -> None:
    wrong = turn(heard="At nine.", missing=["any of ten, 10"])
    verdict = judged(report(KEY, wrong, BYE, failures=("turn 2: the answer lacks any of ten, 10",)))
    assert (verdict.outcome, verdict.answer_right, verdict.key_ok) == ("wrong", False, True)
    assert verdict.faults == ("turn 2: the answer lacks any of ten, 10", "heard 'At nine.'")


@pytest.mark.parametrize("stop_s", [None, KEY_S + 0.1])
def test_a_key_that_does_not_silence_the_agent(stop_s: float | None) -> None:
    deaf = turn(said="presses #", voice_to_voice_s=None, interrupts=True, pressed="#", stop_s=stop_s)
    verdict = judged(report(deaf, ANSWER, BYE))
    assert (verdict.outcome, verdict.key_ok, verdict.answer_right) == ("wrong", False, True)
    assert verdict.faults == ("key # did not silence the agent",)


def test_nothing_to_interrupt() -> None:
    verdict = judged(report(KEY, ANSWER, turn(interrupts=True, stop_s=None)))
    assert (verdict.outcome, verdict.barge_in_stop_s) == ("wrong", None)


def test_no_answer() -> None:
    silent = turn(voice_to_voice_s=None, answered=False)
    verdict = judged(report(KEY, silent, failures=("turn 2 was not answered",)))
    assert (verdict.outcome, verdict.answer_right, verdict.voice_to_voice_s) == ("wrong", False, None)
