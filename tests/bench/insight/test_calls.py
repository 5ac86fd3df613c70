"""Calls as they are written down, and their events."""

import pytest

from bench.insight.calls import Call, calls, events
from bench.insight.judged import of_calls
from records.insight.course import follow
from records.insight.outcome import OUTCOMES
from records.insight.tags import TAGS


def test_a_written_call_has_the_events_of_a_gateway() -> None:
    talk = """
        < Hello.
        >{after 9} Do you sell tea?
        <{wait 5 unknown} I don't know.
        * transfer_started target=desk
        * pause 20
        = transferred mos=3.5
    """
    course = follow(events(Call(outcome="handed_over", talk=talk)))
    assert [line.who for line in course.said] == ["agent", "caller", "agent"]
    question = course.callers[0]
    assert (question.register, round(question.wait_s or 0)) == ("unknown", 5)
    assert [round(silence.seconds) for silence in course.silences] == [9, 5]
    assert (course.ended, course.mos, [step.what for step in course.people]) == (
        "transferred",
        3.5,
        ["started"],
    )


def test_what_is_no_line_of_a_call_is_named() -> None:
    with pytest.raises(ValueError, match="'hello' is no line"):
        events(Call(outcome="resolved", talk="hello"))


def test_every_call_of_the_set_is_labelled_with_what_there_is() -> None:
    told = calls()
    assert len(told) >= 200
    assert {call.outcome for call in told[::2]} == {call.outcome for call in told[1::2]} == set(OUTCOMES)
    assert (
        {tag for call in told[::2] for tag in call.tags}
        == {t for call in told[1::2] for t in call.tags}
        == set(TAGS)
    )
    for call in told:
        assert follow(events(call)).ended


def test_the_figures_are_those_of_every_other_call() -> None:
    right = Call(outcome="resolved", talk="> Do you sell tea?\n< Yes, we do.\n= completed")
    wrong = Call(outcome="failed", tags=["LOOP"], talk=right.talk)
    tagged = Call(outcome="resolved", tags=["BAD_LINE"], talk=f"{right.talk} mos=2")
    figures = of_calls([wrong, right, wrong, tagged, wrong, wrong])
    assert figures["outcome_accuracy_pct"] == 66.7
    assert (figures["tags_precision"], figures["tags_recall"]) == (1.0, 0.5)
