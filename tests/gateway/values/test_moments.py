"""When callers want to be called back, as they say it; seen from a Wednesday afternoon."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from gateway.values.moments import Wanted, spoken, wanted

NOW = datetime.datetime(2026, 12, 2, 15, 0, tzinfo=ZoneInfo("Europe/Berlin"))


def at(day: int, hour: int, minute: int = 0) -> datetime.datetime:
    return NOW.replace(day=day, hour=hour, minute=minute)


@pytest.mark.parametrize(
    ("language", "text", "moment"),
    [
        ("en", "Can somebody call me back tomorrow at ten?", at(3, 10)),
        ("en", "Call me back on Monday at half past two.", at(7, 14, 30)),
        ("en", "Tomorrow at ten, can you call me back?", at(3, 10)),
        ("en", "Can one of you call me back at ten?", at(3, 10)),
        ("en", "Please call me back at 5.", at(2, 17)),
        ("en", "Please call me tomorrow at 3 p.m.", at(3, 15)),
        ("en", "Could somebody ring me back on Wednesday at four?", at(9, 16)),
        ("en", "Call me back this evening at eight.", at(2, 20)),
        ("de", "Kann mich morgen um zehn jemand zurückrufen?", at(3, 10)),
        ("de", "Rufen Sie mich am Freitag um halb drei zurück.", at(4, 14, 30)),
        ("de", "Können Sie mich zurückrufen, heute um 16 Uhr 30?", at(2, 16, 30)),
        ("es", "Devuélvame la llamada mañana a las diez.", at(3, 10)),
        ("fr", "Rappelez-moi demain à dix heures.", at(3, 10)),
        ("it", "Mi richiami domani alle dieci.", at(3, 10)),
    ],
)
def test_a_moment_is_understood(language: str, text: str, moment: datetime.datetime) -> None:
    assert wanted(text, language, NOW) == Wanted(moment, told=True)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Can you call me back later?"),
        ("en", "Call me back tomorrow."),
        ("en", "Call me back in an hour."),
        ("en", "Call me back on December 7th at ten."),
        ("en", "Call me back today at nine in the morning."),
        ("de", "Rufen Sie mich bitte morgen zurück."),
    ],
)
def test_what_tells_no_moment_to_come_is_not(language: str, text: str) -> None:
    """No hour, a date, over."""
    assert wanted(text, language, NOW) == Wanted(told=True)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Can you call me back?"),
        ("en", "Good morning, can you call me back?"),
        ("en", "I was with you on Monday. Please call me back."),
        ("en", "I have been waiting for ten minutes, please call me back."),
        ("en", "Please call me back about my two orders."),
        ("en", "I would like to come tomorrow at ten."),
        ("de", "Guten Morgen können Sie mich zurückrufen?"),
        ("en", ""),
    ],
)
def test_who_tells_no_time_is_called_as_soon_as_somebody_is_free(language: str, text: str) -> None:
    assert wanted(text, language, NOW) == Wanted()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Thursday, December 3, 2026, at 10 a.m"),
        ("de", "Donnerstag, den 3. Dezember 2026 um 10 Uhr"),
        ("es", "jueves 3 de diciembre de 2026, a las 10"),
        ("fr", "jeudi 3 décembre 2026, à 10 heures"),
        ("it", "giovedì 3 dicembre 2026, alle 10"),
    ],
)
def test_it_is_said_again(language: str, said: str) -> None:
    assert spoken(at(3, 10), language).replace("third", "3") == said
