"""Dates, from Saturday, 28 November 2026."""

import datetime

import pytest

from gateway.values.dates import When
from gateway.values.kind import NOTHING
from tests.gateway.values.values import kind, whole


@pytest.mark.parametrize(
    ("language", "said", "date"),
    [
        ("en", "next Tuesday", "2026-12-01"),
        ("en", "on Tuesday please", "2026-12-01"),
        ("en", "this Friday", "2026-12-04"),
        ("en", "last Friday", "2026-11-27"),
        ("en", "today", "2026-11-28"),
        ("en", "tomorrow", "2026-11-29"),
        ("en", "the day after tomorrow", "2026-11-30"),
        ("en", "yesterday", "2026-11-27"),
        ("en", "March 3", "2027-03-03"),
        ("en", "the 3rd of March", "2027-03-03"),
        ("en", "the third of March", "2027-03-03"),
        ("en", "May be the ninth of April", "2027-04-09"),
        ("en", "March third", "2027-03-03"),
        ("en", "5th of Nov", "2027-11-05"),
        ("en", "5 March 1984", "1984-03-05"),
        ("en", "March 5, 1984", "1984-03-05"),
        ("en", "March fifth nineteen eighty four", "1984-03-05"),
        ("en", "fifth of May eighty four", "1984-05-05"),
        ("en", "March the 3rd nineteen oh four", "1904-03-03"),
        ("en", "twenty-first of May twenty twenty-seven", "2027-05-21"),
        ("en", "21st of May 20, 27.", "2027-05-21"),
        ("en", "3 March", "2027-03-03"),
        ("en", "the thirty-first of December", "2026-12-31"),
        ("en", "in two weeks", "2026-12-12"),
        ("en", "in a week", "2026-12-05"),
        ("en", "in 10 days", "2026-12-08"),
        ("en", "two days from now", "2026-11-30"),
        ("en", "a week from Monday", "2026-12-07"),
        ("en", "Monday next week", "2026-11-30"),
        ("en", "the Monday after next", "2026-12-07"),
        ("en", "I can't on Monday, Tuesday please", "2026-12-01"),
        ("de", "Montag kann ich nicht, lieber Dienstag", "2026-12-01"),
        ("de", "übernächsten Montag", "2026-12-07"),
        ("en", "the fifth", "2026-12-05"),
        ("en", "Friday the 4th", "2026-12-04"),
        ("en", "Tuesday the first of December", "2026-12-01"),
        ("en", "3/4/2027", "2027-03-04"),
        ("en", "2027-03-04", "2027-03-04"),
        ("en", "Christmas Eve", "2026-12-24"),
        ("en", "the third of the fourth", "2027-04-03"),
        ("en", "Tuesday, no, Wednesday", "2026-12-02"),
        ("en", "not Tuesday but Wednesday", "2026-12-02"),
        ("en", "I would like to come on the second of January", "2027-01-02"),
        ("de", "morgen", "2026-11-29"),
        ("de", "übermorgen", "2026-11-30"),
        ("de", "morgen früh", "2026-11-29"),
        ("de", "nächsten Dienstag", "2026-12-01"),
        ("de", "kommenden Freitag", "2026-12-04"),
        ("de", "nächste Woche Montag", "2026-11-30"),
        ("de", "am 3. März", "2027-03-03"),
        ("de", "am dritten März", "2027-03-03"),
        ("de", "dritter dritter", "2027-03-03"),
        ("de", "3.3.", "2027-03-03"),
        ("de", "der 3. 4. 84", "1984-04-03"),
        ("de", "03.04.1984", "1984-04-03"),
        ("de", "am dritten dritten neunzehnhundertvierundachtzig", "1984-03-03"),
        ("de", "fünfter fünfter vierundachtzig", "1984-05-05"),
        ("de", "der einundzwanzigste zweite", "2027-02-21"),
        ("de", "in zwei Wochen", "2026-12-12"),
        ("de", "heute in einer Woche", "2026-12-05"),
        ("de", "vor drei Tagen", "2026-11-25"),
        ("de", "am fünften", "2026-12-05"),
        ("de", "Heiligabend", "2026-12-24"),
        ("de", "nicht Dienstag, sondern Mittwoch", "2026-12-02"),
        ("es", "mañana", "2026-11-29"),
        ("es", "pasado mañana", "2026-11-30"),
        ("es", "el martes que viene", "2026-12-01"),
        ("es", "el tres de marzo de mil novecientos ochenta y cuatro", "1984-03-03"),
        ("es", "dentro de dos semanas", "2026-12-12"),
        ("fr", "après-demain", "2026-11-30"),
        ("fr", "mardi prochain", "2026-12-01"),
        ("fr", "le trois mars mille neuf cent quatre-vingt-quatre", "1984-03-03"),
        ("fr", "le premier mai", "2027-05-01"),
        ("it", "dopodomani", "2026-11-30"),
        ("it", "martedì prossimo", "2026-12-01"),
        ("it", "il tre marzo millenovecentottantaquattro", "1984-03-03"),
        ("it", "tra due settimane", "2026-12-12"),
        ("en", "in two months", "2027-01-28"),
        ("en", "in three months, on the fifth", "2027-02-05"),
        ("en", "in a year", "2027-11-28"),
        ("en", "Uh, the first of next month", "2026-12-01"),
        ("en", "next month on the 15th", "2026-12-15"),
        ("en", "the first Monday of next month", "2026-12-07"),
        ("en", "Tuesday the first of next month", "2026-12-01"),
        ("en", "the third of last month", "2026-10-03"),
        ("en", "two months ago", "2026-09-28"),
        ("en", "three months from today", "2027-02-28"),
        ("de", "in zwei Monaten", "2027-01-28"),
        ("de", "heute in einem Monat", "2026-12-28"),
        ("de", "am Ersten nächsten Monats", "2026-12-01"),
        ("de", "der Fünfte des kommenden Monats", "2026-12-05"),
        ("de", "vor einem Jahr", "2025-11-28"),
        ("es", "dentro de dos meses", "2027-01-28"),
        ("es", "el primero del mes que viene", "2026-12-01"),
        ("es", "el cinco del próximo mes", "2026-12-05"),
        ("fr", "dans deux mois", "2027-01-28"),
        ("fr", "le premier du mois prochain", "2026-12-01"),
        ("fr", "le cinq du mois prochain", "2026-12-05"),
        ("it", "tra due mesi", "2027-01-28"),
        ("it", "il primo del mese prossimo", "2026-12-01"),
        ("it", "il cinque del prossimo mese", "2026-12-05"),
    ],
)
def test_a_date_is_understood(language: str, said: str, date: str) -> None:
    assert kind("date", language).said("", said).value == date


@pytest.mark.parametrize(
    "said",
    [
        "I do not know",
        "May",
        "February 30",
        "four eleven",
        "",
        "the thirty-second of May",
        "next month",
        "the fifth Monday of next month",
    ],
)
def test_what_is_no_date_is_none(said: str) -> None:
    assert kind("date").said("", said) == NOTHING


def test_next_is_of_the_next_week_and_a_bare_weekday_the_coming_one() -> None:
    monday = datetime.date(2026, 11, 30)
    assert kind("date", today=monday).said("", "on Friday").value == "2026-12-04"
    assert kind("date", today=monday).said("", "next Friday").value == "2026-12-11"
    assert kind("date", today=monday).said("", "Monday").value == "2026-12-07"


@pytest.mark.parametrize(
    ("when", "said", "date"),
    [
        ("past", "March 5", "2026-03-05"),
        ("past", "Tuesday", "2026-11-24"),
        ("past", "the fifth", "2026-11-05"),
        ("past", "5/3/84", "1984-05-03"),
        ("past", "May third, 2027", ""),
        ("future", "May third, 1984", ""),
        ("future", "yesterday", ""),
        ("future", "today", "2026-11-28"),
    ],
)
def test_it_has_to_be_over_or_yet_to_come(when: When, said: str, date: str) -> None:
    assert kind("date", when=when).said("", said).value == date


@pytest.mark.parametrize(
    ("language", "before", "said", "date"),
    [
        ("en", "2026-12-04", "no, the fifth", "2026-12-05"),
        ("en", "2026-12-04", "No, the 5th.", "2026-12-05"),
        ("en", "2026-12-04", "not the fourth, the fifth", "2026-12-05"),
        ("en", "2026-12-04", "no, in May", "2027-05-04"),
        ("en", "2026-12-04", "no, 1984", "1984-12-04"),
        ("en", "2026-12-04", "no, nineteen eighty-four", "1984-12-04"),
        ("en", "2026-12-04", "No, on Wednesday", "2026-12-02"),
        ("en", "2026-11-30", "No, on Saturday", "2026-12-05"),  # that before it is today
        ("en", "2026-11-30", "Sorry, I meant Friday", "2026-12-04"),
        ("en", "2026-12-18", "No, on Saturday", "2026-12-19"),
        ("en", "2026-12-04", "no, March third", "2027-03-03"),
        ("en", "2026-12-04", "no, tomorrow", "2026-11-29"),
        ("en", "1984-03-05", "no, March sixth", "1984-03-06"),
        ("en", "2026-12-04", "hello", ""),
        ("en", "2026-12-04", "no, next month", "2026-12-04"),
        ("en", "2026-10-31", "no, in three months", "2027-02-28"),
        ("en", "2026-12-04", "no, the fifth of next month", "2026-12-05"),
        ("en", "2026-12-31", "no, in February", ""),
        ("de", "2026-12-04", "Nein, der fünfte", "2026-12-05"),
        ("de", "2026-12-04", "nein, am Mittwoch", "2026-12-02"),
        ("de", "2026-12-04", "nicht im Dezember, im Januar", "2027-01-04"),
        ("de", "2026-12-04", "Nein, neunzehnhundertvierundachtzig", "1984-12-04"),
    ],
)
def test_it_is_corrected(language: str, before: str, said: str, date: str) -> None:
    assert kind("date", language).corrected(before, said).value == date


@pytest.mark.parametrize(
    ("language", "keys", "date"),
    [
        ("en", "03041984", "1984-03-04"),
        ("de", "03041984", "1984-04-03"),
        ("de", "030484", "1984-04-03"),
        ("de", "0304", "2027-04-03"),
        ("de", "3104", ""),
        ("de", "030", ""),
        ("en", "13041984", ""),
    ],
)
def test_it_is_typed_in_the_order_of_the_language(language: str, keys: str, date: str) -> None:
    assert whole(kind("date", language).typed(keys)) == date


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Wednesday, March third, 2027"),
        ("de", "Mittwoch, den 3. März 2027"),
        ("es", "miércoles 3 de marzo de 2027"),
        ("fr", "mercredi 3 mars 2027"),
        ("it", "mercoledì 3 marzo 2027"),
    ],
)
def test_it_is_read_back_with_its_weekday(language: str, said: str) -> None:
    assert kind("date", language).spoken("2027-03-03") == said


def test_days_and_months_are_expected() -> None:
    expected = kind("date", "de").expected
    assert (len(expected), expected[0], expected[7]) == (7 + 12, "Montag", "Januar")
