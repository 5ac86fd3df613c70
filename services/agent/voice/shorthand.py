"""Shorthand that is said in full: abbreviations, Roman numerals, ordinal numbers in figures, and English times."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from parley.languages.schema import Language


@dataclass(frozen=True, slots=True)
class Form:
    """What some words are said as, without the marks after the last one."""

    said: str
    words: int = 1
    short: bool = False
    """Whether a point behind it is that of an abbreviation."""


_MARKS = re.compile(r"""["'(\[“‘«¿¡]*(.*?)[,.;:!?…"')\]”’»]*""", re.DOTALL)
_HALF_OF_DAY = re.compile(r"(1[0-2]|0?[1-9])(?:[:.]([0-5]\d))?(?:\s?)([ap])\.?m\.?", re.IGNORECASE)
_ORDINAL = re.compile(r"(\d+)(?:\.?([ºª°])|([a-z]{2}))")
_ROMAN_ORDINAL = re.compile(r"([XVI]+)(e|ème)")
_ROMAN = re.compile(r"(?=[IVX]{2}|[VX])(X{0,3})(IX|IV|V?I{0,3})")
_NOON = 12
_ONES = dict(zip(["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"], range(10), strict=True))


def core(word: str) -> str:
    """A word without the marks around it."""
    match = _MARKS.fullmatch(word)
    return match[1] if match else word


class Shorthand:
    """Knows that of one language."""

    def __init__(self, language: Language) -> None:
        self._known = language.spoken
        self._articles = language.turn.open
        self._ordinal_ends = language.checks.ordinal_ends.phrases

    def at(self, words: Sequence[str], place: int) -> Form | None:
        """The shorthand that begins at a place, if any does."""
        ways = (self._abbreviation, self._half_of_day, self._ordinal, self._roman)
        return next((form for way in ways if (form := way(words, place))), None)

    def _abbreviation(self, words: Sequence[str], place: int) -> Form | None:
        """Abbreviations of two parts, and those that are none without a number: "z. B.", "No. 5", "Hauptstr. 5"."""
        first, following = words[place], words[place + 1] if place + 1 < len(words) else ""
        inner = core(first)
        if not following or not first.endswith("."):
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

    def _ordinal(self, words: Sequence[str], place: int) -> Form | None:
        """An ordinal number in figures: "2nd", "3.º", "1ª"."""
        if match := _ROMAN_ORDINAL.fullmatch(core(words[place])):
            whole = _ROMAN.fullmatch(match[1])
            return Form(f"{10 * len(whole[1]) + _ONES[whole[2]]}{match[2]}") if whole else None
        match = _ORDINAL.fullmatch(core(words[place]))
        if match is None:
            return None
        if match[3] in self._ordinal_ends:
            days, number = self._known.dates.days, int(match[1])
            return Form(days[number - 1]) if 0 < number <= len(days) else None
        names, number = self._known.regnal, int(match[1])
        before = place + 1 < len(words) and words[place + 1][:1].islower()
        if (
            not match[2]
            or match[2] not in self._known.ordinal_marks
            or not 0 < number <= len(names)
            or not before
        ):
            return None
        name = names[number - 1]
        return Form(f"{name[:-1]}a" if match[2] == "ª" else self._known.before_noun.get(name, name))

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
