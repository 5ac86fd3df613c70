"""When somebody may be called, as a setting says it."""

from datetime import datetime

import pytest

from parley.outbound.week import Week

MONDAY = datetime(2026, 11, 30, 12)


@pytest.mark.parametrize(
    ("text", "day", "clock", "allowed"),
    [
        ("mon-sat 09:00-20:00", 30, (9, 0), True),
        ("mon-sat 09:00-20:00", 30, (8, 59), False),
        ("mon-sat 09:00-20:00", 30, (19, 59), True),
        ("mon-sat 09:00-20:00", 30, (20, 0), False),
        ("mon-sat 09:00-20:00", 28, (12, 0), True),
        ("mon-sat 09:00-20:00", 29, (12, 0), False),
        ("mon-fri 09:00-20:00, sat 10:00-18:00", 28, (9, 30), False),
        ("mon-fri 09:00-20:00, sat 10:00-18:00", 28, (10, 0), True),
        ("mon 09:00-12:00, mon 14:00-24:00", 30, (13, 0), False),
        ("mon 09:00-12:00,mon 14:00-24:00", 30, (23, 59), True),
        ("sat-mon 09:00-20:00", 29, (12, 0), True),
    ],
)
def test_hours_are_those_of_the_setting(text: str, day: int, clock: tuple[int, int], allowed: bool) -> None:
    assert Week.read(text).has(MONDAY.replace(day=day, hour=clock[0], minute=clock[1])) is allowed


@pytest.mark.parametrize(
    "text",
    [
        "",
        "always",
        "mon 9-20",
        "mon 09:00-25:00",
        "mon 20:00-09:00",
        "mon 09:00-09:00",
        "mon-sat 09:00-20:00,",
    ],
)
def test_what_is_no_week_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="must"):
        Week.read(text)
