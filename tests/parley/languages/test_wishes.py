"""What callers want beside an answer, by the tables in tests/data/languages."""

import pytest

from agent.repetition import asks_again
from agent.wishes.callbacks import wants_callback
from agent.wishes.intents import before_goodbye, is_goodbye, may_be_goodbye, wants_no_more
from agent.wishes.no_calls import wants_no_calls
from agent.wishes.patience import is_held, is_voicemail, wants_wait
from agent.wishes.persons import is_yes
from gateway.values.choices import named
from gateway.values.numbers import said_choice, said_digits
from parley import languages
from tests.parley.languages.tables import pairs, rows, table


@pytest.mark.parametrize(("code", "text"), rows("goodbye"))
def test_takes_leave(code: str, text: str) -> None:
    assert is_goodbye(text, code)


@pytest.mark.parametrize(("code", "text"), rows("taken_back"))
def test_takes_leave_of_a_question_that_is_taken_back(code: str, text: str) -> None:
    assert is_goodbye(text, code)


@pytest.mark.parametrize(("code", "text"), rows("no_goodbye"))
def test_stays(code: str, text: str) -> None:
    assert not is_goodbye(text, code)


@pytest.mark.parametrize(("code", "text"), rows("goodbye_after_thanks"))
def test_what_may_be_a_goodbye_is_one_with_thanks_or_a_no(code: str, text: str) -> None:
    assert is_goodbye(text, code)


@pytest.mark.parametrize(("code", "text"), rows("maybe_goodbye"))
def test_a_goodbye_that_is_unsure(code: str, text: str) -> None:
    assert not is_goodbye(text, code)
    assert may_be_goodbye(text, code)


@pytest.mark.parametrize(("code", "text"), rows("not_even_maybe"))
def test_is_no_goodbye_at_all(code: str, text: str) -> None:
    assert not is_goodbye(text, code)
    assert not may_be_goodbye(text, code)


@pytest.mark.parametrize(("code", "offer", "text"), pairs("no_more"))
def test_leaves_when_asked_whether_there_is_more(code: str, offer: str, text: str) -> None:
    assert wants_no_more(text, offer, code)
    assert wants_no_more(text, f"OK. {languages.get(code).lines['anything_else']}", code)
    assert not wants_no_more(text, languages.get(code).texts["prompt"], code)


@pytest.mark.parametrize(("code", "offer", "text"), pairs("more"))
def test_stays_when_asked_whether_there_is_more(code: str, offer: str, text: str) -> None:
    assert not wants_no_more(text, offer, code)


@pytest.mark.parametrize(("code", "text"), rows("no_calls"))
def test_wants_no_calls(code: str, text: str) -> None:
    assert wants_no_calls(text, code)


@pytest.mark.parametrize(
    ("code", "text"), [*rows("calls"), *rows("goodbye"), *rows("person"), *rows("no_person")]
)
def test_may_be_called(code: str, text: str) -> None:
    assert not wants_no_calls(text, code)


@pytest.mark.parametrize(("code", "text"), rows("callback"))
def test_asks_to_be_called_back(code: str, text: str) -> None:
    assert wants_callback(text, code)
    assert not wants_no_calls(text, code)


@pytest.mark.parametrize(("code", "text"), [*rows("no_callback"), *rows("no_calls"), *rows("goodbye")])
def test_does_not_ask_to_be_called_back(code: str, text: str) -> None:
    assert not wants_callback(text, code)


@pytest.mark.parametrize(("code", "text"), rows("yes"))
def test_agrees(code: str, text: str) -> None:
    assert is_yes(text, code)


@pytest.mark.parametrize(("code", "text"), rows("no_yes"))
def test_does_not_agree(code: str, text: str) -> None:
    assert not is_yes(text, code)


@pytest.mark.parametrize(("code", "text", "asked"), pairs("asked_before_goodbye"))
def test_asks_before_leave_is_taken(code: str, text: str, asked: str) -> None:
    assert before_goodbye(text, code) == asked


@pytest.mark.parametrize(("code", "text"), rows("wait"))
def test_asks_to_be_waited_for(code: str, text: str) -> None:
    assert wants_wait(text, code)


@pytest.mark.parametrize(("code", "text"), rows("again"))
def test_who_asks_to_hear_it_again(code: str, text: str) -> None:
    assert asks_again(text, code)


@pytest.mark.parametrize(("code", "text"), rows("not_again"))
def test_who_asks_for_something_else(code: str, text: str) -> None:
    assert not asks_again(text, code)


@pytest.mark.parametrize(("code", "text"), rows("no_wait"))
def test_asks_for_something_else_than_time(code: str, text: str) -> None:
    assert not wants_wait(text, code)


@pytest.mark.parametrize(("code", "text"), rows("held"))
def test_a_machine_lets_the_agent_wait(code: str, text: str) -> None:
    assert is_held(text, code)


@pytest.mark.parametrize(("code", "text"), rows("no_held"))
def test_a_person_is_no_such_machine(code: str, text: str) -> None:
    assert not is_held(text, code)


@pytest.mark.parametrize(("code", "text"), rows("voicemail"))
def test_a_machine_takes_a_message(code: str, text: str) -> None:
    assert is_voicemail(text, code)


@pytest.mark.parametrize(("code", "text"), rows("no_voicemail"))
def test_nobody_takes_a_message(code: str, text: str) -> None:
    assert not is_voicemail(text, code)


# Numbers and choices


@pytest.mark.parametrize(("code", "text", "expected"), [*pairs("digits"), *pairs("digits_named")])
def test_digits_that_are_said(code: str, text: str, expected: str) -> None:
    assert said_digits(text, code) == expected


@pytest.mark.parametrize(("code", "text"), [*rows("no_digits"), *rows("no_digits_named")])
def test_no_digits_are_said(code: str, text: str) -> None:
    assert said_digits(text, code) == ""


@pytest.mark.parametrize(("code", "text", "expected"), pairs("choice"))
def test_a_choice_by_its_number(code: str, text: str, expected: str) -> None:
    assert said_choice(text, code) == expected


@pytest.mark.parametrize(("code", "text"), rows("no_choice"))
def test_what_chooses_no_number(code: str, text: str) -> None:
    assert said_choice(text, code) == ""


@pytest.mark.parametrize(("code", "text", "expected"), pairs("wanted"))
def test_what_is_refused_is_not_chosen(code: str, text: str, expected: str) -> None:
    assert named(text, table(code)["two_choices"], code) == expected


@pytest.mark.parametrize(("code", "text"), rows("not_wanted"))
def test_what_refuses_chooses_nothing(code: str, text: str) -> None:
    assert named(text, table(code)["two_choices"], code) is None
