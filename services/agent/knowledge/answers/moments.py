"""Which day and time of day a caller speaks of: "tomorrow", "Christmas Eve", "at half past six on Saturday". Pure."""

import datetime
import re
from dataclasses import dataclass
from functools import cache

from parley import languages
from parley.languages.types import any_of

_NOON = 12
_LAST_HOUR = 24
_FIRST_LATE = 8
"""Without a.m. or p.m. an hour before this one is one of the afternoon."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What a caller means."""

    day: datetime.date | None = None
    """None: no day was named."""
    named: bool = False
    """Whether it was named by its date or as a feast, not as a weekday or "tomorrow"."""
    clock: datetime.time | None = None
    weekday: bool = False
    """Whether it was named by its weekday."""
    now: bool = False
    """Whether the present moment is meant."""


def moment_of(text: str, now: datetime.datetime, language: str) -> Moment | None:
    """What moment a caller's words name; None when they name none. `now`: local and aware."""
    known = languages.get(language).hours
    lowered = text.lower().replace("’", "'")
    today = now.date()
    clock = _clock(lowered, language)
    date = _date(lowered, today, language)
    if date is not None:
        return Moment(date, named=True, clock=clock)
    days = _days_ahead(lowered, language)
    if days is not None:
        return Moment(today + datetime.timedelta(days=days), clock=clock)
    for number, names in enumerate(known.weekdays):
        if names.within(lowered):
            ahead = datetime.timedelta(days=(number - today.weekday()) % 7)
            return Moment(today + ahead, clock=clock, weekday=True)
    if known.now.within(lowered):
        return Moment(today, now=True)
    return Moment(today, clock=clock) if clock is not None else None


def _days_ahead(lowered: str, language: str) -> int | None:
    """How many days it is until the day, if that is told so."""
    known = languages.get(language).hours
    if known.after_tomorrow.within(lowered):
        return 2
    # Words for tomorrow may be those for the morning, too.
    if known.tomorrow.within(known.early.left_out(known.today.left_out(lowered))):
        return 1
    return 0 if known.today.within(lowered) else None


def _date(lowered: str, today: datetime.date, language: str) -> datetime.date | None:
    """The next day of that name or date."""
    known = languages.get(language)
    months = [name.lower() for name in known.spoken.dates.months]
    named = [
        (int(day[:2]), int(day[3:])) for day, names in known.hours.feasts.items() if names.within(lowered)
    ]
    for form in _dates(language):
        named += [(months.index(m["month"]) + 1, int(m["day"])) for m in form.finditer(lowered)]
    for month, day in named:
        for year in (today.year, today.year + 1):
            try:
                date = datetime.date(year, month, day)
            except ValueError:  # There is no such day.
                continue
            if date >= today:
                return date
    return None


def _clock(lowered: str, language: str) -> datetime.time | None:
    """The time of day."""
    known = languages.get(language)
    match = _time(language).search(lowered)
    if match is None:
        return None
    hour = _hours(language).get(match["hour"])
    hour = int(match["hour"]) if hour is None else hour
    minute = int(match["minute"] or 0)
    part = known.hours.before.get(match["before"] or "", known.hours.after.get(match["after"] or "", 0))
    if part:
        hour, minute = hour + part // 60, part % 60
    early, late = known.hours.early.within(lowered), known.hours.late.within(lowered)
    if (late or (hour < _FIRST_LATE and not early)) and hour < _NOON:
        hour += _NOON
    return datetime.time(hour % 24, minute) if minute < 60 else None


@cache
def _dates(language: str) -> tuple[re.Pattern[str], ...]:
    """How dates are said, in lower case."""
    known = languages.get(language)
    months = "|".join(re.escape(name.lower()) for name in known.spoken.dates.months)
    day = rf"(?P<day>\d{{1,2}})(?:{known.checks.ordinal_ends.pattern})?"
    forms = (
        form.replace(".", r"\.").format(day=day, month=f"(?P<month>{months})") for form in known.hours.dates
    )
    return tuple(re.compile(rf"\b{form}(?!\w)") for form in forms)


@cache
def _hours(language: str) -> dict[str, int]:
    """Hours by their names."""
    known = languages.get(language)
    numbers = {word: n for word, n in known.knowledge.numbers.items() if 0 < n <= _LAST_HOUR}
    return numbers | known.hours.names


@cache
def _time(language: str) -> re.Pattern[str]:
    """A time of day with what stands before it, in lower case."""
    known = languages.get(language)
    hours, speech = known.hours, known.spoken
    clock = any_of(speech.clock)
    return re.compile(
        rf"(?<!\w){hours.clock.pattern}(?:\s+|(?<=['\s]))(?:(?P<before>{any_of(hours.before)})\s+)?"
        rf"(?P<hour>\d{{1,2}}|{any_of(_hours(language))})"
        rf"(?:(?:[{re.escape(speech.time_marks)}]|\s+{clock}\s+)(?P<minute>\d\d))?"
        rf"(?:(?:\s*{clock})?\s+(?P<after>{any_of(hours.after)}))?(?!\w)(?!\s*{hours.durations.pattern}(?!\w))"
    )
