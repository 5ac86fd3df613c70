"""Opening hours. Nothing here reads a clock: the moment is an argument, with a time zone."""

import datetime
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from parley.agents.schema import Hours

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def days_of(name: str) -> list[int]:
    """Weekdays that `mon` or `fri-mon` names, 0 is Monday."""
    first, _, last = name.partition("-")
    start, end = DAYS.index(first), DAYS.index(last or first)
    return [(start + n) % 7 for n in range((end - start) % 7 + 1)]


def open_at(hours: Hours, moment: datetime.datetime) -> bool:
    """Whether people are there at an aware moment."""
    today = moment.astimezone(ZoneInfo(hours.timezone)).date()
    yesterday = today - datetime.timedelta(days=1)
    return any(start <= moment < end for day in (yesterday, today) for start, end in spans_on(hours, day))


def next_opening(hours: Hours, moment: datetime.datetime) -> datetime.datetime | None:
    """When people are there again, in their time zone; None if not within a year. An open moment is its own answer."""
    if open_at(hours, moment):
        return moment.astimezone(ZoneInfo(hours.timezone))
    today = moment.astimezone(ZoneInfo(hours.timezone)).date()
    for days in range(366):
        for start, _ in sorted(spans_on(hours, today + datetime.timedelta(days=days))):
            if start > moment:
                return start.astimezone(ZoneInfo(hours.timezone))
    return None


def spans_on(hours: Hours, day: datetime.date) -> Iterator[tuple[datetime.datetime, datetime.datetime]]:
    """From when to when it is open, in UTC; a span belongs to the day on which it begins."""
    if day in hours.closed_dates:
        return
    for days, spans in hours.week.items():
        if day.weekday() in days_of(days):
            for span in spans:
                first, _, last = span.partition("-")
                start, end = _at(day, first, hours.timezone), _at(day, last, hours.timezone)
                if end <= start:
                    end = _at(day + datetime.timedelta(days=1), last, hours.timezone)
                yield start, end


def _at(day: datetime.date, clock: str, timezone: str) -> datetime.datetime:
    hour, minute = int(clock[:2]), int(clock[3:])
    day += datetime.timedelta(days=hour // 24)
    there = datetime.datetime.combine(day, datetime.time(hour % 24, minute), ZoneInfo(timezone))
    return there.astimezone(datetime.UTC)
