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
    short_months: tuple[str, ...]
    """What each is in short beside a number, in lower case without a point; several by spaces, empty: no other."""
    weekdays: tuple[str, ...]
    """From Monday on."""
    before: Words
    """After these "5/6" is a day, and no part of something."""
    hundreds: str
    """Years before 2000 are counted in these; empty: they are said as they are written."""
    nominative: Words
    """After these the days lose their last letter: "der dritte"..."""
    oblique: Words
    """... and after these and those a number with a point is an ordinal number, as the days are."""
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
    """Signs, abbreviations and names that a voice would say wrongly, in lower case, and words of other languages. An
    abbreviation that stands in `Sentences.abbreviations`, too, loses its point; one that ends with a point here is one
    only before a number."""
    range: str
    """Between two numbers: "3 to 5"."""
    minus: str
    currencies: dict[str, tuple[str, str, str, str]]
    """By sign or code: one, several; one hundredth, several."""
    price: str
    """{whole} in its unit, and {part}, the hundredths."""
    price_few: str
    """The same with less than ten hundredths; {cents} has its unit."""
    cents: dict[str, str]
    """Signs of hundredths alone, and the currency that they are of."""
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
    time_late: str
    """A full hour after noon where the day has twice twelve of them, with {hour} of the twelve; empty: as any other."""
    clock_before: Words
    """After these "17h" is a time, and no length of it."""
    clock: Words
    """What may follow a time in writing, and is said in the three above already."""
    halves: dict[str, str]
    """Halves of the day that follow a time: "a.m."."""
    dates: Dates
    days: dict[str, str]
    """Short names of weekdays, as they stand in a range: "Mon-Fri"."""
    decades: dict[str, str]
    """Ten years by their first: 90 for "the 1990s"."""
    extension: str
    """Before the number of an extension."""
    spelled: Words
    """Abbreviations in capitals that a voice would read as words, in lower case."""
    letters: dict[str, str]
    """Names of letters that alone are words."""
    point: str
    """Between the numbers of a version."""
    version: str
    per: str
    """Between a price and what it is for..."""
    rates: dict[str, str]
    """... and both together, where they are said in another way: "h" is "per hour"."""
    millions: dict[str, str]
    """Names of large numbers after a figure, in lower case, also short ones."""
    of_millions: str
    """Money in these: {amount}, {name} and {unit}..."""
    of_millions_vowel: str
    """... whose name begins with a vowel."""
    thousand: Words
    """What is short for a thousand after a figure."""
    fractions: dict[str, str]
    """Fractions in figures, some with the noun after them, in lower case."""
    parts: dict[str, tuple[str, str]]
    """By the denominator of a fraction: one, several; others are no fractions, but days."""
    shared: Words
    """Nouns of which one has a part..."""
    half_of: str
    """... half of {noun}..."""
    part_of: str
    """... another part of it."""
    out_of: str
    """{part} of {whole} that there could be: "8/10"."""
    mixed: dict[str, str]
    """Fractions after a whole number, some with the noun that follows in lower case; {noun} is any noun."""
    times: str
    """After a number: how often."""
    by: str
    """Between the sides of something."""
    numbered: Words
    """After these a Roman numeral is a number: "chapter", in lower case."""
    regnal: tuple[str, ...]
    """How it is said after a name, from the first on; others are said as numbers."""
    ordinals: tuple[str, ...]
    """Ordinal numbers from the first on, where the days of a month are none."""
    ordinal_marks: str
    """What stands behind the figures of an ordinal number, which is said as after a name."""
    before_noun: dict[str, str]
    """Ordinal numbers that lose their end before a noun: "tercer"."""
    ratio: str
    """Between the numbers of "16:9"."""
    titles: dict[str, str]
    """What is short for a title before a name, in lower case: "st" is "Saint"."""
    endings: dict[str, str]
    """Endings of words that are short for others before a number: "str" in "Hauptstr. 5"."""
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
