"""Which day and time of day a caller speaks of: "tomorrow", "Christmas Eve", "at half past six on Saturday". Pure."""

import datetime
import re
from dataclasses import dataclass

from agent.knowledge.answers.opening_words import CLOCK, DATES, DAY_WORDS, LATE, NOW, WEEKDAYS

_NOON = 12


@dataclass(frozen=True, slots=True)
class Moment:
    """What a caller means."""

    day: datetime.date | None = None
    """None: no day was named."""
    named: bool = False
    """Whether it was named by its date or as a feast, not as a weekday or "tomorrow"."""
    clock: datetime.time | None = None
    now: bool = False
    """Whether the present moment is meant."""


def moment_of(text: str, now: datetime.datetime, language: str) -> Moment | None:
    """What moment a caller's words name; None when they name none. `now`: local and aware."""
    lowered = text.lower().replace("’", "'")
    today = now.date()
    feast = next((d for d in DATES[language] if re.search(d.pattern, lowered)), None)
    clock = _clock(lowered, language)
    if feast is not None:
        return Moment(_next(today, feast.month, feast.day), named=True, clock=clock)
    for pattern, ahead in DAY_WORDS[language]:
        if re.search(pattern, lowered):
            return Moment(today + datetime.timedelta(days=ahead), clock=clock)
    for number, name in enumerate(WEEKDAYS[language]):
        if re.search(rf"\b{name}s?\b", lowered):
            return Moment(today + datetime.timedelta(days=(number - today.weekday()) % 7), clock=clock)
    if re.search(NOW[language], lowered):
        return Moment(today, now=True)
    return Moment(today, clock=clock) if clock is not None else None


def _next(today: datetime.date, month: int, day: int) -> datetime.date:
    this_year = datetime.date(today.year, month, day)
    return this_year if this_year >= today else datetime.date(today.year + 1, month, day)


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
