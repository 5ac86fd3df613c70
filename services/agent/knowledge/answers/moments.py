"""Which day and time of day a caller speaks of: "tomorrow", "Christmas Eve", "at half past six on Saturday". Pure."""

import datetime
import re
from dataclasses import dataclass

from agent.knowledge.answers.opening_words import CLOCK, DATE, DAY_WORDS, FEASTS, LATE, MONTHS, NOW, WEEKDAYS

_NOON = 12


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
    lowered = text.lower().replace("’", "'")
    today = now.date()
    clock = _clock(lowered, language)
    date = _date(lowered, today, language)
    if date is not None:
        return Moment(date, named=True, clock=clock)
    for pattern, days in DAY_WORDS[language]:
        if re.search(pattern, lowered):
            return Moment(today + datetime.timedelta(days=days), clock=clock)
    for number, name in enumerate(WEEKDAYS[language]):
        if re.search(rf"\b{name}s?\b", lowered):
            ahead = datetime.timedelta(days=(number - today.weekday()) % 7)
            return Moment(today + ahead, clock=clock, weekday=True)
    if re.search(NOW[language], lowered):
        return Moment(today, now=True)
    return Moment(today, clock=clock) if clock is not None else None


def _date(lowered: str, today: datetime.date, language: str) -> datetime.date | None:
    """The next day of that name or date."""
    months = [name.lower() for name in MONTHS[language]]
    named = [(feast.month, feast.day) for feast in FEASTS[language] if re.search(feast.pattern, lowered)]
    for pattern in DATE[language]:
        found = re.finditer(pattern, lowered, re.IGNORECASE)
        named += [(months.index(match["month"]) + 1, int(match["day"])) for match in found]
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
    """The time of day; without a.m. or p.m. an hour before eight is one of the afternoon."""
    match = re.search(CLOCK[language].pattern, lowered)
    if match is None:
        return None
    hour = CLOCK[language].hours.get(match["hour"], None)
    hour = int(match["hour"]) if hour is None else hour
    minute = int(match["minute"] or 0) if "minute" in match.groupdict() else 0
    half = match.groupdict().get("half")
    if half:
        minute = CLOCK[language].parts[half] % 60
        hour += CLOCK[language].parts[half] // 60
    late = bool(re.search(LATE[language], lowered)) or (
        hour < 8 and not re.search(CLOCK[language].early, lowered)
    )
    if late and hour < _NOON:
        hour += _NOON
    return datetime.time(hour % 24, minute)
