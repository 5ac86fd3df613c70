"""The fields of a language's file about answers that are worked out: opening hours and prices, and how sure one is."""

from typing import Literal

from parley.languages.types import Phrases, Section

HoursText = Literal[
    "yes", "yes_hours", "no_closed", "closed", "no_again", "no_closes", "no_opens", "no_between", "hours", "closes",
    "opens", "left", "week", "today", "tomorrow", "on", "on_date", "at", "full", "time", "forenoon", "afternoon",
    "noon", "span", "to", "and", "hour", "several_hours", "minute", "several_minutes",
]  # fmt: skip
"""What is said of opening hours: sentences, then their parts. {day} is one of `today`, `tomorrow`, `on` and `on_date`,
with a capital as {Day}; {start}, {end} and {again} are times, `full` or not, {spans} one `span` or more, {left} is how
long it is yet, and {half} one of `forenoon` and `afternoon`. Where `noon` is empty it is a time like others."""


class Hours(Section, frozen=True, kw_only=True):
    """Questions about opening hours, and the days and times of day that callers name."""

    about: Phrases
    """What makes a question one about opening hours."""
    we: Phrases
    """The company as a whole is asked, or the caller may come: "you", "anybody"."""
    closes: Phrases
    """The end is asked for."""
    opens: Phrases
    """The beginning is asked for."""
    until: Phrases
    """How long it is still open is asked for."""
    when: Phrases
    """A time is asked for, not a yes or a no."""
    leftovers: str
    """Words that such a question may have; others must not be of the knowledge, or something else is meant."""
    now: Phrases
    today: Phrases
    tomorrow: Phrases
    after_tomorrow: Phrases
    weekdays: tuple[Phrases, ...]
    """Ways to name each, from Monday on."""
    feasts: dict[str, Phrases]
    """Days that have a name, by month and day: "12-24"."""
    dates: tuple[str, ...]
    """How a date is said: a {day} in figures, and the {month}."""
    clock: Phrases
    """What stands before a time of day: "at", "until"."""
    names: dict[str, int]
    """Hours whose names are not those of numbers: "noon"."""
    before: dict[str, int]
    """Minutes that are added when this stands before the hour: "quarter past", "half past"..."""
    after: dict[str, int]
    """... or behind it."""
    durations: Phrases
    """After these a number is no hour: "days"."""
    early: Phrases
    """The hour is one of the morning."""
    late: Phrases
    """The hour is one after noon."""
    said: dict[HoursText, str]
    joints: dict[str, str]
    """What is written where the parts of a sentence meet in another way: a point after "p.m."."""


class Prices(Section, frozen=True, kw_only=True):
    """Prices that are compared, and that follow from others."""

    less: Phrases
    """Less money: "cheaper"."""
    more: Phrases
    forms: tuple[str, ...]
    """How callers compare a {first} with a {second}; {word} is one of the two above."""
    ask: str
    """Asks for the price of {name}."""
    cheaper: str
    """Says of {name} that it costs less..."""
    dearer: str
    """... or more than the other."""
    same: str
    difference: Phrases
    """After a price these tell a difference: "less", "cheaper"."""
    together: Phrases
    """With these a price is the sum of two."""
    per: Phrases
    """What stands before the unit that a price is for: "per", "an"."""
    units: Phrases
    """These units: "hour", "person"."""


class Place(Section, frozen=True, kw_only=True):
    """Where the company is."""

    asking: Phrases
    """Asks for it, with nothing but what follows around it: "where are you", "what is your address"."""
    company: Phrases
    """What a company calls the place where it is: "shop", "practice"."""
    around: Phrases
    """What may stand around these: "please", "exactly"."""
    addresses: tuple[str, ...]
    """What a street with the number of a house looks like in a fact: regular expressions, in which case counts."""


class Between(Section, frozen=True, kw_only=True):
    """Asking back between two things, and how callers choose, beside their names and "the first one"."""

    ask: str
    """Asks which is meant: the {first} or the {second}."""
    former: Phrases
    """The first of two..."""
    latter: Phrases
    """... and the second."""
    both: Phrases
    neither: Phrases
    other: Phrases
    """Means the one that was not told of yet."""
    plain: Phrases
    """The one of two that has no more to its name: "the normal one"."""
    around: Phrases
    """What may stand around all these, beside what may around the number of a choice: "I mean"."""


class Registers(Section, frozen=True, kw_only=True):
    """What stands in front of facts that may be the answer, as sentences."""

    likely: str
    about: str
    """The same where it can be told what the facts are about: the {topic}, a heading."""
    unsure: str
    """Stands before one of these when it may as well not be."""
    bridge: str
    """Bridges the wait for an answer about the {topic}."""
    no_more: str
    """Said after such facts when nothing else is sure."""
    admits: Phrases
    """With these a language model says that it does not know what it was asked."""
