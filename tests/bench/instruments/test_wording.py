import pytest

from bench.instruments.wording import errors, letters, words


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("It costs $49.99.", "It costs forty-nine dollars 99"),
        ("Open at 9:30 a.m.", "open at nine thirty AM"),
        ("It is $1,349.", "it is $1349"),
        ("Call 555-0187.", "Call five five five zero one eight seven."),
        ("Order 730562", "order seven three zero five six two"),
        ("a USB-C charger", "A U S B C charger"),
        ("two hundred and five", "200 and 5"),
        ("the 3rd floor", "the third floor"),
        ("a café, 2.4 kg", "a cafe, 2.4 kilograms"),
    ],
)
def test_the_same_words_however_they_are_written(said: str, written: str) -> None:
    assert words(said) == words(written)


def test_other_words_are_counted() -> None:
    assert errors(words("We open at nine."), words("We open at five.")) == 1
    assert errors(words("We open at nine."), words("We open")) == 2
    assert errors([], ["so"]) == 1
    assert errors(["so"], []) == 1


def test_spaces_are_no_letters() -> None:
    assert letters(words("Tech Store")) == letters(words("techstore"))
