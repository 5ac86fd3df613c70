"""Dates as callers say them: "the third of March", "next Tuesday", "in zwei Wochen", "3.4.84". Read from today."""

import calendar
import datetime
from dataclasses import replace
from typing import Literal

from gateway.values.day_words import Told, told
from gateway.values.kind import NOTHING, Kind, Reading
from gateway.values.likeness import is_word, reheard
from gateway.values.meant import meant
from parley import languages

When = Literal["any", "past", "future"]

_WEEK = 7
_MONTHS = 12
_CENTURY = 100
_AHEAD = 10
"""Years in two figures are of this century up to so many years from now."""
_LENGTHS = (8, 6, 4)
"""Keys of day and month with a year in four figures, in two, or without."""


class Date(Kind):
    """A day; as a value in ISO 8601, 2026-03-05."""

    keys = 8

    def __init__(self, when: When, today: datetime.date, language: str) -> None:
        super().__init__(language)
        self._when = when
        self._today = today

    @property
    def expected(self) -> tuple[str, ...]:
        """Weekdays and months."""
        dates = languages.get(self._language).spoken.dates
        return (*dates.weekdays, *dates.months)

    def typed(self, keys: str) -> Reading:
        """Day and month in the order of the language, and a year of four figures, of two, or none."""
        if len(keys) not in _LENGTHS:
            return NOTHING
        first, second, year = int(keys[:2]), int(keys[2:4]), keys[4:]
        day, month = (second, first) if self._order == "mdy" else (first, second)
        return self._reading(self._dated(Told(day=day, month=month, year=int(year) if year else None)))

    def said(self, so_far: str, text: str) -> Reading:
        """A date, or a day counted from today."""
        return self._reading(self._dated(self._told(text)))

    def corrected(self, value: str, text: str) -> Reading:
        """Another date, or a part of it: "no, the fifth", "no, in May", "no, 1984", "no, on Wednesday"."""
        new, before = self._told(text), datetime.date.fromisoformat(value)
        if new.ahead is not None:
            return self._reading(self._dated(new))
        if new.months is not None:
            day = new.day if new.counted else new.day or before.day
            return self._reading(self._dated(replace(new, day=day)))
        if new.weekday is not None and not (new.day or new.month):
            return self._reading(
                self._dated(new) if new.next or new.last else self._near(before, new.weekday)
            )
        if not (new.day or new.month or new.year):
            return NOTHING
        year = self._full_year(new.year) if new.year is not None else before.year
        day, month = new.day or before.day, new.month or before.month
        changed = self._day(day, month, year)
        if changed and new.year is None and changed < self._today <= before:
            changed = self._dated(Told(day=day, month=month))  # who means to come does not mean what is over
        return self._reading(changed)

    def beside(self, value: str, text: str) -> Reading:
        """Another day or a part of it, not what is rather a word: "yes, a second", "yes, may I …"."""
        new = told(text, self._language)
        alone = new in (Told(day=new.day), Told(month=new.month))
        return NOTHING if alone and is_word(text, self._language) else self.corrected(value, text)

    def _told(self, text: str) -> Told:
        """What counts of some words; a day that is only like what was written is understood, too."""
        words = meant(text, self._language).text
        return told(reheard(words, self._language) or words, self._language)

    def spoken(self, value: str) -> str:
        """With its weekday; keys so far one by one."""
        if value.isdecimal():
            return " ".join(value)
        day = datetime.date.fromisoformat(value)
        known = languages.get(self._language)
        dates = known.spoken.dates
        number = dates.days[day.day - 1] if day.day <= len(dates.days) else str(day.day)
        month, weekday = dates.months[day.month - 1], dates.weekdays[day.weekday()]
        return known.telling.days.said.format(
            weekday=weekday, day=number, number=day.day, month=month, year=day.year
        )

    def secrets(self, value: str) -> tuple[str, ...]:
        """Without the weekday as well."""
        spoken = self.spoken(value)
        return (spoken, spoken.partition(" ")[2], value)

    @property
    def _order(self) -> str:
        return languages.get(self._language).spoken.dates.figures

    def _reading(self, day: datetime.date | None) -> Reading:
        return Reading(day.isoformat()) if day is not None and self._fits(day) else NOTHING

    def _fits(self, day: datetime.date) -> bool:
        match self._when:
            case "past":
                return day <= self._today
            case "future":
                return day >= self._today
            case _:
                return True

    def _dated(self, new: Told) -> datetime.date | None:
        """The day that is meant, seen from today."""
        if new.ahead is not None:
            return self._counted(new)
        if new.months is not None:
            return self._in_months(new)
        if new.month:
            return self._of_year(new) if new.day else None
        if new.weekday is not None:
            return self._weekday(new)
        return self._of_month(new.day) if new.day else None

    def _counted(self, new: Told) -> datetime.date:
        day = self._today + datetime.timedelta(days=new.ahead or 0)
        if new.weekday is None:
            return day
        if new.since:  # "a week from Tuesday"
            return self._coming(new.weekday) + datetime.timedelta(days=new.ahead or 0)
        return day + datetime.timedelta(days=new.weekday - day.weekday())

    def _in_months(self, new: Told) -> datetime.date | None:
        """A day of a month that is told from this one: its fifth, its first Monday, or the same day as today."""
        year, month = self._month_from_now(new.months or 0)
        if new.counted and new.day is None and new.weekday is None:
            return self._day(min(self._today.day, calendar.monthrange(year, month)[1]), month, year)
        found = self._day(new.day, month, year)
        if found is None or new.weekday is None or found.weekday() == new.weekday:
            return found
        first = datetime.date(year, month, 1)
        ahead = (new.weekday - first.weekday()) % _WEEK + _WEEK * (found.day - 1)
        return self._day(1 + ahead, month, year)

    def _weekday(self, new: Told) -> datetime.date:
        assert new.weekday is not None  # what this is called for
        coming = self._coming(new.weekday)
        if new.last or self._when == "past":
            return coming - datetime.timedelta(days=_WEEK)
        monday = self._today - datetime.timedelta(days=self._today.weekday())
        of_next_week = monday + datetime.timedelta(days=_WEEK + new.weekday)
        named = new.day and next((d for d in _month_days(self._today, new) if d.day == new.day), None)
        if new.after_next:
            return of_next_week + datetime.timedelta(days=_WEEK)
        return named or (of_next_week if new.next else coming)

    def _coming(self, weekday: int) -> datetime.date:
        """The next such day after today."""
        return self._today + datetime.timedelta(days=(weekday - self._today.weekday() - 1) % _WEEK + 1)

    def _near(self, before: datetime.date, weekday: int) -> datetime.date:
        """The nearest such day that may be; one that is yet to come where the one before was."""
        ahead = before > self._today
        days = [before + datetime.timedelta(days=n) for n in range(1 - _WEEK, _WEEK)]
        return min(
            (day for day in days if day.weekday() == weekday),
            key=lambda day: (not self._fits(day), ahead and day <= self._today, abs(day - before)),
        )

    def _of_year(self, new: Told) -> datetime.date | None:
        if new.year is not None:
            return self._day(new.day, new.month, self._full_year(new.year))
        step = -1 if self._when == "past" else 1
        years = (self._today.year + step * n for n in range(9))  # a leap year may be that far away
        days = (self._day(new.day, new.month, year) for year in years)
        return next((d for d in days if d and (d - self._today).days * step >= 0), None)

    def _of_month(self, day: int | None) -> datetime.date | None:
        """The next month, or the last one, that has this day yet to come, or has had it."""
        step = -1 if self._when == "past" else 1
        for n in range(3):
            year, month = self._month_from_now(step * n)
            found = self._day(day, month, year)
            if found and (found - self._today).days * step >= 0:
                return found
        return None

    def _month_from_now(self, months: int) -> tuple[int, int]:
        """Year and month so many months from this one."""
        year, month = divmod(self._today.year * _MONTHS + self._today.month - 1 + months, _MONTHS)
        return year, month + 1

    def _full_year(self, year: int) -> int:
        if year >= _CENTURY:
            return year
        this = self._today.year // _CENTURY * _CENTURY + year
        latest = self._today.year + (0 if self._when == "past" else _AHEAD)
        return this if this <= latest or self._when == "future" else this - _CENTURY

    @staticmethod
    def _day(day: int | None, month: int | None, year: int) -> datetime.date | None:
        try:
            return datetime.date(year, month or 0, day or 0)
        except ValueError:
            return None


def _month_days(today: datetime.date, new: Told) -> list[datetime.date]:
    """Days of the next year that are such a weekday."""
    days = (today + datetime.timedelta(days=n) for n in range(1, 366))
    return [day for day in days if day.weekday() == new.weekday]
