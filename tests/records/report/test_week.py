from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from records.report.week import Week

BERLIN = ZoneInfo("Europe/Berlin")


def test_a_week_is_named_as_iso_has_it() -> None:
    week = Week.parse("2026-W47", BERLIN)
    assert (week.monday, week.name, week.before.name) == (date(2026, 11, 16), "2026-W47", "2026-W46")
    assert week.days[-1] == date(2026, 11, 22)
    assert Week.parse("2027-W01", BERLIN).before.name == "2026-W53"


@pytest.mark.parametrize(
    "text", ["2026-W54", "0001-W01", "9999-W52", "2026-W00", "0000-W01", "2026-47", "W47", "2026-W47 ", ""]
)
def test_what_is_no_week_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no week, such as 2026-W47"):
        Week.parse(text, BERLIN)


def test_it_begins_and_ends_at_midnight_there() -> None:
    week = Week.parse("2026-W47", BERLIN)
    assert datetime.fromtimestamp(week.begin, UTC) == datetime(2026, 11, 15, 23, tzinfo=UTC)
    assert week.end - week.begin == 7 * 86_400
    assert week.before.end == week.begin
    clocks_back = Week.parse("2026-W43", BERLIN)
    assert clocks_back.end - clocks_back.begin == 7 * 86_400 + 3600


def test_days_are_those_of_the_zone() -> None:
    week = Week.parse("2026-W47", BERLIN)
    assert [
        week.day_of(at) for at in (week.begin, week.begin + 86_399, week.begin + 86_400, week.end - 1)
    ] == [0, 0, 1, 6]


@pytest.mark.parametrize(
    ("now", "name"),
    [
        (datetime(2026, 11, 22, 22, 59, tzinfo=UTC), "2026-W46"),
        (datetime(2026, 11, 22, 23, 0, tzinfo=UTC), "2026-W47"),
        (datetime(2026, 11, 29, 12, 0, tzinfo=UTC), "2026-W47"),
    ],
)
def test_the_last_one_is_the_last_that_is_over(now: datetime, name: str) -> None:
    assert Week.last(now, BERLIN).name == name
