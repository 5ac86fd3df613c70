"""Shorthand that is said in full: abbreviations, Roman numerals, ordinal numbers, decades, and English times.

Weekdays are in `weekdays.py`.
"""

import re
from collections.abc import Sequence

from agent.voice.saying.form import Form, core, first, joins
from agent.voice.saying.form import at as word_at
from parley.languages.schema import Language

_HALF_OF_DAY = re.compile(r"(1[0-2]|0?[1-9])(?:[:.]([0-5]\d))?(?:\s?)([ap])\.?m\.?", re.IGNORECASE)
_ORDINAL = re.compile(r"(\d+)(?:\.?([ºª°])|([a-zè]{1,4}))")
_ROMAN_ORDINAL = re.compile(r"([XVI]+)(e|ème)")
_ROMAN = re.compile(r"(?=[IVX]{2}|[VX])(X{0,3})(IX|IV|V?I{0,3})")
_DECADE = re.compile(r"(\d\d)?(\d0)s")
_YEAR = re.compile(r"(1[1-9])(\d\d(?:er)?)")
_HOURS = re.compile(r"(?:(\d{1,2})[-–—])?(\d{1,2})(?:\.([0-5]\d)|(h))")
_LAST_HOUR = 24
_NOON = 12
_ONES = dict(zip(["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"], range(10), strict=True))


class Shorthand:
    """Knows that of one language."""

    def __init__(self, language: Language) -> None:
        self._known = language.spoken
        self._articles = language.turn.open
        self._ordinal_ends = language.checks.ordinal_ends.phrases

    def at(self, words: Sequence[str], place: int) -> Form | None:
        """The shorthand that begins at a place, if any does."""
        years = (self._hour, self._decade, self._roman)
        ways = (self._abbreviation, self._half_of_day, self._ordinals, self._ordinal, self._pointed, *years)
        return first(ways, words, place)

    def _abbreviation(self, words: Sequence[str], place: int) -> Form | None:
        """Abbreviations of two parts, and those that are none without a number: "z. B.", "No. 5", "Hauptstr. 5"."""
        word, following = words[place], words[place + 1] if place + 1 < len(words) else ""
        inner = core(word)
        if not following or not word.endswith("."):
            return None
        if said := self._known.words.get(f"{inner}.{core(following)}".lower()):
            return Form(said, 2, short=True)
        if following[0].isupper() and (title := self._known.titles.get(inner.lower())):
            return Form(title, short=True)
        if not following[0].isdecimal():
            return None
        for ending, said in self._known.endings.items():
            if inner.lower().endswith(ending) and inner.lower() != ending:
                return Form(inner[: -len(ending)] + said, short=True)
        said = self._known.words.get(f"{inner.lower()}.", "")
        return Form(said, short=True) if said else None

    def _half_of_day(self, words: Sequence[str], place: int) -> Form | None:
        """A time as English writes it, where the day has 24 hours: "9 p.m.", "9:30 PM"."""
        if self._known.halves:
            return None
        for count in (1, 2):
            text = " ".join(words[place : place + count])
            match = _HALF_OF_DAY.fullmatch(text.rstrip(",;:!?"))
            # A plain "am" is a word in German.
            if match is None or (count == 2 and words[place + 1].startswith(("am", "pm"))):
                continue
            hour = int(match[1]) % _NOON + (_NOON if match[3].lower() == "p" else 0)
            return Form(
                self._time(hour, int(match[2] or 0)), count + self._is_clock(words, place + count), short=True
            )
        return None

    def _time(self, hour: int, minute: int) -> str:
        named = self._known.hours[hour] if hour < len(self._known.hours) else ""
        form = (
            self._known.time_full if not minute else self._known.time if minute > 9 else self._known.time_few
        )
        return form.format(hour=named or hour, minute=minute)

    def _is_clock(self, words: Sequence[str], place: int) -> bool:
        return place < len(words) and core(words[place]).lower() in self._known.clock

    def _ordinals(self, words: Sequence[str], place: int) -> Form | None:
        """From one ordinal number in figures to another: "1st-3rd"."""
        sides = re.split("[-–—]", core(words[place]))
        found = [self._ordinal([side], 0) for side in sides]
        if len(found) != 2 or found[0] is None or found[1] is None:
            return None
        return Form(f"{found[0].said} {self._known.range} {found[1].said}")

    def _ordinal(self, words: Sequence[str], place: int) -> Form | None:
        """An ordinal number in figures: "2nd", "3.º", "1ª"."""
        if match := _ROMAN_ORDINAL.fullmatch(core(words[place])):
            whole = _ROMAN.fullmatch(match[1])
            number = 10 * len(whole[1]) + _ONES[whole[2]] if whole else 0
            return self._nth(number) or Form(f"{number}{match[2]}") if whole else None
        match = _ORDINAL.fullmatch(core(words[place]))
        if match is None:
            return None
        if match[3] in self._ordinal_ends:
            return self._nth(int(match[1]))
        names, number = self._known.regnal, int(match[1])
        before = place + 1 < len(words) and words[place + 1][:1].islower()
        if (
            not match[2]
            or match[2] not in self._known.ordinal_marks
            or not 0 < number <= len(names)
            or (match[2] == "°" and not before)
        ):
            return None
        name = names[number - 1]
        if match[2] == "ª":
            return Form(f"{name[:-1]}a")
        return Form(self._known.before_noun.get(name, name) if before else name)

    def _nth(self, number: int) -> Form | None:
        names = self._known.ordinals or self._known.dates.days
        return Form(names[number - 1]) if 0 < number <= len(names) else None

    def _pointed(self, words: Sequence[str], place: int) -> Form | None:
        """An ordinal number with a point behind the words that lead to one: "im 3. Stock"."""
        dates, before = self._known.dates, word_at(words, place - 1).lower()
        match = re.fullmatch(r"(\d{1,2})\.", words[place])
        if match is None or place + 1 == len(words) or before not in dates.oblique | dates.nominative:
            return None
        number = int(match[1])
        if not 0 < number <= len(dates.days):
            return None
        name = dates.days[number - 1]
        return Form(name.removesuffix("n") if before in dates.nominative else name, short=True)

    def _hour(self, words: Sequence[str], place: int) -> Form | None:
        """A time without what makes it one in German, behind what leads to it: "um 14.30", "Mo-Fr 9-17h"."""
        before = core(word_at(words, place - 1)).lower().split("-")[-1]
        match = _HOURS.fullmatch(core(words[place]))
        if match is None or before not in self._known.clock_before or not (match[3] or match[4]):
            return None
        first_hour, last_hour, minute = match[1], int(match[2]), int(match[3] or 0)
        if last_hour > _LAST_HOUR:
            return None
        said = self._time(last_hour, minute)
        count = 1 + (self._is_clock(words, place + 1) and joins(words, place))
        return Form(f"{first_hour} {self._known.range} {said}" if first_hour else said, count)

    def _decade(self, words: Sequence[str], place: int) -> Form | None:
        """Ten years: "the 1990s", "the '90s"; 1999 and "1990er", where hundreds are counted."""
        inner = core(words[place]).lstrip("'’")
        if (match := _DECADE.fullmatch(inner)) and match[2] in self._known.decades:
            return Form(f"{match[1] or ''} {self._known.decades[match[2]]}".lstrip())
        hundreds = self._known.dates.hundreds
        match = _YEAR.fullmatch(inner)
        following = word_at(words, place + 1)
        counted = following in self._known.currencies or following.lower() in self._known.units
        if match is None or not hundreds or counted:
            return None
        return Form(f"{match[1]} {hundreds} {match[2].removeprefix('0').removeprefix('0')}".rstrip())

    def _roman(self, words: Sequence[str], place: int) -> Form | None:
        """A ruler's or a chapter's number: "Henry VIII", "Chapter IV"."""
        if not place:
            return None
        match = _ROMAN.fullmatch(core(words[place]))
        before = words[place - 1]
        if match is None or core(before) != before:
            return None
        number = 10 * len(match[1]) + _ONES[match[2]]
        if before.lower() in self._known.numbered:
            return Form(str(number))
        if len(match[0]) < 2 or not before[:1].isupper() or before.lower() in self._articles:
            return None
        regnal = self._known.regnal
        return Form(regnal[number - 1] if number <= len(regnal) else str(number))
