"""Days and times of day that callers name."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from agent.knowledge.answers.moments import moment_of

NOW = datetime.datetime(2026, 11, 28, 12, 0, tzinfo=ZoneInfo("Europe/Berlin"))  # a Saturday


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("today", "en", 28), ("tonight", "en", 28), ("tomorrow", "en", 29), ("on Monday", "en", 30),
        ("on Saturdays", "en", 28), ("übermorgen", "de", 30), ("am Sonntag", "de", 29),
    ],
)  # fmt: skip
def test_a_day(text: str, language: str, day: int) -> None:
    moment = moment_of(text, NOW, language)
    assert moment is not None
    assert moment.day == datetime.date(2026, 11, day)


@pytest.mark.parametrize(
    ("text", "language", "clock"),
    [
        ("at six", "en", (18, 0)), ("at nine", "en", (9, 0)), ("at 6 in the morning", "en", (6, 0)),
        ("at half past six in the evening", "en", (18, 30)), ("around 17:45", "en", (17, 45)),
        ("before quarter to five", "en", (16, 45)), ("um halb sieben abends", "de", (18, 30)),
        ("um 8 Uhr 15 morgens", "de", (8, 15)),
    ],
)  # fmt: skip
def test_a_time_of_day(text: str, language: str, clock: tuple[int, int]) -> None:
    moment = moment_of(text, NOW, language)
    assert moment is not None
    assert moment.clock == datetime.time(*clock)


def test_a_date_is_the_next_one_of_its_name() -> None:
    for text, date in (
        ("on New Year's Day", (2027, 1, 1)),
        ("on December 3rd", (2026, 12, 3)),
        ("on 1 March", (2027, 3, 1)),
    ):
        moment = moment_of(text, NOW, "en")
        assert moment is not None
        assert (moment.day, moment.named) == (datetime.date(*date), True)


def test_no_moment() -> None:
    assert moment_of("How much is it?", NOW, "en") is None
    assert moment_of("on February 30", NOW, "en") is None
    assert moment_of("at 5 days", NOW, "en") is None
