"""What the language model says, held against what was found."""

from pathlib import Path

import pytest
import yaml

from agent.knowledge.grounding import Grounding

SUITE = "The suite costs 1,260 euros a night; it has a balcony and a view of the lake."
DINNER = "The restaurant is closed on Mondays; dinner is from 6 p.m. to 10:30 p.m."
ROOMS = "The conference room is on the fifth floor; take line 7. There are two lifts."


def holds(source: str, asked: str, said: str, language: str = "en") -> bool:
    return Grounding([source, "Lakeside Hotel"], asked, language).holds(said)


@pytest.mark.parametrize(
    ("source", "asked", "said"),
    [
        (SUITE, "How much is the suite?", "The suite costs 1260 euros a night."),
        (SUITE, "What does it have?", "It has a balcony and a lake view."),
        (SUITE, "Is there a balcony?", "Yes, the suite has a balcony."),
        (DINNER, "Can we eat on Monday?", "No, the restaurant is closed on Mondays."),
        (DINNER, "When is dinner?", "Dinner is from 6:00 PM to 10:30 PM."),
        (ROOMS, "Are there lifts?", "There are 2 lifts at Lakeside Hotel."),
        (ROOMS, "Where is it?", "It is on the 5th floor."),
    ],
)
def test_what_stands_there_holds(source: str, asked: str, said: str) -> None:
    assert holds(source, asked, said)


@pytest.mark.parametrize(
    ("source", "asked", "said"),
    [
        (SUITE, "How much is the suite?", "The suite costs 250 euros a night."),
        (SUITE, "Is there a kitchen?", "Yes, the suite has a kitchen."),
        (SUITE, "Is there a kitchen?", "No, the suite does not have a kitchen."),
        (SUITE, "Who runs the hotel?", "The hotel is run by Peter Smith."),
        (SUITE, "Is it old?", "The building was renovated recently by famous architects."),
        (DINNER, "Can we eat on Monday?", "Yes, the restaurant is open on Monday."),
        (DINNER, "When is dinner?", "Dinner is from 7 p.m. on."),
        (ROOMS, "How many floors are there?", "The building has 5 floors."),
        (ROOMS, "When does the tram leave?", "It leaves at 7:00 AM."),
        (ROOMS, "How old is it?", "It is twenty years old, from 1999."),
        ("A van costs 90 dollars a day.", "How much horsepower has the van?", "The van has 90 horsepower."),
        (ROOMS, "Where is the nearest pharmacy?", "The nearest pharmacy is on the fifth floor."),
    ],
)
def test_what_does_not_stand_there_is_refused(source: str, asked: str, said: str) -> None:
    assert not holds(source, asked, said)


@pytest.mark.parametrize(
    "said", ["I am happy to help you.", "Is there anything else you would like to know?", "Good question!"]
)
def test_courtesy_needs_no_source(said: str) -> None:
    assert holds(SUITE, "How much is it?", said)


def test_a_verdict_rests_on_one_source() -> None:
    week = "From Monday to Friday we are open from 9 a.m. to 7 p.m."
    grounding = Grounding([week, "On Sunday we are closed all day."], "Are you open on Friday?", "en")
    assert grounding.holds("Yes, we are open until 7 p.m. on Friday.")
    assert grounding.holds("No, we are closed on Sunday.")
    assert not grounding.holds("No, we are closed on Friday.")
    assert not grounding.holds("Yes, we are open on Sunday.")


def test_a_number_of_the_question_may_be_said_again() -> None:
    assert holds(SUITE, "Can 3 people sleep in the suite?", "For 3 people the suite costs 1,260 euros.")


def test_in_german_a_capital_makes_no_name() -> None:
    source = "Die Sauna ist ab 16 Uhr in Betrieb."
    assert holds(source, "Wann ist die Sauna offen?", "Die Sauna ist ab 16 Uhr in Betrieb.", "de")
    assert not holds(source, "Wie heiß ist die Sauna?", "Die Sauna ist 90 Grad heiß.", "de")


GUARD = yaml.safe_load((Path(__file__).parents[3] / "bench/data/knowledge/guard.yaml").read_text())


def test_sentences_of_a_model_pass_or_do_not() -> None:
    """Each is one of a kind that went wrong; one in ten may still."""
    refused = [s for c in GUARD for s in c["right"] if not Grounding(c["facts"], c["ask"], "en").holds(s)]
    passed = [s for c in GUARD for s in c["wrong"] if Grounding(c["facts"], c["ask"], "en").holds(s)]
    assert len(refused) <= len([s for c in GUARD for s in c["right"]]) / 10, refused
    assert len(passed) <= len([s for c in GUARD for s in c["wrong"]]) / 10, passed
