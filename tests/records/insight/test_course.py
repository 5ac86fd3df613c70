"""A call as it is judged, from its events."""

import pytest

from records.insight.course import LOST, follow
from tests.records.insight.calls import START, agent, caller, course, event, kinds


def test_lines_have_the_times_in_which_they_were_heard() -> None:
    read = course(*agent("Hello.", 0.5), *caller("When do you open?", 4), *agent("At nine.", 6, 1, wait=0.9))
    assert [(line.who, line.text) for line in read.said] == [
        ("agent", "Hello."),
        ("caller", "When do you open?"),
        ("agent", "At nine."),
    ]
    question = read.callers[0]
    assert (question.begin - START, question.wait_s, question.turn) == (4.0, 0.9, 1)
    assert question.end - START == pytest.approx(5.1)


def test_who_went_on_has_one_line_and_was_cut_off() -> None:
    read = course(
        *caller("I would like", 1), *agent("Yes?", 3, 1), *caller("I would like tea.", 5, 2, again=True)
    )
    assert [line.text for line in read.callers] == ["I would like tea."]
    assert read.went_on == 1


def test_an_unsure_answer_belongs_to_what_was_asked() -> None:
    asked = "Do you sell tea?"
    read = course(*caller(asked, 1), *agent("I don't know.", 3, 1, unsure=f"{asked}: unknown"))
    assert read.callers[0].register == "unknown"
    other = course(*caller("And coffee?", 1), *agent("I don't know.", 3, 1, unsure=f"{asked}: unknown"))
    assert other.callers[0].register == ""


def test_the_last_that_was_told_of_a_question_counts() -> None:
    told = [
        event("open_question", 2, question=question, register=register)
        for question, register in (
            ("tea", "unknown"),
            ("sell tea", "likely"),
            ("", "refused"),
            ("te", "refused"),
        )
    ]
    read = course(*told, *caller("Do you sell tea?", 3), *caller("Tea?", 6, 2), *caller("Steamed tea!", 9, 3))
    assert [line.register for line in read.callers] == ["likely", "unknown", "unknown"]


@pytest.mark.parametrize("excuse", [None, event("key", 9, digit="1"), event("hold", 9, held=True)])
def test_a_silence_is_one_that_nothing_explains(excuse: object) -> None:
    events = [*caller("When do you open?", 1), *agent("At nine.", 12, 1, wait=10.0)]
    read = course(*events, *([excuse] if excuse else []), after=15)  # type: ignore[list-item]
    assert [(round(s.seconds), s.owed) for s in read.silences] == ([] if excuse else [(10, True)])


def test_who_is_with_people_is_not_silent() -> None:
    read = course(
        *caller("A person, please.", 1),
        *agent("One moment.", 3, 1),
        event("transfer_started", 4, target="desk"),
        event("transfer_summary", 8, target="desk", text="An order."),  # no step: it is told on the way
        event("transfer_connected", 9, target="desk"),
        ended="transferred",
    )
    assert kinds(read) == ["started", "connected"]
    assert read.silences == ()


def test_a_call_that_nobody_ended_is_lost_and_one_that_never_began_did_not() -> None:
    assert follow([event("call_started", 0)]).ended == LOST
    assert not follow([event("call_ended", 0, outcome="busy")]).began


def test_what_is_told_wrongly_breaks_nothing() -> None:
    read = course(
        event("caller_said", 1, turn="x", text=None),
        event("turn", 2, turn="x", voice_to_voice="soon"),
        event("agent_said", 3, text="Hello.", seconds=True),
        event("open_question", 3),
        mos="good",
    )
    assert (read.mos, read.callers[0].wait_s) == (None, None)
