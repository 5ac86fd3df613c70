"""Two times at once, and one that is written like two."""

import pytest

from tests.gateway.values.values import kind


@pytest.mark.parametrize(
    ("language", "said", "times"),
    [
        ("en", "between ten and twelve", "10:00 12:00"),
        ("en", "from ten to twelve, please", "10:00 12:00"),
        ("en", "From about ten until noon.", "10:00 12:00"),
        ("en", "10 a.m. to 12 p.m.", "10:00 12:00"),
        ("en", "half past ten to twelve", "10:30 12:00"),
        ("en", "10:30-12", "10:30 12:00"),
        ("en", "9 to 12", "09:00 12:00"),
        ("en", "9-12", "09:00 12:00"),
        ("en", "nine to five", "09:00 17:00"),
        ("en", "from five to eight", "17:00 20:00"),
        ("en", "between seven and nine in the evening", "19:00 21:00"),
        ("en", "ten or eleven", "10:00 11:00"),
        ("en", "two or three pm", "14:00 15:00"),
        ("en", "5-10", "09:55 17:10"),
        ("en", "8-10", "08:00 10:00 08:10"),
        ("de", "zehn bis zwölf", "10:00 12:00"),
        ("de", "10-12", "10:00 12:00"),
        ("de", "10 – 12 Uhr", "10:00 12:00"),
        ("de", "zwischen zehn und zwölf Uhr", "10:00 12:00"),
        ("de", "von 14 Uhr 30 bis 15 Uhr", "14:30 15:00"),
        ("de", "neun oder zehn", "09:00 10:00"),
        ("de", "9-15 Uhr", "09:00 15:00 09:15"),
        ("de", "zwischen sieben und neun abends", "19:00 21:00"),
        ("es", "de diez a doce", "10:00 12:00"),
        ("es", "10-12", "10:00 12:00"),
        ("es", "entre las diez y las doce", "10:00 12:00"),
        ("es", "desde las diez hasta las doce", "10:00 12:00"),
        ("es", "a las diez o a las once", "10:00 11:00"),
        ("fr", "de dix heures à midi", "10:00 12:00"),
        ("fr", "10h-12h", "10:00 12:00"),
        ("fr", "entre 10h30 et 12h", "10:30 12:00"),
        ("fr", "dix heures ou onze heures", "10:00 11:00"),
        ("it", "dalle dieci alle dodici", "10:00 12:00"),
        ("it", "10-12", "10:00 12:00"),
        ("it", "tra le dieci e le dodici", "10:00 12:00"),
        ("it", "alle dieci o alle undici", "10:00 11:00"),
    ],
)
def test_of_two_times_none_is_taken(language: str, said: str, times: str) -> None:
    reading = kind("time", language).said("", said)
    assert (" ".join(reading.either), reading.whole) == (times, False)


@pytest.mark.parametrize(
    ("language", "said", "time"),
    [
        ("en", "ten to twelve", "11:50"),
        ("en", "10 to 12", "11:50"),
        ("en", "10-12", "11:50"),
        ("en", "10 - 12, please", "11:50"),
        ("en", "this afternoon, ten to four", "15:50"),
        ("en", "twenty-five to nine", "08:35"),
        ("en", "seven minutes to eight", "07:53"),
        ("en", "9-15", "09:15"),
        ("en", "11-30", "11:30"),
        ("de", "zehn vor zwölf", "11:50"),
        ("de", "8-30", "08:30"),
        ("es", "desde las nueve y veinte", "09:20"),
        ("fr", "à 10h", "10:00"),
        ("it", "dalle nove e venti", "09:20"),
    ],
)
def test_one_that_only_looks_like_two_is_one(language: str, said: str, time: str) -> None:
    reading = kind("time", language).said("", said)
    assert (reading.value, reading.whole, reading.either) == (time, True, ())


@pytest.mark.parametrize(
    ("said", "value"),
    [("the second one", "12:00"), ("twelve", "12:00"), ("10", "10:00"), ("half past ten", "10:30")],
)
def test_one_of_them_is_picked(said: str, value: str) -> None:
    assert kind("time").picked(("10:00", "12:00"), said).value == value
