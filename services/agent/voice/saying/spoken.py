"""How written words are said: prices, times, dates, units, addresses. Word by word, so that heard words can be counted.

Amounts are left as figures: the voices say them, in every language. What they cannot know is the rest: that 4,99 € is
four euros ninety-nine, 1 Uhr no "eins", and 44179 the number of an order, whose digits are said one by one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from agent.voice.saying.dialled import dialled, digits
from agent.voice.saying.forms import Forms
from parley import languages
from parley.languages.schema import Language
from parley.languages.types import any_of


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is written and as it is said; `said` may be several words, or none."""

    written: str
    said: str


_EDGES = re.compile(r"""^(["'(\[“‘«]*)(.*?)([,.;:!?…"')\]”’»]*)$""", re.DOTALL)
_OPENING = "¿¡"
_HALF = re.compile(r"^(\d{1,2})(am|pm)$", re.IGNORECASE)
_RANGE = re.compile(r"^([$€£]?[\d:.,]+)[-–—]([$€£]?[\d:.,]+)$")
_DASHES = frozenset("-–—")
_FROM = re.compile(r"^\(?\D?\d[\d.:,]*$")
_TO = re.compile(r"^\D?\d")
_NOON = 12
_MINUS = frozenset("-−–")
_NEGATIVE = re.compile(r"^(?:[-−–]\D{0,3}|[$€£][-−])\d")
_NO_UNITS = frozenset("afGHMST")
"""Letters that are units in the other case only: 5G, 10 a day, a size M."""
_ROUND = "00"
"""With this at its end a long number is an amount."""
_LONGEST_AMOUNT = 15
"""Larger ones have no name that a voice knows: their digits are said."""
_BEFORE_THOUSANDS = re.compile(r"(?<=\d)(?=(?:\d{3})+$)")
_FEW = 10


def words(text: str, language: str = languages.DEFAULT) -> list[Word]:
    """The words of a text with how each is said; marks of punctuation stay on the last said word.

    In a language that has no file each is said as it is written.
    """
    written = text.split()
    if language not in languages.codes():
        return [Word(word, word) for word in written]
    reader = _reader(language)
    found: list[Word] = []
    groups = list(_groups(written))
    texts = ["".join(group) for group in groups]
    place = 0
    while place < len(texts):
        said, count = reader.said(texts, place)
        if not said and found:
            _end(found, texts[place])
        # What the first word says of the others is all of them, as the € of "4,99 €".
        parts = [part for group in groups[place : place + count] for part in group]
        found += [Word(parts[0], said), *(Word(part, "") for part in parts[1:])]
        place += count
    return found


def _groups(written: Sequence[str]) -> Iterator[list[str]]:
    """Words; a dash alone between two numbers, and these, are read as one: "9:00 – 17:00"."""
    place = 0
    while place < len(written):
        group = list(written[place : place + 3])
        if not (len(group) > 2 and group[1] in _DASHES and _FROM.match(group[0]) and _TO.match(group[2])):
            del group[1:]
        yield group
        place += len(group)


def _end(found: list[Word], word: str) -> None:
    """Put the marks of a word that is not said to the last one that is."""
    place = next((n for n in range(len(found) - 1, -1, -1) if found[n].said), None)
    if place is not None and found[place].said[-1:].isalnum():
        found[place] = Word(found[place].written, found[place].said + _marks(word))


def _marks(word: str) -> str:
    match = _EDGES.match(word)
    return "".join(c for c in match[3] if c in ",.;:!?…") if match else ""


@cache
def _reader(language: str) -> "_Reader":
    return _Reader(languages.get(language))


class _Reader:
    """Says words as a language's file tells."""

    def __init__(self, language: Language) -> None:
        self._known = known = language.spoken
        # Said in full, they keep nothing of a point that ends no sentence.
        self._shortened = language.sentences.abbreviations & known.words.keys()
        between = "," if known.decimal == "." else "."
        decimal = re.escape(known.decimal)
        whole = rf"\d{{1,3}}(?:{re.escape(between)}\d{{3}})+|\d+"
        signs = any_of(known.currencies)
        self._between = between
        marks = re.escape(known.time_marks)
        self._clock = re.compile(rf"^(\d|[01]\d|2[0-4])[{marks}h]([0-5]\d)(am|pm|h)?$", re.IGNORECASE)
        self._dotted = re.compile(r"^(\d|[01]\d|2[0-4])\.([0-5]\d)(am|pm|h)?$", re.IGNORECASE)
        self._price = re.compile(
            rf"^(?P<sign>{signs})?(?P<whole>{whole})(?:{decimal}(?P<part>\d\d))?(?P<after>{signs})?$"
        )
        self._unit = re.compile(
            rf"^(\d+(?:{decimal}\d+)?)({'|'.join(map(re.escape, known.units))})$", re.IGNORECASE
        )
        self._thousands = re.compile(rf"^\d{{1,3}}(?:{re.escape(between)}\d{{3}})+(?:{decimal}\d+)?$")
        self._forms = Forms(
            language, lambda text: " ".join(w.said for w in words(text, language.code) if w.said)
        )

    def said(self, words: Sequence[str], place: int) -> tuple[str, int]:
        """How the word at a place is said, and how many words that says, itself among them."""
        if form := self._forms.at(words, place):
            end = place + form.words
            marks = _marks(words[end - 1])
            return form.said + (
                marks.removeprefix(".") if form.short and end < len(words) else marks
            ), form.words
        following = words[place + 1] if place + 1 < len(words) else ""
        said, both = self._word(words[place], following)
        return (said + _marks(following) if both and said[-1:].isalnum() else said), 1 + both

    def _word(self, word: str, following: str) -> tuple[str, bool]:
        """How a word is said, and whether that says the following one, too."""
        match = _EDGES.match(word.lstrip(_OPENING))
        assert match is not None  # every part of the pattern may be empty
        _, core, closing = match.groups()
        if (
            core.replace(".", "").isdigit()
            and closing.startswith(('"', "″"))
            and closing[0] in self._known.units
        ):
            core, closing = core + closing[0], closing[1:]  # 14" is a size, not the end of a quotation
        next_core = _core_of(following)
        if not closing and (price := self._price_in_words(core, next_core)):
            return price, True
        if not closing and (unit := self._unit_in_words(core, next_core)):
            return unit, True
        said = self._core(core, following)
        marks = "".join(c for c in closing if c in ",.;:!?…")
        if core.lower() in self._shortened and following:
            marks = marks.removeprefix(".")
        if "." in core and core.lower() in self._known.halves and marks.startswith("."):
            marks = marks[1:] if len(marks) > 1 else ("." if not following or following[0].isupper() else "")
        full = not closing and next_core.lower() in self._known.clock and self._is_time(core, following)
        return (f"{said}{marks}" if said else ""), full

    def _core(self, core: str, following: str) -> str:
        low = core.lower()
        if low in self._known.halves and ("." in core or core.isupper()):  # "I am" is none
            return self._known.halves[low]
        if low in self._known.words:
            said = self._known.words[low]
            # "9 o'clock Uhr", as a model may write in German.
            return "" if said and said == _core_of(following) else said
        if (m := self._price.match(core)) and (sign := m["sign"] or m["after"]):
            return self._price_of(sign, m["whole"], m["part"])
        if m := self._time_in(core, following):
            return self._time(int(m[1]), m[2], m[3] or "", following)
        return self._number(core, following) or self._plain(core)

    def _number(self, core: str, following: str) -> str | None:
        if found := self._full_hour(core) or dialled(core):
            return found
        if _NEGATIVE.match(core):
            return f"{self._known.minus} {self._core(re.sub('[-−–]', '', core, count=1), following)}"
        if m := _RANGE.match(core):
            return self._span(m[1], m[2], following)
        if (m := self._unit.match(core)) and _is_unit(m[2]):
            return self._quantity(m[1], m[2].lower())
        if core.isdecimal() and len(core) > self._known.most_counted:
            amount = core.endswith(_ROUND) and len(core) <= _LONGEST_AMOUNT
            return self._with_thousands(core) if amount else digits(core)
        return core.replace(self._between, self._known.thousands) if self._thousands.match(core) else None

    def _span(self, first: str, last: str, following: str) -> str:
        """From one number to another; a currency before the first is said after the last."""
        sign = first[:1]
        if sign in self._known.currencies and last[0].isdigit():
            first, last = first[1:], sign + last
        else:
            first = self._core(first, following)
        return f"{first} {self._known.range} {self._core(last, following)}"

    def _with_thousands(self, number: str) -> str:
        return _BEFORE_THOUSANDS.sub(self._known.thousands, number)

    def _plain(self, core: str) -> str:
        for sign in "&/":
            core = core.replace(sign, f" {self._known.words.get(sign, '')} ")
        return " ".join(core.replace("_", " ").replace("’", "'").lstrip("-–—").split())

    # Money and measures

    def _price_in_words(self, core: str, following: str) -> str | None:
        """An amount before the sign or the code of its currency."""
        m = self._price.match(core)
        if following not in self._known.currencies:
            return None
        if core[:1] in _MINUS and (price := self._price_in_words(core[1:], following)):
            return f"{self._known.minus} {price}"
        if span := _RANGE.match(core):
            last = self._price_in_words(span[2], following)
            return last and f"{span[1]} {self._known.range} {last}"
        if m is None or m["sign"] or m["after"]:
            return None
        return self._price_of(following, m["whole"], m["part"])

    def _price_of(self, sign: str, whole: str, part: str | None) -> str:
        one, many, cent, cents = self._known.currencies[sign]
        whole = whole.replace(self._between, "")
        amount = one if whole == "1" else f"{self._with_thousands(whole)} {many}"
        if part is None or part == "00":
            return amount
        small = cent if int(part) == 1 else f"{int(part)} {cents}"
        if whole == "0":
            return small
        form = self._known.price if int(part) >= _FEW else self._known.price_few
        return form.format(whole=amount, part=int(part), cents=small)

    def _unit_in_words(self, core: str, following: str) -> str | None:
        """A number before the sign of its unit, where that is no word."""
        unit = following.lower()
        if unit not in self._known.units or not _is_unit(following):
            return None
        if (span := _RANGE.match(core)) and span[2].isdigit():
            return f"{span[1]} {self._known.range} {self._quantity(span[2], unit)}"
        if core[:1] in _MINUS and (quantity := self._unit_in_words(core[1:], following)):
            return f"{self._known.minus} {quantity}"
        return self._quantity(core, unit) if core.replace(self._known.decimal, "").isdigit() else None

    def _quantity(self, number: str, unit: str) -> str:
        one, many = self._known.units[unit]
        return one if number == "1" else f"{number} {many}"

    # Times and dates

    def _time_in(self, core: str, following: str) -> re.Match[str] | None:
        """Hour, minute and half of the day; a point between them makes a time before "Uhr" only."""
        if m := self._clock.match(core):
            return m
        after = _core_of(following).lower()
        m = self._dotted.match(core)
        return m if m and (m[3] or after in self._known.clock or after in self._known.halves) else None

    def _is_time(self, core: str, following: str) -> bool:
        """Whether a word is a time, or a range that ends with one."""
        span = _RANGE.match(core)
        return self._time_in(span[2] if span else core, following) is not None

    def _time(self, hour: int, minute: str, half: str, following: str) -> str:
        said = self._hour(hour)
        after = f" {self._known.halves[half.lower()]}" if half.lower() in self._known.halves else ""
        if self._known.time_late and not hour:
            said, after = str(_NOON), after or f" {self._known.halves['am']}"
        if minute != "00":
            form = self._known.time if int(minute) >= _FEW else self._known.time_few
            return form.format(hour=said, minute=int(minute)) + after
        if after or _core_of(following).lower() in self._known.halves:
            return f"{said}{after}"
        if self._known.time_late and hour > _NOON:
            return self._known.time_late.format(hour=hour - _NOON)
        return self._known.time_full.format(hour=said)

    def _full_hour(self, core: str) -> str | None:
        """An hour and a half of the day: "9am"."""
        m = _HALF.match(core)
        half = self._known.halves.get(m[2].lower()) if m else None
        return f"{m[1]} {half}" if m and half else None

    def _hour(self, hour: int) -> str:
        named = self._known.hours[hour] if hour < len(self._known.hours) else ""
        return named or str(hour)


def _core_of(word: str) -> str:
    match = _EDGES.match(word)
    return match[2] if match else word


def _is_unit(sign: str) -> bool:
    return sign not in _NO_UNITS
