"""The words of a date, as a language's file names them; what day they are is reckoned in `dates.py`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from gateway.values.numbers import figures
from parley import languages
from parley.languages.said import made_of, plain
from parley.languages.schema import Language
from parley.languages.types import Phrases, any_of

_FIGURES = re.compile(r"(?<!\d)(\d{1,4})\s?[./-]\s?(\d{1,2})(?:\s?[./-]\s?(\d{4}|\d{2}))?\.?(?!\d)")
_ORDINAL = "º"
"""Behind the figures of a day that was said as an ordinal number."""
_DAYS, _MONTHS = 31, 12
_CENTURIES = (19, 20)
_YEARS = range(1000, 3000)
_TEN, _HUNDRED = 10, 100
_PAIR = 2
"""Numbers of a year that is said in two: "nineteen eighty-four"."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of a date."""

    day: int | None = None
    month: int | None = None
    year: int | None = None
    """In four figures or in two."""
    weekday: int | None = None
    """From Monday, 0."""
    ahead: int | None = None
    """Days from today."""
    months: int | None = None
    """Months from this one; without a day..."""
    counted: bool = False
    """... that of today, where they were counted: "in two months"."""
    since: bool = False
    """Whether they are counted from the weekday."""
    next: bool = False
    """That of the next week, or..."""
    after_next: bool = False
    """That of the week after it, or..."""
    last: bool = False
    """... the one that was."""


def told(text: str, language: str = languages.DEFAULT) -> Told:
    """What of a date the words tell; nothing of it when there is none."""
    return _reader(language).told(text)


@cache
def _reader(language: str) -> "_Reader":
    return _Reader(languages.get(language))


class _Reader:
    """Reads the dates of one language."""

    def __init__(self, language: Language) -> None:
        self._code = language.code
        self._hours = language.hours
        self._telling = language.telling
        self._known = language.telling.days
        self._around = Phrases(tuple(language.spoken.dates.before))
        self._dates = language.spoken.dates
        names = "|".join(re.escape(month.lower()) for month in self._dates.months)
        # "March", "Mar", "Sept": a recogniser shortens some.
        self._month = re.compile(rf"(?<!\w)(?:{names})(?!\w)")
        self._short = {month.lower()[:3]: n for n, month in enumerate(self._dates.months, 1)}
        self._ordinals = ordinals(language)
        ends = "|".join(re.escape(end) for end in language.checks.ordinal_ends.phrases)
        self._ends = re.compile(rf"(?<!\w)(\d{{1,2}})(?:{ends or '(?!)'})(?!\w)")

    def told(self, text: str) -> Told:
        """See told."""
        if (found := self._in_figures(text)) is not None:
            return found
        said = plain(text)
        new = self._relative(said)
        if (away := self._months_ahead(said)) is not None:
            return self._in_month(*away, new)
        if new.ahead is not None and new.weekday is None:
            return new
        for day, names in self._hours.feasts.items():
            if names.within(said):
                feast, number = map(int, day.split("-"))
                return replace(new, day=number, month=feast, weekday=None)
        month = self._named_month(said)
        if new.weekday is None and month is None and not self._is_day(text, said):
            return new
        return self._numbers(said, replace(new, month=month))

    def _in_figures(self, text: str) -> Told | None:
        """A date that a recogniser has written in figures, in the order of the language or of ISO 8601."""
        match = _FIGURES.search(text)
        if match is None or (match[3] is None and "-" in match[0]):
            return None
        first, second, third = match.groups()
        if len(first) == 4:
            return Told(year=int(first), month=int(second), day=int(third)) if third else None
        day, month = (
            (second, first) if self._dates.figures == "mdy" and "." not in match[0] else (first, second)
        )
        if int(month) > _MONTHS:
            day, month = month, day
        return Told(day=int(day), month=int(month), year=int(third) if third else None)

    def _relative(self, said: str) -> Told:
        weekday = next((n for n, names in enumerate(self._hours.weekdays) if names.within(said)), None)
        new = Told(
            weekday=weekday,
            next=self._known.next.within(said) or self._known.next_week.within(said),
            after_next=self._known.after_next.within(said),
            last=self._known.last.within(said),
        )
        if (counted := self._counted(said, self._known.units)) is not None:
            return replace(new, ahead=counted[0], since=self._known.since.within(said))
        # "Heute in einer Woche" is a week from now, "heute" today; "übermorgen" has "morgen" in it, and is none.
        for days, names in (
            (2, self._hours.after_tomorrow),
            (0, self._hours.today),
            (1, self._hours.tomorrow),
            (-1, self._known.yesterday),
        ):
            # "Por la mañana", "am Morgen" is no day.
            if names.within(self._hours.early.left_out(said) if days == 1 else said) and weekday is None:
                return replace(new, ahead=days)
        return new

    def _months_ahead(self, said: str) -> tuple[int, bool, str] | None:
        """Months from this one, whether they were counted, and what else was said: "the first of next month"."""
        known = self._known
        for months, names in ((1, known.next_month), (0, known.this_month), (-1, known.last_month)):
            if names.within(said):
                return months, False, names.left_out(said)
        counted = self._counted(said, known.month_units)
        return None if counted is None else (counted[0], True, counted[1])

    def _in_month(self, months: int, counted: bool, rest: str, new: Told) -> Told:
        """A day of a month that is told by how far away it is."""
        day = self._numbers(rest, Told()).day
        return Told(weekday=new.weekday, months=months, counted=counted, day=day)

    def _counted(self, said: str, units: Mapping[str, int]) -> tuple[int, str] | None:
        """How much is counted from today or a weekday, and what else was said: "in two weeks", "vor drei Tagen"."""
        one = any_of(self._known.one)
        in_figures = figures(said, self._code)
        match = re.search(rf"(?<!\S)(\d{{1,3}}|{one}) ({any_of(units)})(?!\S)", in_figures)
        if match is None:
            return None
        before, after = said.split(match[2], maxsplit=1)[0], said.rsplit(match[2], maxsplit=1)[-1]
        ahead = self._known.ahead.within(before) or self._known.since.within(after)
        behind = self._known.behind.within(said)
        if not (ahead or behind):
            return None
        count = (int(match[1]) if match[1].isdecimal() else 1) * units[match[2]]
        rest = f"{in_figures[: match.start()]}{in_figures[match.end() :]}"
        return -count if behind else count, rest

    def _named_month(self, said: str) -> int | None:
        # The last of several: "maybe the ninth of April" is heard as "May be" by some recognisers.
        if found := self._month.findall(said):
            return [month.lower() for month in self._dates.months].index(found[-1]) + 1
        return next((self._short[word[:3]] for word in said.split() if self._is_short(word)), None)

    def _is_short(self, word: str) -> bool:
        return (
            word[:3] in self._short
            and len(word) <= 4
            and any(month.lower().startswith(word) for month in self._dates.months)
        )

    def _is_day(self, text: str, said: str) -> bool:
        """Whether numbers alone are days or years: said as such, or all that was said."""
        if _ORDINAL in self._with_ordinals(said) or re.fullmatch(r"\D*\d{1,4}\W*", text) is not None:
            return True
        numbers = [int(word) for word in figures(said, self._code).split() if word.isdecimal()]
        if len(numbers) == 1 and numbers[0] <= _DAYS and self._alone(said):
            return True
        pair = len(numbers) == _PAIR and numbers[0] in _CENTURIES and _DAYS < numbers[1] < _HUNDRED
        return pair or any(number in _YEARS for number in numbers)

    def _alone(self, said: str) -> bool:
        """Whether nothing but a number is said, with what may stand around it: "le quatorze, s'il vous plaît"."""
        rest = " ".join(w for w in figures(said, self._code).split() if not w.isdecimal())
        return made_of(rest, self._around, self._telling.around, self._telling.nearly)

    def _with_ordinals(self, said: str) -> str:
        for name, day in self._ordinals:
            said = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", f"{day}{_ORDINAL}", said)
        return self._ends.sub(rf"\1{_ORDINAL}", said)

    def _numbers(self, said: str, new: Told) -> Told:
        """Day, year and a month in figures among the numbers that were said."""
        words = figures(self._with_ordinals(said), self._code).split()
        found = [
            (int(w.rstrip(_ORDINAL)), _ORDINAL in w)
            for w in words
            if re.fullmatch(rf"\d{{1,4}}{_ORDINAL}?", w)
        ]
        numbers, year = _year(_joined(found), named=new.month is not None)
        days = [n for n, ordinal in numbers if ordinal] or [n for n, _ in numbers]
        others = [n for n, _ in numbers if n not in days[:1]]
        month = new.month
        if month is None and len(numbers) > 1:
            # Two ordinals are day and month in every language: "the third of the fourth".
            month = next((n for n in [*days[1:], *others] if 1 <= n <= _MONTHS), None)
        elif month is not None and year is None and others:
            year = others[-1]
        day = days[0] if days and 1 <= days[0] <= _DAYS else None
        return replace(new, day=day, month=month, year=year)


def _joined(found: list[tuple[int, bool]]) -> list[tuple[int, bool]]:
    """Numbers with tens and an ordinal unit as one: "thirty-second" is no day."""
    joined: list[tuple[int, bool]] = []
    for number, ordinal in found:
        if ordinal and number < _TEN and joined and joined[-1] in ((20, False), (30, False)):
            joined[-1] = (joined[-1][0] + number, True)
        else:
            joined.append((number, ordinal))
    return joined


def _year(found: list[tuple[int, bool]], *, named: bool) -> tuple[list[tuple[int, bool]], int | None]:
    """The numbers without the year, and the year: "1984", "19 84", "19 0 4"; `named`: the month has a name."""
    plain_ones = [n for n, ordinal in found if not ordinal]
    whole = next((n for n in plain_ones if n in _YEARS), None)
    if whole is not None:
        return [f for f in found if f[0] != whole], whole
    values = [n if not ordinal else -1 for n, ordinal in found]
    needed = 1 if named else 2
    if len(found) >= needed + 3 and values[-3] in _CENTURIES and values[-2] == 0 and 0 <= values[-1] < 10:
        return found[:-3], values[-3] * _HUNDRED + values[-1]
    if len(found) >= needed + 2 and values[-2] in _CENTURIES and 0 <= values[-1] < _HUNDRED:
        return found[:-2], values[-2] * _HUNDRED + values[-1]
    if not named and len(found) == needed + 1:
        return found[:-1], values[-1] if values[-1] >= 0 else None
    # "Nein, neunzehn vierundachtzig": a year alone.
    if len(found) == 2 and not named and values[0] in _CENTURIES and values[1] > _DAYS:
        return [], values[0] * _HUNDRED + values[1]
    return found, None


def ordinals(language: Language) -> list[tuple[str, int]]:
    """Names of days of a month with their figures, the longest first."""
    found: dict[str, int] = {}
    for number, names in enumerate(language.numerals.ordinals, 1):
        found |= {name: number for name in names.phrases if name.isalpha()}
    for number, name in enumerate(language.spoken.dates.days, 1):
        low = plain(name)
        found[low] = number
        if low.endswith("ten"):  # "der erste", "ein zwölfter"
            found |= {low[:-1] + end: number for end in ("", "r", "s")}
    return sorted(found.items(), key=lambda item: -len(item[0]))
