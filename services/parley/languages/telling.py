"""The fields of a language's file about what callers tell when asked for it: letters, names, addresses, days, times."""

from parley.languages.types import Phrases, Section, Words


class Spelling(Section, frozen=True, kw_only=True):
    """How words are spelled."""

    letters: dict[str, str]
    """Names of letters as a recogniser writes them: "bee", "double u"."""
    alphabet: dict[str, str]
    """Words of spelling alphabets, some of other languages: "bravo"."""
    like: Phrases
    """Between a letter and the word that it begins: "as in"."""
    aside: Phrases
    """Said with a letter, and no part of it: "capital", "the letter"."""
    signs: dict[str, str]
    """Names of signs, of addresses among them: "dot", "at sign"."""
    hint: Phrases
    """Before letters that tell how a word is written: "Conner with an E"."""
    announcing: Phrases
    """Before a spelling: "spelled"."""
    first: Phrases
    """Which letters or digits are meant: those at the beginning..."""
    last: Phrases
    """... or the last."""
    alike: tuple[str, ...]
    """Letters that sound like each other, the likest first."""


class Days(Section, frozen=True, kw_only=True):
    """Days as they are named from today; weekdays, feasts and `tomorrow` stand under `hours`."""

    yesterday: Phrases
    next: Phrases
    """Before a weekday, or behind it: that of the next week..."""
    after_next: Phrases
    """... or of the one after it..."""
    last: Phrases
    """... or of the one that was."""
    next_week: Phrases
    next_month: Phrases
    this_month: Phrases
    last_month: Phrases
    since: Phrases
    """Between a time and the day that it is counted from: "a week from Tuesday"."""
    ahead: Phrases
    """Before a number of days or weeks: "in"."""
    behind: Phrases
    """These tell that it is over: "ago"."""
    units: dict[str, int]
    """Days of what is counted: "week" is 7."""
    month_units: dict[str, int]
    """Months of what is counted: "year" is 12."""
    one: Words
    """Words for one before these that are no number word: "a"."""
    misheard: dict[str, int]
    """What is written for the name of a day of the month that was not understood: "tent" for the tenth. With an article
    it has to be one, unless a month or a weekday is named: "the sick"."""
    said: str
    """A date as it is read back: {weekday}, {day} as `spoken.dates` has it, or its {number}, {month} and {year}."""


class Clock(Section, frozen=True, kw_only=True):
    """Times of day; names of hours, halves and quarters stand under `hours`."""

    past: Phrases
    """Between minutes and the hour that they come after..."""
    to: Phrases
    """... or before."""
    minutes_first: bool
    """Whether the minutes are said before the hour."""
    names: dict[str, int]
    """Hours that have a name: "noon"; 0 is midnight."""
    o_clock: Words
    """What stands between hour and minutes, or behind the hour."""
    between: Phrases
    """Before two ends of a span: "between"..."""
    joined: Phrases
    """... and between these: "and"."""
    since: Phrases
    """Before the first end of a span: "from"."""
    until: Phrases
    """Between its two ends, be there one of `since` before them or not: "to"."""
    either: Phrases
    """Between two times of which one is meant: "or"."""


class Telling(Section, frozen=True, kw_only=True):
    """What callers tell when they are asked for it."""

    spelling: Spelling
    days: Days
    clock: Clock
    around: Phrases
    """What may stand around a name or an address: "my name is", "it's"."""
    particles: Words
    """Parts of names that are written small: "van"."""
    refusing: Phrases
    """What follows is not meant, but was misheard: "not P"."""
    nearly: Phrases
    """These say of what was understood that it is not quite right: "almost"."""
    agreeing: Phrases
    """How callers say yes without `yes`, at the beginning: "I think so"..."""
    denying: Phrases
    """... and no: "not yet"."""
    none: Words
    """Alone these are no name: "what", "pardon"."""
