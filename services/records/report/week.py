"""A week as ISO 8601 has it, from Monday to Sunday, in a time zone. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

_WRITTEN = re.compile(r"(\d{4})-W(\d{2})")
_YEARS = range(1971, 9999)
"""That have a year before and after them, whatever the time zone."""


@dataclass(frozen=True, slots=True)
class Week:
    """One week."""

    monday: date
    zone: ZoneInfo

    @classmethod
    def parse(cls, text: str, zone: ZoneInfo) -> Self:
        """The week that `2026-W47` names; ValueError for what is none."""
        written = _WRITTEN.fullmatch(text)
        try:
            if written and int(written[1]) in _YEARS:
                return cls(date.fromisocalendar(int(written[1]), int(written[2]), 1), zone)
        except ValueError:
            pass  # week 54, year 0
        raise ValueError(f"{text!r} is no week, such as 2026-W47")

    @classmethod
    def of(cls, now: datetime, zone: ZoneInfo) -> Self:
        """The one that goes on; `now` is aware."""
        today = now.astimezone(zone).date()
        return cls(today - timedelta(days=today.weekday()), zone)

    @classmethod
    def last(cls, now: datetime, zone: ZoneInfo) -> Self:
        """The last one that is over; `now` is aware."""
        return cls.of(now, zone).before

    @property
    def name(self) -> str:
        """As it is written: `2026-W47`."""
        year, number, _ = self.monday.isocalendar()
        return f"{year}-W{number:02}"

    @property
    def before(self) -> Self:
        """The week before."""
        return type(self)(self.monday - timedelta(days=7), self.zone)

    @property
    def days(self) -> list[date]:
        """Monday to Sunday."""
        return [self.monday + timedelta(days=number) for number in range(7)]

    @property
    def begin(self) -> float:
        """Monday at midnight, Unix time in seconds."""
        return self._midnight(self.monday)

    @property
    def end(self) -> float:
        """The midnight after Sunday: days on which clocks are changed have 23 or 25 hours."""
        return self._midnight(self.monday + timedelta(days=7))

    def day_of(self, at: float) -> int:
        """The day of a Unix time in it: 0 is Monday."""
        return (datetime.fromtimestamp(at, self.zone).date() - self.monday).days

    def _midnight(self, day: date) -> float:
        return datetime(day.year, day.month, day.day, tzinfo=self.zone).timestamp()
