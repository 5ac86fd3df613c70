"""How written words are said: prices, times, dates, units, addresses. Word by word, so that heard words can be counted.

Amounts are left as figures: the voices say them, in every language. What they cannot know is the rest: that 4,99 € is
four euros ninety-nine, 1 Uhr no "eins", and 44179 the number of an order, whose digits are said one by one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from agent.voice.dialled import dialled, digits
from agent.voice.forms import Forms
from parley import languages
from parley.languages.schema import Language


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is written and as it is said; `said` may be several words, or none."""

    written: str
    said: str


_EDGES = re.compile(r"""^(["'(\[“‘«]*)(.*?)([,.;:!?…"')\]”’»]*)$""", re.DOTALL)
_OPENING = "¿¡"
_HALF = re.compile(r"^(\d{1,2})(am|pm)$", re.IGNORECASE)
_RANGE = re.compile(r"^([$€£]?[\d:.,]+)[-–—]([$€£]?[\d:.,]+)$")
_ISO_DATE = re.compile(r"^(\d{4})-(\d\d)-(\d\d)$")
_DATE = re.compile(r"^(\d{1,2})([./])(\d{1,2})\2(\d{4})$")
_DAY_AND_MONTH = re.compile(r"^(\d{1,2})\.(\d{1,2})$")
_DAY = re.compile(r"^\d{1,2}$")
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
    place = 0
    while place < len(written):
        said, count = reader.said(written, place)
        if not said and found:
            _end(found, written[place])
        # What the first word says of the others is all of them, as the € of "4,99 €".
        found += [Word(written[place], said), *(Word(w, "") for w in written[place + 1 : place + count])]
        place += count
    return found


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
        signs = "|".join(re.escape(sign) for sign in known.currencies)
        self._between = between
        marks = re.escape(known.time_marks)
        self._clock = re.compile(rf"^(\d|[01]\d|2[0-4])[{marks}]([0-5]\d)(am|pm|h)?$", re.IGNORECASE)
        self._dotted = re.compile(r"^(\d|[01]\d|2[0-4])\.([0-5]\d)()$")
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
        self._months = frozenset(month.lower() for month in known.dates.months)

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
        if closing == "." and (day := self._day_of_month(core, following)):
            return day if following else f"{day}.", False
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
        if found := self._date(core) or self._full_hour(core) or dialled(core):
            return found
        if core[:1] in "-−" and core[1:2].isdigit():
            return f"{self._known.minus} {self._core(core[1:], following)}"
        if m := _RANGE.match(core):
            return self._span(m[1], m[2], following)
        if m := self._unit.match(core):
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
            first = self._core(first, "")
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
        if (span := _RANGE.match(core)) and span[2].isdigit() and unit in self._known.units:
            return f"{span[1]} {self._known.range} {self._quantity(span[2], unit)}"
        alone = core.replace(self._known.decimal, "").isdigit() and unit in self._known.units
        return self._quantity(core, unit) if alone else None

    def _quantity(self, number: str, unit: str) -> str:
        one, many = self._known.units[unit]
        return one if number == "1" else f"{number} {many}"

    # Times and dates

    def _time_in(self, core: str, following: str) -> re.Match[str] | None:
        """Hour, minute and half of the day; a point between them makes a time before "Uhr" only."""
        if m := self._clock.match(core):
            return m
        return self._dotted.match(core) if _core_of(following).lower() in self._known.clock else None

    def _is_time(self, core: str, following: str) -> bool:
        """Whether a word is a time, or a range that ends with one."""
        span = _RANGE.match(core)
        return self._time_in(span[2] if span else core, following) is not None

    def _time(self, hour: int, minute: str, half: str, following: str) -> str:
        said = self._hour(hour)
        after = f" {self._known.halves[half.lower()]}" if half.lower() in self._known.halves else ""
        if minute != "00":
            form = self._known.time if int(minute) >= _FEW else self._known.time_few
            return form.format(hour=said, minute=int(minute)) + after
        if after or _core_of(following).lower() in self._known.halves:
            return f"{said}{after}"
        return self._known.time_full.format(hour=said)

    def _full_hour(self, core: str) -> str | None:
        """An hour and a half of the day: "9am"."""
        m = _HALF.match(core)
        half = self._known.halves.get(m[2].lower()) if m else None
        return f"{m[1]} {half}" if m and half else None

    def _hour(self, hour: int) -> str:
        named = self._known.hours[hour] if hour < len(self._known.hours) else ""
        return named or str(hour)

    def _date(self, core: str) -> str | None:
        """A date in figures; None where there is no such day."""
        if m := _ISO_DATE.match(core):
            year, month, day = m.groups()
        elif m := _DATE.match(core):
            first, _, second, year = m.groups()
            day, month = (first, second) if self._known.dates.figures == "dmy" else (second, first)
        else:
            return None
        if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
            return None
        dates = self._known.dates
        return dates.said.format(day=self._day(int(day)), month=dates.months[int(month) - 1], year=year)

    def _day_of_month(self, core: str, following: str) -> str | None:
        """The day in "24. Dezember", or the whole of "24.12." within a sentence: the point is no end of it."""
        if _DAY.match(core) and _core_of(following).lower() in self._months:
            return self._day(int(core))
        m = _DAY_AND_MONTH.match(core)
        if m is None or not 1 <= int(m[2]) <= len(self._months):
            return None
        if following and not following[0].islower():
            return None
        dates = self._known.dates
        return dates.short.format(day=self._day(int(m[1])), month=dates.months[int(m[2]) - 1])

    def _day(self, day: int) -> str:
        days = self._known.dates.days
        return days[day - 1] if 1 <= day <= len(days) else str(day)


def _core_of(word: str) -> str:
    match = _EDGES.match(word)
    return match[2] if match else word
