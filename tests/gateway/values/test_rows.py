"""Telephone numbers, and numbers of so many digits."""

import pytest

from gateway.values.kind import NOTHING, Reading
from gateway.values.rows import Row, in_groups
from parley.agents.dialogue import Digits
from tests.gateway.values.values import kind, whole


@pytest.mark.parametrize(
    ("language", "country", "said", "number"),
    [
        ("de", "DE", "030 1234567", "+49301234567"),
        ("de", "DE", "null drei null eins zwei drei vier fünf sechs sieben", "+49301234567"),
        ("de", "DE", "+49 30 1234567", "+49301234567"),
        ("de", "DE", "plus vier neun drei null eins zwei drei vier fünf sechs sieben", "+49301234567"),
        ("de", "DE", "Meine Nummer ist 0176 12345678", "+4917612345678"),
        ("de", "DE", "030/1234567", "+49301234567"),
        ("de", "DE", "0049 30 1234567", "+49301234567"),
        ("en", "US", "(202) 555-0123", "+12025550123"),
        ("en", "US", "two zero two five five five oh one two three", "+12025550123"),
        ("en", "GB", "020 7946 0018", "+442079460018"),
        ("en", "GB", "+44 (0)20 7946 0018", "+442079460018"),
        ("en", "", "+1 202 555 0123", "+12025550123"),
        ("en", "", "555 0123", "5550123"),
    ],
)
def test_a_telephone_number_is_kept_in_e164(language: str, country: str, said: str, number: str) -> None:
    phone = kind("phone", language, country)
    assert phone.result(whole(phone.said("", said))) == number


def test_it_is_told_in_groups() -> None:
    phone = kind("phone", "de", "DE")
    assert phone.said("", "0176") == Reading("0176", whole=False)
    assert phone.said("0176", "1234 5678") == Reading("017612345678")


@pytest.mark.parametrize("said", ["I do not have one", "four laptops", "0176 1234 5678 9012 3456"])
def test_what_is_no_number_is_none(said: str) -> None:
    assert kind("phone", "en", "DE").said("", said) == NOTHING


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("No, double two at the end", "03012345622"),
        ("No, double two", "03012345622"),
        ("no, it's 030 7654321", "0307654321"),
        ("What?", ""),
    ],
)
def test_it_is_corrected(said: str, number: str) -> None:
    assert whole(kind("phone", "en", "DE").corrected("03012345678", said)) == number


def test_a_number_that_is_typed_has_to_be_one() -> None:
    phone = kind("phone", "en", "DE")
    assert phone.typed("0301234567") == Reading("0301234567")
    assert phone.typed("030") == NOTHING


def test_it_is_read_back_with_its_plus() -> None:
    assert kind("phone").spoken("+4930") == "plus 4 9 3, 0"


def test_a_number_of_so_many_digits_is_corrected_at_its_end() -> None:
    row = kind("digits", digits=Digits(min=3, max=4))
    assert row.said("", "four seven") == Reading("47", whole=False)
    assert row.said("47", "one one") == Reading("4711")
    assert row.said("47", "one one one") == NOTHING
    assert row.corrected("4711", "no, double two") == Reading("4722")
    assert row.corrected("4711", "four seven two one two") == NOTHING


@pytest.mark.parametrize(
    ("digits", "said"), [("", ""), ("7", "7"), ("123", "1 2 3"), ("12345", "1 2 3, 4 5"), ("007", "0 0 7")]
)
def test_digits_are_read_one_by_one(digits: str, said: str) -> None:
    assert in_groups(digits) == said


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("NL is 4792.", "4792"),
        ("know it is four seven nine two", "4792"),
        ("My lumber 4781.", "4781"),
        ("I do not want the 4781.", ""),
        ("I bought it some time in the year 2024.", ""),
        ("I need two of them for 20 dollars", ""),
        ("Now it is 47.", ""),
    ],
)
def test_a_misheard_word_or_two_before_a_whole_number_do_not_hide_it(said: str, number: str) -> None:
    order = Row(Digits(min=4, max=8), "en")
    assert whole(order.said("", said)) == whole(order.corrected("4781", said)) == number
