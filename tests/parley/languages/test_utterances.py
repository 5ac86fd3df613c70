"""What is understood and spoken in each language, by the tables in tests/data/languages: one for every language."""

import datetime

import pytest

from agent.knowledge import answer_types, decide
from agent.knowledge.answers import opening, prices
from agent.knowledge.answers.between import picked, two_of
from agent.knowledge.answers.parts import questions_in
from agent.knowledge.grounding import Grounding
from agent.knowledge.terms import plain_words, terms
from agent.voice.saying import spoken
from agent.voice.sentences import Sentences, sentences_of
from gateway.turns.end_of_turn import form
from gateway.turns.overlap_words import is_answer, is_there, wants_turn
from parley import languages
from parley.agents.schema import Hours
from stt.text_guard import Evidence, judge
from tests.parley.languages.tables import FIRST, pairs, rows, table

HOURS = Hours(
    timezone="Europe/Berlin",
    week={"mon-wed": ("08:00-12:00",), "fri": ("08:00-14:00",), "sat": ("10:00-17:00",)},
)
NOON_IS_NEAR = datetime.datetime(2026, 12, 2, 10, 0, tzinfo=datetime.UTC)  # Wednesday, 11:00 in Berlin
WEAK = Evidence(no_speech=0.4, log_probability=-1.2, level_dbfs=-20.0)
QUIET = Evidence(no_speech=0.02, log_probability=-0.3, level_dbfs=-50.0)
CLEAR = Evidence(no_speech=0.02, log_probability=-0.3, level_dbfs=-20.0)


@pytest.mark.parametrize("code", languages.codes())
def test_every_language_has_a_table_and_it_is_whole(code: str) -> None:
    missing = table(FIRST).keys() - {name for name, texts in table(code).items() if texts}
    assert not missing, f"tests/data/languages/{code}.yaml has nothing under {', '.join(sorted(missing))}"


# The end of a turn, and words over the agent


@pytest.mark.parametrize(("code", "text"), rows("there"))
def test_only_tells_that_somebody_is_there(code: str, text: str) -> None:
    assert is_there(text, code)


@pytest.mark.parametrize(("code", "text"), rows("no_there"))
def test_tells_something_else(code: str, text: str) -> None:
    assert not is_there(text, code)


@pytest.mark.parametrize(("code", "question", "text"), pairs("answers"))
def test_answers_the_agents_question(code: str, question: str, text: str) -> None:
    assert is_answer(text, question, code)


@pytest.mark.parametrize(("code", "question", "text"), pairs("no_answers"))
def test_is_no_answer_to_the_agents_question(code: str, question: str, text: str) -> None:
    assert not is_answer(text, question, code)


@pytest.mark.parametrize(("code", "text"), rows("turn_open"))
def test_more_must_come(code: str, text: str) -> None:
    assert form(text, code) == "open"


@pytest.mark.parametrize(("code", "text"), rows("turn_leaning"))
def test_more_should_come(code: str, text: str) -> None:
    assert form(text, code) == "leaning"


@pytest.mark.parametrize(("code", "text"), rows("turn_question"))
def test_a_whole_question_or_request(code: str, text: str) -> None:
    assert form(text, code) == "question"


@pytest.mark.parametrize(("code", "text"), rows("turn_number"))
def test_digits_that_are_dictated(code: str, text: str) -> None:
    assert form(text, code) == "number"


@pytest.mark.parametrize(("code", "text"), rows("turn_statement"))
def test_a_statement(code: str, text: str) -> None:
    assert form(text, code) == "statement"


@pytest.mark.parametrize(("code", "text"), rows("acknowledgement"))
def test_an_acknowledgement(code: str, text: str) -> None:
    assert not wants_turn(text, language=code)


@pytest.mark.parametrize(("code", "text"), rows("interruption"))
def test_what_wants_the_turn(code: str, text: str) -> None:
    assert wants_turn(text, language=code)


@pytest.mark.parametrize(("code", "text"), rows("attention"))
def test_a_call_for_attention_may_be_hard_to_make_out(code: str, text: str) -> None:
    assert wants_turn(text, 0.2, language=code)


# Recognition


@pytest.mark.parametrize(("code", "text"), rows("invention"))
def test_inventions_are_dropped_when_the_evidence_is_weak(code: str, text: str) -> None:
    assert judge(text, WEAK, code) == ("", "hallucination")
    assert judge(text, QUIET, code) == judge(text, CLEAR, code) == (text, "speech")


@pytest.mark.parametrize(("code", "text"), rows("never_spoken"))
def test_what_nobody_says_to_a_telephone_needs_one_weak_sign_only(code: str, text: str) -> None:
    assert judge(text, QUIET, code) == ("", "hallucination")
    assert judge(text, CLEAR, code) == (text, "speech")


# Knowledge


@pytest.mark.parametrize(("code", "text"), rows("question"))
def test_asks_for_something(code: str, text: str) -> None:
    assert answer_types.is_question(text, code)


@pytest.mark.parametrize(("code", "text"), rows("no_question"))
def test_asks_for_nothing(code: str, text: str) -> None:
    assert not answer_types.is_question(text, code)


@pytest.mark.parametrize(("code", "text"), rows("follow_up"))
def test_can_only_be_understood_with_the_words_before(code: str, text: str) -> None:
    assert decide.is_follow_up(text, code)


@pytest.mark.parametrize(("code", "text"), rows("no_follow_up"))
def test_can_be_understood_alone(code: str, text: str) -> None:
    assert not decide.is_follow_up(text, code)


@pytest.mark.parametrize(("code", "kind", "question"), pairs("asked"))
def test_what_a_question_wants(code: str, kind: str, question: str) -> None:
    assert kind in answer_types.asked(question, code)


@pytest.mark.parametrize(("code", "kind", "passage"), pairs("given"))
def test_what_a_passage_has(code: str, kind: str, passage: str) -> None:
    assert kind in answer_types.given(passage, code)


@pytest.mark.parametrize("code", languages.codes())
def test_another_kind_of_passage_has_no_money(code: str) -> None:
    assert "money" not in answer_types.given(table(code)["given"]["where"], code)


@pytest.mark.parametrize(("code", "text"), rows("yes_or_no"))
def test_wants_a_yes_or_a_no(code: str, text: str) -> None:
    assert answer_types.is_yes_or_no(text, code)


@pytest.mark.parametrize(("code", "text"), rows("no_yes_or_no"))
def test_wants_something_else(code: str, text: str) -> None:
    assert not answer_types.is_yes_or_no(text, code)


@pytest.mark.parametrize("code", languages.codes())
def test_how_many_wants_a_number_of_what_is_named(code: str) -> None:
    known = table(code)["counted"]
    lacking = [
        answer_types.lacks(known["asked"], frozenset(), passage, frozenset(), code)
        for passage in (known["told"], known["lacking"])
    ]
    assert lacking == [False, True]


@pytest.mark.parametrize(("code", "text"), rows("reasons"))
def test_asks_for_what_no_fact_says(code: str, text: str) -> None:
    assert decide.wants_reasons(text, code)


@pytest.mark.parametrize(("code", "text"), rows("no_reasons"))
def test_asks_for_what_a_fact_may_say(code: str, text: str) -> None:
    assert not decide.wants_reasons(text, code)


@pytest.mark.parametrize("code", languages.codes())
def test_two_questions_in_one_breath(code: str) -> None:
    known = table(code)["parts"]
    assert questions_in(known["asked"], code) == known["are"]


@pytest.mark.parametrize(("code", "text", "expected"), pairs("compared"))
def test_two_prices_are_compared(code: str, text: str, expected: str) -> None:
    asked = prices.comparison(text, code)
    assert asked is not None
    costs = {name: 300 if "tablet" in name.lower() else 900 for name in (asked.first, asked.second)}
    assert set(costs.values()) == {300, 900}
    assert prices.verdict(asked, (costs[asked.first], costs[asked.second]), code) == expected


@pytest.mark.parametrize(("code", "text", "expected"), pairs("hours"))
def test_hours_are_reckoned(code: str, text: str, expected: str) -> None:
    assert opening.answer(HOURS, text, NOON_IS_NEAR, code, ()) == expected


@pytest.mark.parametrize("code", languages.codes())
def test_what_stands_in_front_is_whole_sentences(code: str) -> None:
    words = languages.get(code).registers
    assert all(said.endswith(".") for said in (words.likely, words.about, words.unsure, words.bridge))
    assert "{topic}" in words.about
    assert "{topic}" in words.bridge


@pytest.mark.parametrize(("code", "facts", "question"), pairs("between"))
def test_two_things_are_asked_back_by_their_names(code: str, facts: str, question: str) -> None:
    two = two_of(facts.split("|"), code)
    assert two is not None
    assert two.question == question


@pytest.mark.parametrize(("code", "text", "pick"), pairs("picked"))
def test_who_was_asked_back_chooses(code: str, text: str, pick: str | None) -> None:
    two = two_of(next(iter(table(code)["between"])).split("|"), code)
    assert two is not None
    assert picked(text, two) == pick


@pytest.mark.parametrize(("code", "text"), rows("small_talk"))
def test_small_talk(code: str, text: str) -> None:
    assert text in languages.get(code).knowledge.small_talk


@pytest.mark.parametrize(("code", "word", "digits"), pairs("numbers"))
def test_a_number_in_words(code: str, word: str, digits: str) -> None:
    assert list(plain_words(word, code)) == [digits]


@pytest.mark.parametrize("code", languages.codes())
def test_the_forms_of_a_word_are_one(code: str) -> None:
    assert len({tuple(terms(word, code)) for word in table(code)["stem"]}) == 1


@pytest.mark.parametrize("code", languages.codes())
def test_what_does_not_stand_in_the_facts_is_refused(code: str) -> None:
    known = table(code)["grounded"]
    grounding = Grounding([known["source"]], known["asked"], code)
    assert [said for said in known["holds"] if not grounding.holds(said)] == []
    assert [said for said in known["refused"] if grounding.holds(said)] == []


# Speech


@pytest.mark.parametrize(("code", "text", "expected"), pairs("spoken"))
def test_how_it_is_said(code: str, text: str, expected: str) -> None:
    found = spoken.words(text, code)
    assert " ".join(word.said for word in found if word.said) == expected
    assert " ".join(word.written for word in found) == text


@pytest.mark.parametrize(("code", "text"), rows("sentences"))
def test_an_abbreviation_does_not_end_a_sentence(code: str, text: str) -> None:
    assert sentences_of(text) == [text]


@pytest.mark.parametrize("code", languages.codes())
def test_a_first_piece_ends_before_a_phrase(code: str) -> None:
    text, piece = table(code)["early"]
    assert Sentences(language=code).feed(f"{text} ") == [piece]
