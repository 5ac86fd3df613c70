"""Opening hours."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from parley.agents.hours import days_of, next_opening, open_at
from parley.agents.schema import Hours

BERLIN = ZoneInfo("Europe/Berlin")
HOURS = Hours(
    timezone="Europe/Berlin",
    week={"mon-thu": ("09:00-12:00", "13:00-18:00"), "fri": ("22:00-02:00",), "sun": ("00:00-24:00",)},
    closed_dates=(date(2026, 12, 25),),
)


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("moment", "there"),
    [
        ("2026-11-23 08:59", False),  # Monday
        ("2026-11-23 09:00", True),
        ("2026-11-23 12:00", False),
        ("2026-11-26 17:59", True),
        ("2026-11-27 09:30", False),  # Friday
        ("2026-11-27 22:00", True),
        ("2026-11-28 01:59", True),  # the night of Friday
        ("2026-11-28 02:00", False),
        ("2026-11-29 00:00", True),
        ("2026-11-29 23:59", True),
        ("2026-11-30 00:00", False),
        ("2026-12-25 22:30", False),  # a closed date, and its night
        ("2026-12-26 01:00", False),
    ],
)
def test_open_at(moment: str, there: bool) -> None:
    assert open_at(HOURS, at(moment)) is there


def test_the_moment_may_be_in_another_time_zone() -> None:
    assert open_at(HOURS, at("2026-11-23 03:00", ZoneInfo("America/New_York")))
    assert not open_at(HOURS, at("2026-11-23 09:00", ZoneInfo("America/New_York")).replace(hour=6))


def test_next_opening() -> None:
    assert next_opening(HOURS, at("2026-11-23 12:30")) == at("2026-11-23 13:00")
    assert next_opening(HOURS, at("2026-11-28 02:00")) == at("2026-11-29 00:00")
    assert next_opening(HOURS, at("2026-11-23 10:00")) == at("2026-11-23 10:00")
    assert next_opening(Hours(timezone="UTC", week={}), at("2026-11-23 10:00")) is None


def test_days_wrap_around_the_week() -> None:
    assert days_of("fri-mon") == [4, 5, 6, 0]
    assert days_of("wed") == [2]
