"""What is done with a caller's words."""

import pytest

from agent.knowledge.decide import decide, is_follow_up, is_question, resolved
from agent.knowledge.index import Entry, Hit


def hit(said: str, chance: float, meaning: float = 0.3, curated: int | None = None) -> Hit:
    return Hit(Entry(said, said, curated=curated), 0.5, meaning, chance)


def kind(*hits: Hit, talk: float = 0.0, question: bool = True, follow_up: bool = False) -> str:
    return decide(hits, talk, question=question, follow_up=follow_up).kind


def test_a_sure_passage_is_said_as_it_stands() -> None:
    assert kind(hit("A crown costs 620 euros.", 0.9), hit("A filling costs 80.", 0.05)) == "say"


def test_two_that_fit_alike_are_left_to_the_model() -> None:
    hits = [hit("The Nova costs 399.", 0.45), hit("The Nova Pro costs 599.", 0.4), hit("No.", 0.02)]
    decision = decide(hits, 0.0, question=True, follow_up=False)
    assert decision.kind == "ground"
    assert decision.passages == decision.sources == ("The Nova costs 399.", "The Nova Pro costs 599.")
    assert decision.known == pytest.approx(0.87)


def test_many_that_share_a_high_likelihood_are_not_unknown() -> None:
    days = [hit(f"Day {day}.", 0.22) for day in range(4)]
    assert kind(*days) == "ground"
    assert kind(*days[:2]) == "unknown"


def test_a_long_passage_is_not_read_out() -> None:
    assert kind(hit("word " * 60, 0.95)) == "ground"


def test_a_curated_answer_needs_the_meaning_only() -> None:
    assert kind(hit("You will be seen today.", 0.1, 0.7, 0)) == "say"
    assert kind(hit("You will be seen today.", 0.1, 0.5, 0)) != "say"


def test_nothing_near_is_unknown() -> None:
    assert kind(hit("A crown costs 620 euros.", 0.1)) == "unknown"


def test_a_statement_is_never_unknown() -> None:
    assert kind(hit("A crown costs 620 euros.", 0.1), question=False) == "chat"


def test_small_talk_is_never_unknown() -> None:
    assert kind(hit("A crown costs 620 euros.", 0.1), talk=0.8) == "chat"


def test_nothing_to_find_leaves_everything_to_the_model() -> None:
    assert kind() == "chat"


def test_a_follow_up_must_be_surer() -> None:
    hits = hit("The Orbit 14 costs 749.", 0.6), hit("The Orbit 16 costs 1,099.", 0.2)
    assert kind(*hits) == "say"
    assert kind(*hits, follow_up=True) == "ground"


@pytest.mark.parametrize(
    "text",
    ["When are you open?", "do you sell cameras", "I'd like to know the price.", "And what about you?"],
)
def test_a_question(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize("text", ["I bought a phone last week.", "That is great.", "My name is Sam."])
def test_no_question(text: str) -> None:
    assert not is_question(text)


def test_a_german_question() -> None:
    assert is_question("Wo ist die Kantine", "de")
    assert not is_question("Das ist schön.", "de")


@pytest.mark.parametrize(
    "text", ["And on Sunday?", "What about the big one?", "How much is it?", "The other one?"]
)
def test_a_follow_up(text: str) -> None:
    assert is_follow_up(text)


@pytest.mark.parametrize("text", ["Yes, please.", "How much does the Nova cost today?", "No."])
def test_no_follow_up(text: str) -> None:
    assert not is_follow_up(text)


def test_a_follow_up_is_read_with_the_question_before() -> None:
    assert (
        resolved("And on Sunday?", ["Hi.", "Are you open on Saturday?"])
        == "Are you open on Saturday? And on Sunday?"
    )


def test_a_chain_of_follow_ups_reaches_back_to_its_question() -> None:
    earlier = ["When do you open on Monday?", "And on Sunday?"]
    assert resolved("And on Friday?", earlier) == "When do you open on Monday? And on Sunday? And on Friday?"


def test_a_question_of_its_own_stays_as_it_is() -> None:
    assert (
        resolved("Do you repair laptops here?", ["Are you open on Saturday?"])
        == "Do you repair laptops here?"
    )
    assert resolved("And on Sunday?", []) == "And on Sunday?"


def test_what_a_tool_can_do_is_left_to_the_model() -> None:
    tool = Entry("Look up the state of an order.", "Look up the state of an order.", tool=True)
    assert kind(Hit(tool, 0.9, 0.8, 0.9), hit("A crown costs 620 euros.", 0.02)) == "chat"
    assert kind(Hit(tool, 0.0, 0.2, 0.1), hit("A crown costs 620 euros.", 0.02)) == "unknown"
