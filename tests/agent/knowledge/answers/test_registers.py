"""What stands in front of facts."""

from agent.knowledge.answers.registers import bridge, in_front, leads, topic_of

FACTS = ["A refund takes 5 days."]


def test_what_is_sure_stands_alone() -> None:
    assert in_front("say", "Refunds", FACTS, "en") == ""


def test_a_heading_that_the_fact_is_about_is_named() -> None:
    assert topic_of("Orders, Refunds", FACTS, "en") == "refunds"
    assert "about refunds" in in_front("likely", "Orders, Refunds", FACTS, "en")
    assert topic_of("Good to know", FACTS, "en") == ""
    assert topic_of("Erstattung", ["Die Erstattung dauert 5 Tage."], "de") == "Erstattung"


def test_what_may_not_be_the_answer_is_said_to_be_unsure() -> None:
    unsure, likely = (in_front(register, "", FACTS, "en") for register in ("unsure", "likely"))
    assert unsure.endswith(likely)
    assert "not know" in unsure


def test_all_words_in_front_are_made_ahead() -> None:
    ahead = leads(["Refunds", "Good to know"], "en")
    for register in ("likely", "unsure"):
        for heading in ("Refunds", "Good to know", ""):
            words = in_front(register, heading, FACTS, "en")
            for sentence in words.split(". "):
                assert sentence.rstrip(".") + "." in ahead


def test_a_wait_is_bridged_by_what_it_is_about() -> None:
    line = bridge("Orders, Refunds", FACTS, "en")
    assert line.startswith("About refunds:")
    assert line in leads(["Orders, Refunds"], "en")
    assert bridge("Good to know", FACTS, "en") == ""


def test_a_language_without_a_file_has_english_words() -> None:
    assert in_front("likely", "", FACTS, "nl") == in_front("likely", "", FACTS, "en")
