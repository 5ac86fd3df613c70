"""When callers want to be called back, as they say it; seen from a Wednesday afternoon."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from gateway.values.moments import Wanted, moved, named, parted, spoken, wanted

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
        ("en", "Callback tomorrow at ten, please.", at(3, 10)),
        ("de", "Rückruf morgen um zehn, bitte.", at(3, 10)),
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


TEN = at(3, 10)
"""What was offered: tomorrow at ten."""


@pytest.mark.parametrize(
    ("language", "text", "moment"),
    [
        ("en", "Yes, at eleven.", at(3, 11)),
        ("en", "Yes please, but at half past two.", at(3, 14, 30)),
        ("en", "Yes, on Friday.", at(4, 10)),
        ("en", "Yes, Friday at eleven would be better.", at(4, 11)),
        ("en", "Sure, today at five.", at(2, 17)),
        ("en", "Yeah, the day after tomorrow.", at(4, 10)),
        ("en", "No, at eleven.", at(3, 11)),
        ("en", "No, not at ten, at eleven.", at(3, 11)),
        ("en", "Make it eleven o'clock.", at(3, 11)),
        ("en", "Can it be on Monday?", at(7, 10)),
        ("en", "Yes, 3 p.m.", at(3, 15)),
        ("de", "Ja, um elf.", at(3, 11)),
        ("de", "Ja, aber erst am Freitag um halb drei.", at(4, 14, 30)),
        ("de", "Ja, übermorgen.", at(4, 10)),
        ("de", "Nein, lieber um elf.", at(3, 11)),
        ("es", "Sí, a las once.", at(3, 11)),
        ("es", "Sí, el viernes.", at(4, 10)),
        ("es", "No, a las once.", at(3, 11)),
        ("fr", "Oui, à onze heures.", at(3, 11)),
        ("fr", "Oui, vendredi.", at(4, 10)),
        ("fr", "Non, plutôt à onze heures.", at(3, 11)),
        ("it", "Sì, alle undici.", at(3, 11)),
        ("it", "Sì, venerdì.", at(4, 10)),
        ("it", "No, alle undici.", at(3, 11)),
    ],
)
def test_another_moment_than_was_offered_is_taken(
    language: str, text: str, moment: datetime.datetime
) -> None:
    assert moved(text, language, NOW, TEN) == Wanted(moment, told=True)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Yes."),
        ("en", "Yes, please."),
        ("en", "Yes, at ten."),
        ("en", "Yes, tomorrow at ten."),
        ("en", "Yes, Thursday."),
        ("en", "Yes, that one."),
        ("en", "Yes, ten is fine."),
        ("en", "Yes, there are two of us."),
        ("en", "Yes, for four people."),
        ("en", "No, thanks."),
        ("en", "No, I cannot tomorrow."),
        ("en", "What do you mean?"),
        ("de", "Ja."),
        ("de", "Ja, morgen um zehn."),
        ("de", "Ja, gerne, um zehn passt es mir."),
        ("de", "Guten Morgen, ja."),
        ("es", "Sí, mañana a las diez."),
        ("fr", "Oui, demain à dix heures."),
        ("it", "Sì, domani alle dieci."),
    ],
)
def test_the_same_moment_and_other_words_move_nothing(language: str, text: str) -> None:
    assert moved(text, language, NOW, TEN) == Wanted()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Yes, on December 20th."),
        ("en", "Yes, today at nine in the morning."),
        ("en", "Yes, in an hour."),
        ("en", "Yes, but later."),
        ("de", "Ja, am 20. Dezember um elf."),
    ],
)
def test_a_moment_that_is_not_understood_is_no_yes(language: str, text: str) -> None:
    """A date, over, counted from now."""
    assert moved(text, language, NOW, TEN) == Wanted(told=True)


def test_a_weekday_that_was_offered_stays_the_same_day() -> None:
    assert moved("Yes, Wednesday at eleven.", "en", NOW, at(9, 10)).at == at(9, 11)


def test_an_hour_that_is_over_today_is_tomorrows() -> None:
    assert moved("Yes, at eleven.", "en", NOW, at(2, 17)).at == at(3, 11)


def test_a_name_tells_the_moment_and_its_zone() -> None:
    assert named("sales", TEN) == "sales@2026-12-03T10:00:00+01:00[Europe/Berlin]"
    assert parted(named("sales", TEN)) == ("sales", TEN)
    moment = parted(named("sales", TEN))[1]
    assert moment is not None
    assert moment.tzinfo == ZoneInfo("Europe/Berlin")
    in_utc = TEN.astimezone(datetime.UTC)
    assert parted(named("sales", in_utc)) == ("sales", in_utc)
    assert parted("sales") == ("sales", None)
