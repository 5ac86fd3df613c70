"""Amounts in short: millions, thousands, cents, what something costs for another thing, fractions, spans of amounts."""

import math
import re
from collections.abc import Callable, Sequence

from agent.voice.saying.form import Form, at, core, first, joins
from parley.languages.schema import Language
from parley.languages.types import any_of

_FRACTION = re.compile(r"(\d+)/(\d+)")
_RATED = re.compile(r"(\d+(?:[.,]\d+)?)/(10|100|5)")
_VULGAR = re.compile(r"(\d*)([½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞])")
_VULGAR_FRACTIONS = dict(
    zip(
        "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞",
        [
            "1/2",
            "1/3",
            "2/3",
            "1/4",
            "3/4",
            "1/5",
            "2/5",
            "3/5",
            "4/5",
            "1/6",
            "5/6",
            "1/8",
            "3/8",
            "5/8",
            "7/8",
        ],
        strict=True,
    )
)
_RATE = re.compile(r"([^/]*)/([^\W\d_]+|m²)")
_SPAN = re.compile(r"([^-–—]*\d[^-–—\d]*)[-–—](\D{0,4}\d.*)")
_BY = re.compile(r"\d+(?:[.,]\d+)?(?:[x×]\d+(?:[.,]\d+)?)+\D*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_LARGEST_NUMERATOR = 10
_SEASON = re.compile(r"((?:19|20)\d\d)([-–/])((?:\d\d){1,2})")


class Amounts:
    """Knows those of one language."""

    def __init__(self, language: Language, say: Callable[[str], str]) -> None:
        """`say` tells how a part of an amount is said."""
        self._known = known = language.spoken
        self._say = say
        self._between = "," if known.decimal == "." else "."
        signs = any_of(known.currencies)
        self._large_of = re.compile(rf"({signs})?(\d+(?:[.,]\d+)?)([^\W\d_]*?)({signs})?")
        self._units = {*known.units, *known.thousand, *known.millions}
        self._cents = re.compile(rf"(\d{{1,2}})({any_of(known.cents)})")
        self._sided = re.compile(rf"({signs})?([\d.,]+)(.*)")

    def at(self, words: Sequence[str], place: int) -> Form | None:
        """The one that begins at a place, if one does."""
        ways = (self._number_of, self._small, self._rate, self._season, self._rating, self._vulgar)
        return first((self._spaced, *ways, self._fraction, self._spans, self._sides), words, place)

    def _spaced(self, words: Sequence[str], place: int) -> Form | None:
        """An amount with spaces between thousands: "1 250,50 €"."""
        if self._between != "." or not re.fullmatch(r"\d{1,3}", words[place]) or words[place] == "0":
            return None
        count = 1
        while place + count < len(words) and joins(words, place + count - 1):
            if not re.fullmatch(r"\d{3}(?:,\d+)?", at(words, place + count)):
                break
            count += 1
        following = at(words, place + count) if joins(words, place + count - 1) else ""
        counted = following in self._known.currencies or following.lower() in self._known.units
        if count == 1:
            return None
        number = "".join(core(word) for word in words[place : place + count])
        return Form(self._say(f"{number} {following}" if counted else number), count + counted)

    # Money

    def _number_of(self, words: Sequence[str], place: int) -> Form | None:
        """Large numbers and money in them: "100k", "$2m", "2M users", "$1.2 million", "10 Mio. €", "2 M€"."""
        inner = core(words[place])
        match = self._large_of.fullmatch(inner)
        if match is None:
            return None
        before, number, name, after = match.groups()
        count, given = 1, name
        if not name and not after:
            name = at(words, place + 1)
            # "2 M€": the sign stands behind the name.
            split = re.fullmatch(r"([^\W\d_]+)(\W)", name)
            if split and split[2] in self._known.currencies:
                name, after = split.groups()
            count = 2
        if not before and not after and at(words, place + count) in self._known.currencies:
            after, count = at(words, place + count), count + 1
        sign = before or after
        said = self._amount(number, name, sign or "", glued=bool(given))
        return Form(said, count) if said else None

    def _amount(self, number: str, name: str, sign: str, *, glued: bool) -> str | None:
        known = self._known
        unit = known.currencies[sign][1] if sign else ""
        low = name.lower()
        if low in known.thousand and (sign or not glued or len(number) > 1):
            return f"{self._thousands(number)} {unit}".rstrip()
        large = known.millions.get(low)
        # A small letter alone is a metre, without money before or behind it.
        if large is None or (not sign and (not glued or (len(name) == 1 and name != "M"))):
            return None
        if not sign:
            return f"{number} {large}"
        form = known.of_millions_vowel if unit[0].lower() in "aeiou" else known.of_millions
        return form.format(amount=number, name=large, unit=unit)

    def _thousands(self, number: str) -> str:
        value = float(number.replace(self._known.decimal, "."))
        return self._say(str(round(value * 1000)))

    def _small(self, words: Sequence[str], place: int) -> Form | None:
        """Hundredths alone: "99c", "50p", "30 ct"."""
        inner, count = core(words[place]), 1
        if (
            inner.isdecimal()
            and joins(words, place)
            and at(words, place + 1).split("/")[0] in self._known.cents
        ):
            inner, count = f"{inner}{at(words, place + 1)}", 2
        match = self._cents.fullmatch(inner.split("/")[0]) if self._known.cents else None
        if match is None:
            return None
        _, _, one, many = self._known.currencies[self._known.cents[match[2]]]
        said = one if match[1] == "1" else f"{match[1]} {many}"
        _, stroke, what = inner.partition("/")
        return Form(f"{said} {self._per(what)}" if stroke else said, count)

    def _per(self, what: str) -> str:
        return self._known.rates.get(what.lower()) or f"{self._known.per} {what}"

    def _rate(self, words: Sequence[str], place: int) -> Form | None:
        """A price for something, or so much in a time: "$5/month", "5 €/Monat", "3x/week"."""
        for count in (1, 2):
            text = " ".join(core(word) for word in words[place : place + count])
            match = _RATE.fullmatch(text)
            if match is None or match[1][-1:] in {"", " "} or (count > 1 and not joins(words, place)):
                continue
            money = any(sign in match[1] for sign in self._known.currencies)
            unit = _NUMBER.sub("", text).strip().lower() in self._known.units
            counted = match[1][0].isdecimal() and match[2].lower() in self._known.rates and not unit
            if money or counted:
                return Form(f"{self._say(match[1])} {self._per(match[2])}", count)
        return None

    # Parts of something

    def _season(self, words: Sequence[str], place: int) -> Form | None:
        """Two years that belong together: "2026/27", "2026-27"."""
        match = _SEASON.fullmatch(core(words[place]))
        if match is None:
            return None
        between = " " if match[2] == "/" else f" {self._known.range} "
        return Form(f"{self._say(match[1])}{between}{match[3]}")

    def _rating(self, words: Sequence[str], place: int) -> Form | None:
        """So many of the most there could be: "8/10", "4.5/5"."""
        match = _RATED.fullmatch(core(words[place]))
        if match is None or float(match[1].replace(",", ".")) > int(match[2]):
            return None
        stars = at(words, place + 1).lower() in self._known.units["★"][1].lower()
        if (
            match[2] == "5"
            and match[1].isdecimal()
            and match[1] != "5"
            and not (stars and joins(words, place))
        ):
            return None
        return Form(self._known.out_of.format(part=match[1], whole=match[2]))

    def _vulgar(self, words: Sequence[str], place: int) -> Form | None:
        """A fraction that is one sign: "½ litre", "2¾ hours"."""
        match = _VULGAR.fullmatch(core(words[place]))
        if match is None:
            return None
        fraction = words[place].replace(match[0], _VULGAR_FRACTIONS[match[2]])
        rest = words[place + 1 : place + 3]
        if not match[1]:
            return self._fraction([fraction, *rest], 0)
        form = self._fraction([match[1], fraction, *rest], 0)
        return Form(form.said, form.words - 1) if form else None

    def _fraction(self, words: Sequence[str], place: int) -> Form | None:
        """Part of a thing, alone, with its noun, or after a whole number: "5/6", "1/2 litre", "2 1/2 hours"."""
        text = core(words[place])
        following = at(words, place + 1) if joins(words, place) else ""
        with_noun = self._known.fractions.get(f"{text} {following}".lower())
        if with_noun and text == words[place]:
            return Form(with_noun, 2)
        if text.isdecimal() and text == words[place] and _FRACTION.fullmatch(following):
            return self._mixed(words, place, following)
        said = self._known.fractions.get(text) or self._proper(text)
        if said is None:
            return None
        if following.lower() not in self._known.shared:
            return Form(said)
        of = self._known.half_of if text == "1/2" else self._known.part_of
        return Form(said + of.format(noun=following), 2)

    def _proper(self, text: str) -> str | None:
        match = _FRACTION.fullmatch(text)
        if match is None or match[2] not in self._known.parts:
            return None
        part, whole = int(match[1]), int(match[2])
        if not 0 < part < whole <= _LARGEST_NUMERATOR or math.gcd(part, whole) > 1:
            return None
        one, many = self._known.parts[match[2]]
        return one if part == 1 else f"{part} {many}"

    def _mixed(self, words: Sequence[str], place: int, fraction: str) -> Form | None:
        """A whole number and a fraction, perhaps with the noun between them: "2 heures et demie"."""
        noun = words[place + 2] if place + 2 < len(words) else ""
        own = self._known.mixed.get(f"{fraction} {core(noun)}".lower())
        said = own or self._known.mixed.get(fraction)
        if said is None:
            return None
        takes_noun = own is not None or ("{noun}" in said and bool(noun))
        return Form(f"{words[place]} {said.format(noun=core(noun))}".rstrip(), 3 if takes_noun else 2)

    # Several numbers

    def _spans(self, words: Sequence[str], place: int) -> Form | None:
        """From one amount to another, with a sign or a unit at one of them or at both: "10%-20%", "$5-$10"."""
        match = _SPAN.fullmatch(core(words[place]))
        one, other = (
            (self._sided.fullmatch(match[1]), self._sided.fullmatch(match[2])) if match else (None, None)
        )
        if one is None or other is None:
            return None
        (sign, low, unit), (other_sign, high, other_unit) = one.groups(), other.groups()
        named = [part for part in (unit, other_unit) if part]
        if any(part.lower() not in self._units and part not in self._known.currencies for part in named):
            return None
        if not (sign or other_sign or named):
            return None
        if unit in ("", other_unit) and (sign == other_sign or not other_sign or not sign):
            last = f"{sign or other_sign or ''}{high}{other_unit}"
            return Form(f"{low} {self._known.range} {self._say(last)}")
        return Form(f"{self._say(one[0])} {self._known.range} {self._say(other[0])}")

    def _sides(self, words: Sequence[str], place: int) -> Form | None:
        """The sides of a thing: "10x20cm", "2 x 4", "10 × 20 × 5 cm"."""
        text, count = core(words[place]), 1
        while at(words, place + count) in ("x", "×", "X") and at(words, place + count + 1)[:1].isdecimal():
            text, count = f"{text}x{at(words, place + count + 1)}", count + 2
        if not _BY.fullmatch(text):
            return None
        *numbers, last = re.split("[x×]", text)
        following = at(words, place + count)
        if last.isdecimal() and following.lower() in self._known.units and joins(words, place + count - 1):
            last, count = f"{last} {following}", count + 1
        return Form(f" {self._known.by} ".join([*numbers, self._say(last)]), count)
