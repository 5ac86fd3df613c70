"""Times of day."""

import pytest

from tests.gateway.values.values import kind, whole


@pytest.mark.parametrize(
    ("language", "said", "time"),
    [
        ("en", "half past two", "14:30"),
        ("en", "quarter to nine", "08:45"),
        ("en", "2:30 pm", "14:30"),
        ("en", "three pm", "15:00"),
        ("en", "at 330 pm.", "15:30"),
        ("en", "around 10am", "10:00"),
        ("en", "3 p.m.", "15:00"),
        ("en", "at noon", "12:00"),
        ("en", "at midnight", "00:00"),
        ("en", "three thirty", "15:30"),
        ("en", "at nine", "09:00"),
        ("en", "nine oh five", "09:05"),
        ("en", "ten past three", "15:10"),
        ("en", "five to eight", "07:55"),
        ("en", "half eight", "08:30"),
        ("en", "Er, about half two please", "14:30"),
        ("en", "14:30", "14:30"),
        ("en", "seven in the evening", "19:00"),
        ("en", "8 o'clock in the morning", "08:00"),
        ("en", "three, no, four", "16:00"),
        ("de", "halb drei", "14:30"),
        ("de", "14 Uhr 30", "14:30"),
        ("de", "vierzehn Uhr dreißig", "14:30"),
        ("de", "Viertel nach drei", "15:15"),
        ("de", "drei Uhr nachmittags", "15:00"),
        ("de", "um neun", "09:00"),
        ("de", "am Freitag um halb drei", "14:30"),
        ("de", "zehn nach drei", "15:10"),
        ("de", "fünf vor acht", "07:55"),
        ("de", "fünf nach halb drei", "14:35"),
        ("de", "um sieben Uhr abends", "19:00"),
        ("de", "mittags", "12:00"),
        ("es", "a las tres y media", "15:30"),
        ("es", "a las nueve menos cuarto", "08:45"),
        ("es", "las tres y diez de la tarde", "15:10"),
        ("fr", "trois heures et demie", "15:30"),
        ("fr", "à neuf heures moins le quart", "08:45"),
        ("fr", "14h30", "14:30"),
        ("fr", "midi", "12:00"),
        ("it", "alle tre e mezza", "15:30"),
        ("it", "alle nove meno un quarto", "08:45"),
        ("it", "alle quattordici e trenta", "14:30"),
        ("en", "I do not know", ""),
        ("en", "in two hours", ""),
        ("de", "in zwei Stunden", ""),
        ("en", "at twenty-five", ""),
    ],
)
def test_a_time_is_understood(language: str, said: str, time: str) -> None:
    assert whole(kind("time", language).said("", said)) == time


@pytest.mark.parametrize(
    ("before", "said", "time"),
    [
        ("15:00", "no, in the morning", "03:00"),
        ("09:00", "no, pm", "21:00"),
        ("15:00", "no, four", "16:00"),
        ("15:00", "half past three", "15:30"),
        ("15:00", "hello", ""),
    ],
)
def test_it_is_corrected(before: str, said: str, time: str) -> None:
    assert whole(kind("time").corrected(before, said)) == time


@pytest.mark.parametrize(
    ("keys", "time"), [("0930", "09:30"), ("930", "09:30"), ("14", "14:00"), ("2460", ""), ("99", "")]
)
def test_it_is_typed(keys: str, time: str) -> None:
    assert whole(kind("time").typed(keys)) == time


def test_it_is_read_back_as_the_language_says_it() -> None:
    assert kind("time").spoken("14:30") == "2:30 p.m"
    assert kind("time").spoken("00:00") == "12 a.m"
    assert kind("time", "de").spoken("14:30") == "14 Uhr 30"


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "it"])
def test_what_is_expected_are_words_of_times(language: str) -> None:
    expected = kind("time", language).expected
    assert 5 <= len(expected) <= 12
    assert all(any(letter.isalpha() for letter in words) for words in expected)
