"""Codes, postal codes and plates, letter by letter."""

import pytest

from gateway.values.kind import NOTHING, Reading
from parley.agents.dialogue import Digits
from tests.gateway.values.values import kind, whole

LENGTH = Digits(min=2, max=8)


@pytest.mark.parametrize(
    ("language", "said", "code"),
    [
        ("en", "A B C four two", "ABC42"),
        ("en", "ABC 42", "ABC42"),
        ("en", "A-B-C-4-2", "ABC42"),
        ("en", "alpha bravo charlie four two", "ABC42"),
        ("en", "A as in alpha, B as in bravo", "AB"),
        ("en", "my code is XK42", "XK42"),
        ("en", "double A seven", "AA7"),
        ("en", "It's X K four two please", "XK42"),
        ("en", "x-ray kilo forty-two", "XK42"),
        ("en", "P, no, B, four", "B4"),
        ("en", "bee cee dee", "BCD"),
        ("en", "Double T9-0", "TT90"),
        ("en", "Ch 49.", "CH49"),
        ("en", "A, B, C, 4, 2.", "ABC42"),
        ("en", "capital A lowercase b", "AB"),
        ("en", "V like Victor, W like Whiskey, zero", "VW0"),
        ("de", "A B C vier zwei", "ABC42"),
        ("de", "Anton Berta Cäsar zweiundvierzig", "ABC42"),
        ("de", "A wie Anton, B wie Berta", "AB"),
        ("de", "Doppel-T", "TT"),
        ("de", "Ypsilon Zet", "YZ"),
        ("de", "Ü wie Übermut, ß", "Üß"),
        ("es", "A de Antonio, B de Barcelona, siete", "AB7"),
        ("fr", "A comme Anatole, B comme Berthe, sept", "AB7"),
        ("it", "A come Ancona, B come Bologna, sette", "AB7"),
    ],
)
def test_a_code_is_understood(language: str, said: str, code: str) -> None:
    assert whole(kind("spelled", language, letters=LENGTH).said("", said)) == code


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "I do not know"), ("en", "hash what"), ("en", "no idea"), ("en", ""), ("de", "Weiß nicht")],
)
def test_what_is_no_code_is_none(language: str, said: str) -> None:
    assert kind("spelled", language, letters=LENGTH).said("", said) == NOTHING


def test_it_is_told_in_pieces_and_not_too_long() -> None:
    code = kind("spelled", letters=Digits(min=3, max=4))
    assert code.said("", "A B") == Reading("AB", whole=False)
    assert code.said("AB", "C") == Reading("ABC")
    assert code.said("AB", "C D E") == NOTHING


@pytest.mark.parametrize(
    ("before", "said", "code"),
    [
        ("APC42", "No, B as in Bravo", "ABC42"),
        ("APC42", "No, be as in Bravo.", "ABC42"),
        ("ABC42", "No, P is in Papa.", "APC42"),
        ("APC42", "the second letter is B", "ABC42"),
        ("APC42", "B not P", "ABC42"),
        ("APC42", "not P but B", "ABC42"),
        ("APC42", "No, not P, B.", "ABC42"),
        ("APC42", "no, A B C four two", "ABC42"),
        ("APC45", "no, four two", "APC42"),
        ("APC42", "the last one is nine", "APC49"),
        ("PETER", "no, B as in Bravo", "BETER"),
        ("APC42", "that is all wrong", ""),
    ],
)
def test_it_is_corrected(before: str, said: str, code: str) -> None:
    assert whole(kind("spelled", letters=Digits(min=5, max=8)).corrected(before, said)) == code


def test_a_german_correction() -> None:
    code = kind("spelled", "de", letters=Digits(min=5, max=8))
    assert whole(code.corrected("ANC42", "Nein, M wie Martha")) == "AMC42"
    assert whole(code.corrected("ANC42", "nicht N, sondern M")) == "AMC42"
    assert whole(code.corrected("ANC42", "der dritte Buchstabe ist ein K")) == "ANK42"


@pytest.mark.parametrize(
    ("country", "language", "said", "code"),
    [
        ("DE", "de", "eins null eins eins fünf", "10115"),
        ("DE", "de", "10115", "10115"),
        ("DE", "de", "Postleitzahl 10 115 Berlin", "10115"),
        ("GB", "en", "S W one A one A A", "SW1A 1AA"),
        ("GB", "en", "EC1A 1BB please", "EC1A 1BB"),
        ("US", "en", "nine four one oh three", "94103"),
        ("US", "en", "9 4 1 O 3", "94103"),
        ("NL", "en", "1 0 1 2 A B", "1012 AB"),
        ("", "en", "one two three four", "1234"),
    ],
)
def test_a_postal_code_is_that_of_its_country(country: str, language: str, said: str, code: str) -> None:
    postal = kind("postal-code", language, country)
    assert postal.result(whole(postal.said("", said))) == code


def test_a_postal_code_that_is_too_short_is_not_whole() -> None:
    postal = kind("postal-code", "de", "DE")
    assert postal.said("", "eins null eins") == Reading("101", whole=False)
    assert postal.typed("101") == NOTHING
    assert postal.typed("10115") == Reading("10115")


@pytest.mark.parametrize(
    ("country", "language", "said", "plate"),
    [
        ("DE", "de", "B MW 4711", "BMW4711"),
        ("DE", "de", "B-MW 4711", "BMW4711"),
        ("DE", "de", "Berta, Martha Wilhelm, vier sieben elf", "BMW4711"),
        ("DE", "de", "M wie München, AB, 123", "MAB123"),
        ("DE", "de", "HH XY 12 E", "HHXY12E"),
        ("DE", "de", "mein Kennzeichen ist K-AB 1234", "KAB1234"),
        ("GB", "en", "A B 1 2 C D E", "AB12 CDE"),
        ("GB", "en", "alpha bravo one two charlie delta echo", "AB12 CDE"),
        ("FR", "fr", "A B un deux trois C D", "AB 123 CD"),
        ("", "en", "seven A B C one two three", "7ABC123"),
    ],
)
def test_a_plate_is_one_of_its_country(country: str, language: str, said: str, plate: str) -> None:
    plates = kind("plate", language, country)
    assert plates.result(whole(plates.said("", said))) == plate
