"""Dates in figures, and days and months beside each other: "12/24/2026", "Dec. 24", "24.12.", "3-5 May"."""

import re
from collections.abc import Sequence

from agent.voice.saying.form import Form, at, core, first, joins
from parley.languages.schema import Language

_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d\d)")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?")
_POINTED = re.compile(r"(\d{1,2})\.(\d{1,2})")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})")
_SPAN = re.compile(r"(\d{1,2}\.?(?:\d{1,2}\.?)?)[-–—](\d{1,2}\.\d{1,2}\.(?:\d{4})?)")
_DAY = re.compile(r"(\d{1,2})(?:\.|st|nd|rd|th|er|º|°)?")
_DAYS = re.compile(r"(\d{1,2})\.?[-–—](\d{1,2})\.?")
_YEAR = re.compile(r"1[1-9]\d\d|20\d\d")
_MOST_DAYS = 31
_THIS_CENTURY_UNTIL = 70
"""A year of two figures below this is one of 2000 and later."""
_LARGEST_PART = 10
"""Fractions have no larger denominators in everyday texts: "12/24" is a day."""


class Dates:
    """Knows those of one language."""

    def __init__(self, language: Language) -> None:
        self._known = known = language.spoken.dates
        self._times_are_pointed = "." in language.spoken.time_marks
        self._decimal = language.spoken.decimal
        self._range = language.spoken.range
        self._weekdays = {day.lower() for day in (*known.weekdays, *language.spoken.days)} | {
            short.lower() for short in language.spoken.days
        }
        self._months = {name.lower(): number for number, name in enumerate(known.months, 1)}
        self._short = {
            short: number for number, names in enumerate(known.short_months, 1) for short in names.split()
        }

        self.months = frozenset({*self._months, *self._short})
        """Months' names, in full and in short, in lower case."""

    def at(self, words: Sequence[str], place: int) -> Form | None:
        """The date that begins at a place, if one does."""
        ways = (self._whole, self._span, self._pointed, self._slashed, self._named, self._month)
        return first(ways, words, place)

    def day(self, day: int, before: str = "") -> str:
        """A day of the month in words where it is said as an ordinal number, as after the word `before`."""
        names = self._known.days
        if not 0 < day <= len(names):
            return str(day)
        name = names[day - 1]
        return name.removesuffix("n") if before.lower() in self._known.nominative else name

    def year(self, year: str) -> str:
        """A year; of earlier centuries in hundreds, where that is how they are said."""
        if self._known.hundreds and _YEAR.fullmatch(year) and year < "2000":
            rest = year[2:].lstrip("0")
            return f"{year[:2]} {self._known.hundreds} {rest}".rstrip()
        return year

    # In figures

    def _whole(self, words: Sequence[str], place: int) -> Form | None:
        text = core(words[place])
        found = self._figures(text)
        if found is None:
            return None
        day, month, year = found
        return Form(
            self._known.said.format(
                day=self.day(day, at(words, place - 1)), month=self._name(month), year=self.year(year)
            )
        )

    def _figures(self, text: str) -> tuple[int, int, str] | None:
        """Day, month and year of a date in figures; None where there is no such day."""
        if match := _YEAR_FIRST.fullmatch(text):
            return _valid(int(match[4]), int(match[3]), match[1])
        match = _YEAR_LAST.fullmatch(text)
        if match is None:
            return None
        one, mark, other, year = int(match[1]), match[2], int(match[3]), match[4]
        if len(year) == 2:
            # With points that may be a version, where points are not how dates are written.
            if mark == "-" or (mark == "." and self._known.figures == "mdy"):
                return None
            year = f"{20 if int(year) < _THIS_CENTURY_UNTIL else 19}{year}"
        day, month = self._ordered(one, other, mark)
        return _valid(day, month, year)

    def _ordered(self, one: int, other: int, mark: str) -> tuple[int, int]:
        """Day and month in the language's order, or in the other one where only that is possible."""
        month_first = self._known.figures == "mdy" and mark != "."
        if month_first and one > len(self._months):
            month_first = False
        elif not month_first and other > len(self._months):
            month_first = True
        return (other, one) if month_first else (one, other)

    def _pointed(self, words: Sequence[str], place: int) -> Form | None:
        """Day and month with points behind both: "am 24.12."."""
        match = _POINTED.fullmatch(core(words[place]))
        if match is None or self._decimal != "," or not words[place].rstrip(",;:!?)").endswith("."):
            return None
        told = at(words, place - 1).lower() in self._known.before or not self._times_are_pointed
        if not told or _valid(int(match[1]), int(match[2]), "") is None:
            return None
        following = words[place + 1] if place + 1 < len(words) else ""
        said = self._short_date(int(match[1]), int(match[2]), at(words, place - 1))
        # The last point is no end of a sentence that goes on.
        return Form(said, short=bool(following) and following[0].islower())

    def _span(self, words: Sequence[str], place: int) -> Form | None:
        """From one day to another: "24.-26.12.", "24.12.–6.1."."""
        match = _SPAN.fullmatch(words[place].rstrip(",;:!?)"))
        if match is None or self._decimal != ",":
            return None
        sides = []
        for side in match.groups():
            parts = [int(part) for part in side.split(".") if part]
            if not 0 < parts[0] <= _MOST_DAYS or (len(parts) > 1 and not 0 < parts[1] <= len(self._months)):
                return None
            said = self.day(parts[0]) if len(parts) == 1 else self._short_date(parts[0], parts[1])
            sides.append(f"{said} {parts[2]}" if len(parts) > 2 else said)
        ended = place + 1 == len(words)
        return Form(f" {self._range} ".join(sides), short=not ended)

    def _slashed(self, words: Sequence[str], place: int) -> Form | None:
        """Day and month by a stroke, where that is no fraction: "on 12/24", "24/12"."""
        match = _SLASHED.fullmatch(core(words[place]))
        if match is None:
            return None
        one, other = int(match[1]), int(match[2])
        before = at(words, place - 1).lower()
        told = before in self._known.before or before.rstrip(".") in self._weekdays
        if one == other or not (told or one > other or other > _LARGEST_PART):
            return None
        day, month = self._ordered(one, other, "/")
        valid = _valid(day, month, "")
        return Form(self._short_date(day, month, before)) if valid else None

    def _short_date(self, day: int, month: int, before: str = "") -> str:
        return self._known.short.format(day=self.day(day, before), month=self._name(month))

    # With the month's name

    def _named(self, words: Sequence[str], place: int) -> Form | None:
        """A day, or two, beside a month."""
        if not joins(words, place):
            return None
        if month := self._month_of(words, place):
            return self._after_month(words, place, month)
        days = self._days_of(words[place])
        month = self._month_of(words, place + 1)
        if not days or not month:
            return None
        if self._known.figures == "dmy":
            said = f" {self._range} ".join(self.day(day, at(words, place - 1)) for day in days)
            return Form(f"{said} {self._name(month)}", 2, short=self._is_short(words, place + 1))
        return self._month_first(words, place + 1, month, days, 2)

    def _after_month(self, words: Sequence[str], place: int, month: int) -> Form | None:
        """English alone says the day as an ordinal number behind the month, and writes it there."""
        days = self._days_of(words[place + 1].rstrip(",.;:!?)"))
        if self._known.figures != "mdy" or not days or not words[place][0].isupper():
            return None
        said = f" {self._range} ".join(self.day(day) for day in days)
        return Form(f"{self._name(month)} {said}", 2)

    def _month_first(
        self, words: Sequence[str], place: int, month: int, days: Sequence[int], count: int
    ) -> Form:
        said = f"{self._name(month)} " + f" {self._range} ".join(self.day(day) for day in days)
        year = at(words, place + 1)
        if _YEAR.fullmatch(year) and words[place][-1] != ".":
            return Form(f"{said}, {year}", count + 1)
        return Form(said, count, short=self._is_short(words, place))

    def _month(self, words: Sequence[str], place: int) -> Form | None:
        """A month's short name beside a number, or two months: "dic. 2026", "Jan.-Mar."."""
        inner = core(words[place])
        sides = [side.rstrip(".").lower() for side in re.split(r"[-–—]", inner)]
        numbers = [self._short.get(side) or self._months.get(side) for side in sides]
        if len(sides) == 2 and all(numbers) and inner[0].isalpha():
            first_name, last_name = (self._name(number or 0) for number in numbers)
            return Form(f"{first_name} {self._range} {last_name}", short=place + 1 < len(words))
        month = self._short.get(inner.lower())
        near = (at(words, place - 1), at(words, place - 2), at(words, place + 1))
        beside = any(text[:1].isdecimal() and len(text) <= len("2026") for text in near)
        return Form(self._name(month), short=place + 1 < len(words)) if month and beside else None

    def _month_of(self, words: Sequence[str], place: int) -> int | None:
        name = at(words, place).lower()
        return self._months.get(name) or self._short.get(name)

    def _is_short(self, words: Sequence[str], place: int) -> bool:
        return at(words, place).lower() in self._short and place + 1 < len(words)

    def _days_of(self, word: str) -> list[int]:
        match = _DAYS.fullmatch(word) or _DAY.fullmatch(word)
        days = [int(day) for day in match.groups()] if match else []
        return days if all(0 < day <= _MOST_DAYS for day in days) else []

    def _name(self, month: int) -> str:
        return self._known.months[month - 1]


def _valid(day: int, month: int, year: str) -> tuple[int, int, str] | None:
    return (day, month, year) if 0 < day <= _MOST_DAYS and 0 < month <= 12 else None


def moment(text: str) -> tuple[str, str] | None:
    """Date and time of "2026-12-24T14:30:00Z" (ISO 8601)."""
    match = _MOMENT.fullmatch(text)
    return (match[1], match[2]) if match else None
