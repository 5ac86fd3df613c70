"""Signs beside numbers: "50+", "#1", "~50", "16:9", "20,- €", and dashes alone between two amounts."""

import re
from collections.abc import Callable, Sequence

from agent.voice.saying.form import Form, at, core, first, joins
from parley.languages.schema import Language

_PLUS = re.compile(r"(\d[\d.,]*)\+")
_NUMBERED = re.compile(r"([#§№]|[Nn][º°])(\d+)")
_SIGNED = re.compile(r"(<=|>=|[~≈<>≥≤±∼])(\D?\d.*)")
_RATIO = re.compile(r"(\d+):(\d)")
_FLAT = re.compile(r"(\d[\d.,]*)[.,][-–—]+")
_HALF_TO = re.compile(r"([ap]\.?m)\.?[-–—](\d\S*)", re.IGNORECASE)
_GLUED = re.compile(r"([^\W\d_]{1,4}\.)(\d+)")
_DEGREES = re.compile(r"[-−]?\d[\d.,]*°")
_FEET = re.compile(r"(\d)['′’](\d{1,2})")
_DASHES = frozenset("-–—")


class Signs:
    """Knows those of one language."""

    def __init__(self, language: Language, say: Callable[[str], str]) -> None:
        """`say` tells how the number is said."""
        self._known = known = language.spoken
        self._say = say
        self._days = {day.lower() for day in known.days}
        self._units = {*known.units, *known.halves}
        self._inner: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str | None]], ...] = (
            (_PLUS, lambda m: f"{say(m[1])} {known.words['+']}"),
            (_NUMBERED, lambda m: f"{known.words[m[1] if m[1] == '§' else '#']} {m[2]}"),
            (_GLUED, self._glued),
            (_FEET, lambda m: f"{m[1]} {known.units['ft'][1]} {m[2]}" if "ft" in known.units else None),
            (_SIGNED, lambda m: f"{known.words[m[1]]} {say(m[2])}"),
            (_RATIO, lambda m: f"{m[1]} {known.ratio} {m[2]}"),
            (_HALF_TO, self._half_to),
        )

    def at(self, words: Sequence[str], place: int) -> Form | None:
        """The one that begins at a place, if one does."""
        return first((self._dash, self._half, self._degrees, self._sign, self._code), words, place)

    def _sign(self, words: Sequence[str], place: int) -> Form | None:
        """What is one word with its number."""
        inner = core(words[place])
        for pattern, say in self._inner:
            if (match := pattern.fullmatch(inner)) and (said := say(match)):
                return Form(said)
        return None

    def _glued(self, match: re.Match[str]) -> str | None:
        """An abbreviation without a space behind it: "No.5"."""
        word = match[1].lower()
        said = self._known.words.get(word) or self._known.words.get(word.rstrip("."))
        return f"{said} {match[2]}" if said else None

    def _half_to(self, match: re.Match[str]) -> str | None:
        """The rest of "9 a.m.-5 p.m."."""
        half = self._known.halves.get(match[1].lower())
        return f"{half} {self._known.range} {self._say(match[2])}" if half else None

    def _half(self, words: Sequence[str], place: int) -> Form | None:
        """Half of the day in small letters behind an hour: "2 pm"."""
        half = self._known.halves.get(at(words, place).lower())
        if half is None or not at(words, place - 1)[:1].isdecimal() or not joins(words, place - 1):
            return None
        goes_on = place + 1 < len(words) and words[place + 1][0].islower()
        return Form(half, short="." in core(words[place]) and goes_on)

    def _degrees(self, words: Sequence[str], place: int) -> Form | None:
        """A sign that stands at the number, and its scale apart: "20° C"."""
        found = _DEGREES.fullmatch(words[place]) and at(words, place + 1) in ("C", "F")
        return Form(self._say(f"{words[place]}{at(words, place + 1)}"), 2) if found else None

    def _dash(self, words: Sequence[str], place: int) -> Form | None:
        """A dash alone between two amounts, times or days: "9:00 AM - 5:00 PM", "10 % – 20 %"."""
        if words[place] not in _DASHES or place + 1 == len(words):
            return None
        before, after = at(words, place - 1), at(words, place + 1)
        if before.lower() in self._days and after.lower() in self._days:
            return Form(self._known.range)
        unit = before in self._known.currencies or before.lower() in self._units
        amount = before[:1].isdecimal() or (unit and at(words, place - 2)[:1].isdecimal())
        return Form(self._known.range) if amount and after.lstrip("$€£")[:1].isdecimal() else None

    def _code(self, words: Sequence[str], place: int) -> Form | None:
        """An amount before or behind the code of its currency, perhaps without hundredths: "CHF 20.-", "20,- €"."""
        pair = [core(word) for word in words[place : place + 2]] + [""]
        for code, amount in ((pair[0], pair[1]), (pair[1], pair[0])):
            flat = _FLAT.fullmatch(amount)
            if code in self._known.currencies and (flat or (code == pair[0] and amount[:1].isdecimal())):
                return Form(self._say(f"{flat[1] if flat else amount} {code}"), 2)
        return None
