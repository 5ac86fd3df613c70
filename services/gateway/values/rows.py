"""Rows of digits, typed or said: any number, or a telephone number."""

from collections.abc import Callable, Sequence

import phonenumbers

from gateway.values.kind import NOTHING, Kind, Reading
from gateway.values.meant import meant
from gateway.values.numbers import figures, is_pronoun, leading, said_digits
from parley import languages
from parley.agents.dialogue import Digits
from parley.languages.said import plain
from parley.languages.schema import Language
from parley.telephone import numbers

_GROUP = 3
_LEAD_WORDS = 4
"""Words before a number that may have been misheard."""
_SURE_DIGITS = 4
"""So many at the end of some words are no house number, and no hour."""


def in_groups(digits: str) -> str:
    """Digits as they are read back: one by one, in groups of three with a breath between."""
    groups = [digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP)]
    return ", ".join(" ".join(group) for group in groups)


def amended(row: str, text: str, language: str) -> str:
    """A row of digits with those in it that a correction names, by their place or by what they were taken for.

    "The last two are four two", "it starts with a five", "a nine, not a seven"; empty where it names none.
    """
    told = meant(text, language)
    words, refused = (_figured(part, language) for part in (told.text, told.refused))
    place, new = _placed(words, languages.get(language))
    if place is None:
        old, new = ("".join(filter(str.isdecimal, part)) for part in (refused, words))
        place = row.rfind(old) if old and len(old) == len(new) else len(row)
    start = len(row) - len(new) if place < 0 else place
    fits = 0 < len(new) < len(row) and 0 <= start <= len(row) - len(new)
    return f"{row[:start]}{new}{row[start + len(new) :]}" if fits else ""


def _figured(text: str, language: str) -> list[str]:
    """The words of a text with numbers in figures, without the articles that are number words: "un siete" is 7."""
    known = languages.get(language)
    articles = known.telling.days.one
    ones = {word for word, number in known.numerals.units.items() if number == 1}
    # English has an article of its own: its "one" is a number, and "one seven" is 17.
    apart = bool(ones - articles) or not articles - ones
    words = plain(text).replace("'", " ").split()
    pairs = zip(words, [*words[1:], ""], strict=False)
    kept = [word for word, after in pairs if not (apart and word in articles and leading(after, language)[0])]
    return figures(" ".join(kept), language).split()


def _placed(words: Sequence[str], known: Language) -> tuple[int | None, str]:
    """Where some digits belong, from 0, or -1 for the end, and which; None: the words name no place."""
    spelling = known.telling.spelling
    ways = ((-1, spelling.last), *enumerate(known.numerals.ordinals), (0, spelling.first))
    for at in range(len(words)):
        left = " ".join(words[at:])
        place, match = next(((n, m) for n, names in ways if (m := names.begin(left))), (None, None))
        # "One second" is a moment.
        if match is None or (at and words[at - 1] in ("1", *known.telling.days.one)):
            continue
        behind = left[match.end() :].split()
        if [word.isdecimal() for word in behind[:2]] == [True, False] and any(map(str.isdecimal, behind[2:])):
            del behind[0]  # "the last two are …"
        numbers = ["".join(filter(str.isdecimal, said)) for said in (behind, words[:at])]
        return place, numbers[0] or numbers[1]
    return None, ""


def _changes(row: str, text: str, language: str) -> bool:
    """Whether words beside a yes tell more of a row than that some digits are in it, and are not "that one"."""
    repeats = said_digits(text, language) in row and not amended(row, text, language)
    return not repeats and not is_pronoun(text, language)


class Row(Kind):
    """So many digits, for example an order number."""

    def __init__(self, length: Digits, language: str) -> None:
        super().__init__(language)
        self._length = length
        self.keys = length.max

    def typed(self, keys: str) -> Reading:
        """A number that is long enough."""
        return Reading(keys) if len(keys) >= self._length.min else NOTHING

    def said(self, so_far: str, text: str) -> Reading:
        """All of the number, or what is still missing of it."""
        digits = said_digits(meant(text, self._language).text, self._language)
        whole = so_far + digits
        if not digits:
            return self._last(text)
        if len(whole) > self._length.max:
            return NOTHING
        return Reading(whole, len(whole) >= self._length.min)

    def corrected(self, value: str, text: str) -> Reading:
        """The right number, some digits of it, or, where it is shorter than it may be, its end: "no, double two"."""
        if better := amended(value, text, self._language):
            return Reading(better, len(better) >= self._length.min)
        digits = said_digits(meant(text, self._language).text, self._language)
        if not digits:
            return self._last(text)
        if len(digits) > self._length.max:
            return NOTHING
        return Reading(digits if len(digits) >= self._length.min else value[: -len(digits)] + digits)

    def beside(self, value: str, text: str) -> Reading:
        """Another number, or some digits of it that it does not have."""
        return self.corrected(value, text) if _changes(value, text, self._language) else NOTHING

    def spoken(self, value: str) -> str:
        """One by one."""
        return in_groups(value)

    def _last(self, text: str) -> Reading:
        """A whole number behind a few words that make no sense: recognisers mishear "no, it is", "my number is"."""
        words = figures(text, self._language).split()
        lead = next((n for n in range(len(words), 0, -1) if not words[n - 1].isdecimal()), 0)
        digits = "".join(words[lead:])
        known = languages.get(self._language)
        fits = max(self._length.min, _SURE_DIGITS) <= len(digits) <= self._length.max
        refused = known.telling.refusing.within(plain(text)) or lead > _LEAD_WORDS
        return Reading(digits) if fits and not refused else NOTHING


class Phone(Kind):
    """A telephone number, with or without its country: ITU-T E.164, by the rules of `phonenumbers`."""

    keys = 20

    def __init__(self, country: str, language: str) -> None:
        """`country`: ISO 3166 code of where a number without one is; empty: not known."""
        super().__init__(language)
        self._country = country

    def typed(self, keys: str) -> Reading:
        """A number that somebody may have."""
        found = self._judged(keys)
        return found if found.whole else NOTHING

    def said(self, so_far: str, text: str) -> Reading:
        """All of it, or what follows: people say theirs in groups."""
        said = self._row(text)
        if not said.removeprefix("+"):
            return NOTHING
        if so_far and said.startswith("+"):
            so_far = ""
        return self._judged(so_far + said)

    def corrected(self, value: str, text: str) -> Reading:
        """The right number, some digits of it, what was still missing, or after a no its right end."""
        if not value.startswith("+") and (better := amended(value, text, self._language)):
            return self._judged(better)
        said = self._row(meant(text, self._language).text)
        if not said.removeprefix("+"):
            return NOTHING
        known = languages.get(self._language)
        no = any(group.begin(plain(text)) for group in (known.no, known.numerals.wrong))
        ways: tuple[Callable[[], str], ...] = (
            lambda: said,
            lambda: value[: -len(said)] + said if no else value + said,
        )
        return next((r for way in ways if (r := self._judged(way())).whole), NOTHING)

    def beside(self, value: str, text: str) -> Reading:
        """Another number, its right end, or some digits of it."""
        if not _changes(value, text, self._language):
            return NOTHING
        said = self._row(text)
        ways = (
            amended(value, text, self._language),
            said,
            value[: -len(said)] + said if len(said) >= _GROUP else "",
        )
        new = next((r for way in ways if way and (r := self._judged(way)).whole), NOTHING)
        return NOTHING if self.result(new.value) == self.result(value) else new

    def spoken(self, value: str) -> str:
        """One by one."""
        plus = f"{languages.get(self._language).spoken.words.get('+', '+')} " if value.startswith("+") else ""
        return plus + in_groups(value.removeprefix("+"))

    def result(self, value: str) -> str:
        """In E.164 where the country is known."""
        return numbers.normal(value, self._country)

    def _row(self, text: str) -> str:
        plus = languages.get(self._language).spoken.words.get("+", "+")
        text = text.replace("(0)", " ")  # of the national way to write it
        said = said_digits(
            " ".join(w for w in text.replace("+", " ").split() if w.lower() != plus), self._language
        )
        abroad = "+" in text or plain(text).startswith(f"{plus} ") or f" {plus} " in f" {plain(text)} "
        return f"+{said}" if abroad else said

    def _judged(self, number: str) -> Reading:
        """A number as far as it goes: it may be too short yet, but not too long."""
        if number.startswith("00"):
            number = f"+{number[2:]}"
        digits = number.removeprefix("+")
        if not number.startswith("+") and not self._country:
            return Reading(number, len(digits) >= _FEWEST) if len(digits) <= _MOST else NOTHING
        try:
            parsed = phonenumbers.parse(number, self._country or None)
        except phonenumbers.NumberParseException as error:
            short = error.error_type in _SHORT and len(digits) < _FEWEST
            return Reading(number, whole=False) if short else NOTHING
        match phonenumbers.is_possible_number_with_reason(parsed):
            case phonenumbers.ValidationResult.IS_POSSIBLE:
                return Reading(number, phonenumbers.is_valid_number(parsed))
            case (
                phonenumbers.ValidationResult.TOO_SHORT | phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY
            ):
                return Reading(number, whole=False)
            case _:
                return NOTHING


_FEWEST, _MOST = 6, 15
"""Digits of a number whose country is not known; the most by E.164."""
_SHORT = (
    phonenumbers.NumberParseException.TOO_SHORT_NSN,
    phonenumbers.NumberParseException.TOO_SHORT_AFTER_IDD,
    phonenumbers.NumberParseException.NOT_A_NUMBER,
    phonenumbers.NumberParseException.INVALID_COUNTRY_CODE,
)
