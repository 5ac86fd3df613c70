"""What is done with a caller's words."""

import pytest

from agent.knowledge.answer_types import is_question
from agent.knowledge.decide import (
    Decision,
    Kind,
    between,
    chosen,
    decide,
    is_follow_up,
    joined,
    resolved,
)
from agent.knowledge.index import Entry, Hit


def hit(said: str, chance: float, meaning: float = 0.3, curated: int | None = None) -> Hit:
    return Hit(Entry(said, said, curated=curated), 0.5, meaning, chance)


def kind(*hits: Hit, talk: float = 0.0, question: bool = True, follow_up: bool = False) -> str:
    return decide(hits, talk, question=question, follow_up=follow_up).kind


def test_a_sure_passage_is_said_as_it_stands() -> None:
    assert kind(hit("A crown costs 620 euros.", 0.9), hit("A filling costs 80.", 0.05)) == "say"


def test_what_is_nearly_sure_is_said_without_a_doubt_in_front() -> None:
    assert kind(hit("The warranty is 2 years.", 0.72), hit("It costs 5.", 0.01)) == "likely"
    assert kind(hit("The warranty is 2 years.", 0.6), hit("It costs 5.", 0.01)) == "unsure"


def test_two_that_fit_alike_are_both_said() -> None:
    hits = [hit("The Nova costs 399.", 0.5), hit("The Nova Pro costs 599.", 0.46), hit("No.", 0.02)]
    decision = decide(hits, 0.0, question=True)
    assert decision.kind == "likely"
    assert decision.said == ("The Nova costs 399.", "The Nova Pro costs 599.")
    assert decision.known == pytest.approx(0.98)


def test_two_that_are_long_together_are_not_both_said() -> None:
    long = [hit(f"{name} " + "word " * 25, 0.48) for name in ("One", "Two")]
    assert len(decide(long, 0.0, question=True).said) == 1


def test_where_nothing_is_likely_a_third_that_fits_as_well_is_said() -> None:
    said = ["It costs 5.", "It is here.", "It is new.", "It is old."]
    hits = [hit(line, chance) for line, chance in zip(said, (0.2, 0.19, 0.1, 0.09), strict=True)]
    assert decide(hits, 0.0, question=True).said == tuple(said[:3])
    assert len(decide([hits[0], hits[1], hit("It is new.", 0.01)], 0.0, question=True).said) == 2
    assert len(decide([hits[0], hit("It is " + "so " * 45, 0.19), hits[2]], 0.0, question=True).said) == 1


def test_many_that_share_a_likelihood_are_not_unknown() -> None:
    days = [hit(f"Day {day}.", 0.13) for day in range(4)]
    assert kind(*days) == "unsure"
    assert kind(*days[:1]) == "unknown"


def test_what_wants_a_reason_is_left_to_the_model() -> None:
    hits = [hit("The Nova costs 399.", 0.5), hit("The Nova Pro costs 599.", 0.4), hit("No.", 0.02)]
    decision = decide(hits, 0.0, question=True, reasons=True)
    assert decision.kind == "ground"
    assert decision.passages == decision.sources == ("The Nova costs 399.", "The Nova Pro costs 599.")


NOVAS = ("The Nova 5 costs 399.", "The Nova 5 Pro costs 599.")


def about(asked: str, *chances: float, facts: tuple[str, str] = NOVAS) -> Decision:
    hits = [hit(said, chance) for said, chance in zip((*facts, "It is here."), chances, strict=False)]
    return between(decide(hits, 0.0, question=True), asked, "en")


def test_between_two_that_are_as_likely_the_caller_is_asked_back() -> None:
    back = about("How much is the Nova?", 0.53, 0.45)
    assert back.kind == "between"
    assert back.said == NOVAS
    assert back.two is not None
    assert back.two.question == "The Nova 5 or the Nova 5 Pro?"


@pytest.mark.parametrize("chances", [(0.9, 0.08), (0.6, 0.2), (0.4, 0.3, 0.28), (0.3, 0.3)])
def test_nobody_is_asked_back_whose_answer_is_sure_or_is_none_of_two(chances: tuple[float, ...]) -> None:
    assert about("How much is the Nova?", *chances).kind != "between"


@pytest.mark.parametrize(
    "asked",
    ["How much is the Nova 5 Pro?", "How much is the Nova 5?", "Is there a cheaper Nova?", "How much?"],
)
def test_nobody_is_asked_back_who_told_it_or_asks_something_else(asked: str) -> None:
    assert about(asked, 0.53, 0.45).kind == "likely"


def test_another_fact_about_one_of_the_two_is_no_third() -> None:
    hits = [
        hit(said, chance)
        for said, chance in zip((*NOVAS, "The Nova 5 Pro is red."), (0.4, 0.3, 0.28), strict=True)
    ]
    assert between(decide(hits, 0.0, question=True), "How much is the Nova?", "en").kind == "between"


def test_different_kinds_of_facts_are_not_asked_back() -> None:
    facts = ("The Nova 5 costs 399.", "We sell the Nova in black.")
    assert about("How much is the Nova?", 0.53, 0.45, facts=facts).kind == "likely"


def test_what_is_chosen_is_said_for_sure() -> None:
    back = about("How much is the Nova?", 0.53, 0.45)
    assert [(chosen(back, pick).kind, chosen(back, pick).said) for pick in ("first", "second", "both")] == [
        ("say", NOVAS[:1]),
        ("say", NOVAS[1:]),
        ("say", NOVAS),
    ]
    assert chosen(back, "neither").kind == "unknown"


def part(kind: Kind, *said: str) -> Decision:
    return Decision(kind, tuple(hit(text, 0.5) for text in said), 0.5, said)


def test_two_questions_get_both_answers() -> None:
    whole = part("unsure", "It costs 5.")
    both = joined(lambda: whole, [part("say", "It costs 5."), part("say", "It is here.")], "en")
    assert (both.kind, both.said) == ("say", ("It costs 5.", "It is here."))


def test_the_surer_answer_comes_first_and_the_other_is_told_apart() -> None:
    both = joined(lambda: part("chat"), [part("unsure", "It is here."), part("say", "It costs 5.")], "en")
    assert both.kind == "say"
    assert both.said[0] == "It costs 5."
    assert both.said[-1] == "It is here."
    assert len(both.said) == 3


def test_one_fact_that_answers_both_is_said_once() -> None:
    fact = "It costs 5 and takes a day."
    assert joined(lambda: part("say", fact), [part("say", fact), part("unsure", fact)], "en").said == (fact,)


@pytest.mark.parametrize("turned", [False, True])
def test_an_exact_answer_comes_last_and_what_it_does_is_done(turned: bool) -> None:
    exact = hit("I will connect you.", 0.9, 0.9, curated=0)
    parts = [part("say", "It costs 5."), Decision("say", (exact,), 0.9, (exact.entry.said,))]
    both = joined(lambda: part("chat"), parts[::-1] if turned else parts, "en")
    assert both.said == ("It costs 5.", "I will connect you.")
    assert both.hits[0].entry.curated == 0


def test_what_two_parts_do_not_tell_the_whole_may() -> None:
    whole = part("likely", "It costs 5.")
    assert joined(lambda: whole, [part("unknown"), part("unsure", "It is here.")], "en") == whole


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
    hits = hit("The Orbit 14 costs 749.", 0.82), hit("The Orbit 16 costs 1,099.", 0.1)
    assert kind(*hits) == "say"
    assert kind(*hits, follow_up=True) == "likely"


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
