"""What became of calls."""

import pytest

from parley.messages import Event
from records.insight.course import follow
from records.insight.outcome import outcome
from tests.records.insight.calls import agent, caller, course, event, talk

TEA = ("caller", "Do you sell tea?")
YES = ("agent", "Yes, we do.")
BYE = (("caller", "Thank you, goodbye."), ("agent", "Goodbye."))
STARTED, CONNECTED = (
    event("transfer_started", 30, target="desk"),
    event("transfer_connected", 32, target="desk"),
)


def missed(how: str) -> Event:
    return event("transfer_ended", 40, target="desk", outcome=how)


def test_what_was_asked_and_answered_is_resolved() -> None:
    assert outcome(course(*talk(TEA, YES, *BYE))) == "resolved"
    assert outcome(course(*talk(TEA, YES), ended="caller_hung_up")) == "resolved"


def test_what_was_asked_last_or_half_of_it_and_was_not_known_is_unknown() -> None:
    coffee = ("caller", "And do you sell coffee?")
    no = {TEA[1]: "unknown"}
    assert outcome(course(*talk(TEA, YES, unsure=no))) == "unknown_answer"
    assert outcome(course(*talk(TEA, YES, *BYE, unsure=no))) == "unknown_answer"
    pity = ("caller", "Pity.")
    assert outcome(course(*talk(TEA, YES, pity, unsure=no), ended="caller_hung_up")) == "unknown_answer"
    assert outcome(course(*talk(coffee, YES, TEA, YES, unsure=no))) == "unknown_answer"
    assert (
        outcome(course(*talk(TEA, YES, coffee, YES, ("caller", "Where are you?"), YES, unsure=no)))
        == "resolved"
    )


def test_who_gave_up_before_an_answer_has_abandoned() -> None:
    gone = "caller_hung_up"
    assert outcome(course(*agent("Hello.", 0.5), ended=gone)) == "abandoned"
    assert outcome(course(*talk(TEA), ended=gone)) == "abandoned"
    assert outcome(course(*talk(("caller", "Hello?"), ("agent", "Hello.")), ended=gone)) == "abandoned"
    assert outcome(course(event("key", 3, digit="1"), *agent("At nine.", 5), ended=gone)) == "resolved"


def test_who_was_only_asked_whether_they_want_people_and_left_has_abandoned() -> None:
    gone, offer = "caller_hung_up", ("agent", "Shall I connect you with a colleague in the shop?")
    complaint = ("caller", "I want to make it complete.")
    assert outcome(course(*talk(complaint, offer), ended=gone)) == "abandoned"
    assert outcome(course(*talk(TEA, YES, complaint, offer), ended=gone)) == "abandoned"
    both = ("agent", f"{YES[1]} {offer[1]}")
    assert outcome(course(*talk(TEA, both), ended=gone)) == "resolved"
    assert outcome(course(*talk(complaint, offer, TEA, YES), ended=gone)) == "resolved"


def test_who_was_given_to_people_was_handed_over_until_they_ask_the_agent_again() -> None:
    assert outcome(course(STARTED, CONNECTED, ended="transferred")) == "handed_over"
    assert outcome(course(STARTED, CONNECTED, missed("taken_back"))) == "handed_over"
    more = [*caller("When do you close?", 45, 2), *agent("At six.", 48, 2)]
    assert outcome(course(STARTED, CONNECTED, missed("taken_back"), *more)) == "resolved"


@pytest.mark.parametrize("how", ["no_answer", "busy", "declined", "abandoned"])
def test_who_wanted_people_and_reached_none_has_abandoned(how: str) -> None:
    asked = talk(("caller", "Can I talk to a person?"), ("agent", "One moment."))
    assert outcome(course(*asked, STARTED, missed(how))) == "abandoned"
    message = event("message", 45, name="Ann")
    assert outcome(course(*asked, STARTED, missed(how), message)) == "message_taken"
    more = [*caller("When do you close?", 45, 2), *agent("At six.", 48, 2)]
    assert outcome(course(*asked, STARTED, missed(how), *more)) == "resolved"


@pytest.mark.parametrize("how", ["failed", "lost", "stopped"])
def test_what_broke_off_has_failed(how: str) -> None:
    assert outcome(course(*talk(TEA, YES), ended=how)) == "failed"


@pytest.mark.parametrize(
    ("how", "became"),
    [
        ("refused", "failed"),
        ("busy", "failed"),
        ("caller_hung_up", "abandoned"),
        ("transferred", "handed_over"),
        ("voicemail", "message_taken"),
    ],
)
def test_a_call_that_was_never_answered_became_what_was_done_with_it(how: str, became: str) -> None:
    assert outcome(follow([event("call_ended", 0, outcome=how)])) == became
