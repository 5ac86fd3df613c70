"""One of a few values: yes or no, a choice, an amount."""

import re
from collections.abc import Mapping
from enum import Enum, auto

from gateway.values.choices import expected, named
from gateway.values.kind import NOTHING, Kind, Reading
from gateway.values.meant import meant
from gateway.values.numbers import figures, is_pronoun, said_choice
from parley import languages
from parley.agents.dialogue import Range
from parley.languages.said import only, plain
from parley.languages.schema import Language

_YES, _NO = "yes", "no"
_THOUSANDS = re.compile(r"(?<=\d)[.,  ](?=\d{3}(?!\d))")
_MOST_WORDS = 8
"""Of an answer that only begins with a yes or a no."""


class Reaction(Enum):
    """What words say to something that was read back."""

    YES = auto()
    NO = auto()
    """A no, and nothing else."""
    NO_BUT = auto()
    """A no, and what is right instead."""
    NONE = auto()


def reaction(text: str, language: str) -> Reaction:
    """What is said to a read-back. "Yes, but" is no yes."""
    known = languages.get(language)
    said, nearly, wrong = plain(text), known.telling.nearly, known.numerals.wrong
    begun = _begun(said, known)
    if only(begun, known.no, wrong, nearly) or only(begun, nearly, wrong):
        return Reaction.NO
    if known.goodbye.misheard_noes.are(said):
        return Reaction.NO_BUT  # unless it is what is right instead
    agreed = agrees(text, language)
    if agreed is None or (agreed and known.choices.wanting.within(said)):
        return Reaction.NONE
    return Reaction.YES if agreed else Reaction.NO_BUT


def agrees(text: str, language: str) -> bool | None:
    """Whether words say yes or no, or begin so and say nothing against it; None: neither."""
    known = languages.get(language)
    said = _begun(plain(text), known)
    against = (known.no, known.numerals.wrong, known.telling.refusing)
    # "No wait, yes."
    if only(said, known.yes) or only(plain(meant(text, language).text), known.yes):
        return True
    if known.no.begin(said) or known.telling.denying.begin(said):
        return False
    short = len(said.split()) <= _MOST_WORDS
    agreeing = known.yes.begin(said) or known.telling.agreeing.begin(said)
    begun = short and agreeing and not any(group.within(said) for group in against)
    return True if begun else None


def _begun(said: str, known: Language) -> str:
    """What is said after "um", "well"."""
    begins = (known.yes, known.no, known.telling.agreeing, known.telling.denying, known.telling.nearly)
    while not any(group.begin(said) for group in begins) and (aside := known.numerals.around.begin(said)):
        said = said[aside.end() :].strip()
    return said


class YesNo(Kind):
    """A yes or a no: `yes` and `no`, whatever the language."""

    keys = 1

    def typed(self, keys: str) -> Reading:
        """1 is yes, 2 is no."""
        return Reading({"1": _YES, "2": _NO}[keys]) if keys in ("1", "2") else NOTHING

    def said(self, so_far: str, text: str) -> Reading:
        """What only says so, or begins so."""
        agreed = agrees(text, self._language)
        return NOTHING if agreed is None else Reading(_YES if agreed else _NO)

    def denied(self, value: str) -> Reading:
        """The other one."""
        return Reading(_NO if value == _YES else _YES)

    def corrected(self, value: str, text: str) -> Reading:
        """What is said behind a no: "no, I said yes"."""
        known = languages.get(self._language)
        said = _begun(plain(text), known)
        match = known.no.begin(said)
        told = self.said("", _begun(said[match.end() :].strip(), known) if match else text)
        return self.denied(value) if match and not told.value else told

    def spoken(self, value: str) -> str:
        """In the language of the call."""
        known = languages.get(self._language)
        return (known.yes if value == _YES else known.no).phrases[0]


class OneOf(Kind):
    """One of several, by what callers call them, or by their number."""

    keys = 1

    def __init__(self, options: Mapping[str, tuple[str, ...]], language: str) -> None:
        """The options by name, in order, each with what callers say who mean it."""
        super().__init__(language)
        self._options = options

    @property
    def expected(self) -> tuple[str, ...]:
        """The first names of each option."""
        return expected(self._options.values())

    def typed(self, keys: str) -> Reading:
        """The first is 1."""
        return self._numbered(keys)

    def said(self, so_far: str, text: str) -> Reading:
        """A name, or a number: "the second one"."""
        told = meant(text, self._language).text
        found = named(told, self._options, self._language) or named(text, self._options, self._language)
        return Reading(found) if found else self._numbered(said_choice(told, self._language))

    def beside(self, value: str, text: str) -> Reading:
        """Another one by its name or number, unless this one is named, too."""
        again = named(text, {value: self._options.get(value, ())}, self._language)
        places = languages.get(self._language).numerals.ordinals
        told = named(text, self._options, self._language) or any(
            place.within(plain(text)) for place in places
        )
        if again or (not told and is_pronoun(text, self._language)):
            return NOTHING
        return self.said("", text)

    def spoken(self, value: str) -> str:
        """By the first of its names."""
        return next(iter(self._options.get(value, ())), value)

    def _numbered(self, number: str) -> Reading:
        names = list(self._options)
        place = int(number) - 1 if number.isdecimal() else -1
        return Reading(names[place]) if 0 <= place < len(names) else NOTHING


class Amount(Kind):
    """A whole number within a range."""

    def __init__(self, allowed: Range, language: str) -> None:
        super().__init__(language)
        self._allowed = allowed
        self.keys = len(str(allowed.max))

    def typed(self, keys: str) -> Reading:
        """In figures."""
        return self._judged(keys)

    def said(self, so_far: str, text: str) -> Reading:
        """The only number of some words: "for four people, please"."""
        known = languages.get(self._language).numerals
        said = plain(_THOUSANDS.sub("", meant(text, self._language).text))
        numbers = re.findall(r"(?<!\S)\d+(?!\S)", figures(said, self._language))
        if not numbers:
            numbers = [said_choice(said, self._language)] if said_choice(said, self._language) else []
        distinct = list(dict.fromkeys(numbers))
        aside = known.around.are(said)  # "oh" is a nought among digits only
        return self._judged(distinct[0]) if len(distinct) == 1 and not aside else NOTHING

    def beside(self, value: str, text: str) -> Reading:
        """Another number: "yes, for five"."""
        percent = languages.get(self._language).spoken.words.get("%", "%").lower()
        if (
            is_pronoun(text, self._language)
            or "%" in text
            or f"100 {percent}" in figures(text, self._language)
        ):
            return NOTHING  # "Yes, that one", "yes, a hundred percent"
        return self.said("", text)

    def _judged(self, figures: str) -> Reading:
        number = int(figures) if figures.isdecimal() else -1
        return Reading(str(number)) if self._allowed.min <= number <= self._allowed.max else NOTHING
