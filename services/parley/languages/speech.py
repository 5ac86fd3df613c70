"""The fields of a language's file about speech: how written words are said, and where a text can be cut."""

from typing import Literal

from parley.languages.types import Section, Words


class Dates(Section, frozen=True, kw_only=True):
    """How dates are said."""

    figures: Literal["dmy", "mdy"]
    """Order of a date that is written in figures."""
    said: str
    """How a date is said; with {day}, {month} and {year}."""
    short: str
    """The same without the year."""
    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    """From Monday on."""
    days: tuple[str, ...]
    """Days of a month in words, from the first on; others are said as numbers. """


class Spoken(Section, frozen=True, kw_only=True):
    """How written words are said. Amounts are left to the voice."""

    decimal: Literal[".", ","]
    """The mark before decimals; the other one stands between thousands."""
    thousands: Literal["", ",", "."]
    """What stands between thousands in what the voice is given: a mark where it takes four figures for a year."""
    most_counted: int
    """A number of more figures, written without marks and not round, is no amount: its digits are said one by one."""
    words: dict[str, str]
    """Signs, abbreviations and names that a voice would say wrongly, in lower case. An abbreviation that stands in
    `Sentences.abbreviations`, too, loses its point."""
    range: str
    """Between two numbers: "3 to 5"."""
    minus: str
    currencies: dict[str, tuple[str, str, str, str]]
    """By sign or code: one, several; one hundredth, several."""
    price: str
    """{whole} in its unit, and {part}, the hundredths."""
    price_few: str
    """The same with less than ten hundredths; {cents} has its unit."""
    units: dict[str, tuple[str, str]]
    """By sign, in lower case: one, several."""
    hours: tuple[str, ...]
    """Hours that are not said as the number, from 0 on; empty ones are said as the number."""
    time_marks: str
    """Marks between hour and minute in writing."""
    time: str
    """{hour} and {minute}."""
    time_few: str
    """The same with less than ten minutes."""
    time_full: str
    """A full hour."""
    clock: Words
    """What may follow a time in writing, and is said in the three above already."""
    halves: dict[str, str]
    """Halves of the day that follow a time: "a.m."."""
    dates: Dates
    address: dict[str, str]
    """Signs of addresses of mail and web, and what between them a voice would say wrongly, in lower case."""


class Sentences(Section, frozen=True, kw_only=True):
    """Where a text can be cut for the voice."""

    abbreviations: Words
    """A point after these is never the end of a sentence: a name or a number follows. Without the last point."""
    dotted: Words
    """Abbreviations with points that may end a sentence, before a capital. Without the last point."""
    phrases: Words
    """A phrase begins before these words: speech can pause there."""
