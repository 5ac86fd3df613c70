"""The fields of a language's file about what answers a question, and what an answer of a model may say."""

from parley.languages.types import Phrases, Section


class Asked(Section, frozen=True, kw_only=True):
    """By which words a question wants which kind of answer."""

    who: Phrases
    money: Phrases
    time: Phrases
    duration: Phrases
    where: Phrases
    count: Phrases
    """A number of what is named next: "how many"."""
    contact: Phrases
    measure: Phrases
    """A size, weight, age or the like: "how heavy"."""
    year: Phrases


class Given(Section, frozen=True, kw_only=True):
    """By which words a passage has which kind of answer, beside figures and signs."""

    who: Phrases
    money: Phrases
    currencies: Phrases
    """Money, when a figure stands before it."""
    percent: Phrases
    """A part of a price, when a figure stands before it."""
    time: Phrases
    clock: Phrases
    """A time, when a figure stands before it: "a.m.", "Uhr"."""
    duration: Phrases
    where: Phrases
    count: Phrases
    """Number words."""
    measures: Phrases
    """A measure, when a figure stands before it: "kilos", "years"."""
    measured: Phrases
    """A measure without one: "age of"."""


class Checks(Section, frozen=True, kw_only=True):
    """What the check of an answer against the facts has to know."""

    names_have_capitals: bool
    """Whether a capital within a sentence makes a name; in German every noun has one."""
    agrees: Phrases
    """Beginnings of an answer that says yes."""
    denies: Phrases
    """Words that turn a statement round: "not", "never", "closed"."""
    excepting: Phrases
    """What follows these is left out of a statement: "except"."""
    open: Phrases
    shut: Phrases
    """The first one also stands for `not_open`."""
    not_open: Phrases
    clock: Phrases
    """What makes a time of the number before it: "a.m.", "o'clock"."""
    noon: Phrases
    ordinal_ends: Phrases
    """What follows the figures of an ordinal number: "rd"."""
    ordinals: tuple[str, ...]
    """Ordinal numbers in words, from the first on."""
