"""The fields of a language's file about numbers as callers say them, digit by digit, in pairs or whole."""

from parley.languages.types import Phrases, Section, Words


class Numerals(Section, frozen=True, kw_only=True):
    """Number words. Those that are written in one word, as "siebenundvierzig", are taken apart into these."""

    units: dict[str, int]
    """Words for numbers that no other one is made of: 0 to 19, in Spanish to 29."""
    tens: dict[str, int]
    """Words for 20, 30…, with which numbers begin, or end where `units_first`."""
    units_first: bool
    """Whether the unit comes first: "siebenundvierzig"."""
    teens_after: tuple[int, ...]
    """Tens that numbers up to 19 follow: "soixante-douze"."""
    hundred: Words
    """What multiplies by a hundred; alone it is a hundred."""
    hundreds: dict[str, int]
    """Words for several hundreds: "doscientos"."""
    thousand: Words
    joins: Words
    """What may stand within a number: "one hundred and five"."""
    times: dict[str, int]
    """How often the next digit stands there: "double two"."""
    around: Phrases
    """What may stand around a number that is dictated: "my number is", "please"."""
    naming: Phrases
    """What stands between a row of digits and other words that tell which it is: "is", "says"."""
    wrong: Phrases
    """What takes back the digits before it: "no", "sorry", "I mean"."""
    ordinals: tuple[Phrases, ...]
    """Ways to say first, second..."""
