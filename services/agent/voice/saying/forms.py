"""Forms of writing that cannot be said word by word: several words as one, or one by what stands beside it.

Each kind in its module: dates, amounts, signs, what is dictated, shorthand; spans of time and addresses here.
`spoken.py` says the rest.
"""

import re
from collections.abc import Callable, Sequence

from agent.voice.saying.amounts import Amounts
from agent.voice.saying.dates import Dates, moment
from agent.voice.saying.dictated import Dictated
from agent.voice.saying.form import Form, at, core, first, joins
from agent.voice.saying.shorthand import Shorthand
from agent.voice.saying.signs import Signs
from agent.voice.saying.weekdays import Weekdays
from parley.languages.schema import Language

_EMAIL = re.compile(r"^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$")
_HOST = re.compile(
    r"^(?:(?:https?://)?www\.|https?://)[\w.-]+(?::\d+)?(?:/\S*)?$|^(?=[\w-]*[a-z])[\w-]+(?:\.[a-z][a-z-]*)*\.[a-z]{2,}(?:/\S*)?$",
    re.IGNORECASE,
)
_MIXED_CASE = re.compile(r"\.[A-Z][a-z]*$|^[A-Z]\.")
_TIMES = re.compile(r"(\d+)[x×]")
_ENGLISH_TIME = re.compile(r"(\d{1,2}(?::\d\d)?(?:[ap]m)?)[-–—](\d{1,2}(?::\d\d)?[ap]m)", re.IGNORECASE)
_FRENCH_TIMES = re.compile(r"(\d{1,2}[h:]\d\d|\d{1,2}h)[-–—](\d{1,2}[h:]\d\d|\d{1,2}h)")
_HANDLE = re.compile(r"([@#])([^\W\d]\w+)")
_HASHTAG = "hashtag"
"""In every language."""


class Forms:
    """Finds them in the words of one language."""

    def __init__(self, language: Language, say: Callable[[str], str]) -> None:
        """`say` tells how a part of a form is said."""
        self._known = language.spoken
        self._say = say
        self.dates = Dates(language)
        dictated, shorthand, amounts = Dictated(language), Shorthand(language), Amounts(language, say)
        kinds = (self.dates.at, Weekdays(language).at, dictated.at, shorthand.at, amounts.at)
        own = (self._span, Signs(language, say).at, self._moment, self._address)
        self._ways = (self._phrase, *kinds, *own)

        phrases = {word.split()[0] for word in self._known.words if " " in word}
        months = {*self.dates.months, *self._known.currencies}
        self._words = {*phrases, *months, *(day.lower() for day in self._known.days), *self._known.halves}

    def at(self, words: Sequence[str], place: int) -> Form | None:
        """The form that begins at a place, if one does."""
        word = words[place]
        # Most words of a text begin none: they cost nothing.
        if word.isalpha() and word.islower() and word not in self._words:
            return None
        return first(self._ways, words, place)

    def _phrase(self, words: Sequence[str], place: int) -> Form | None:
        """Two words that stand in the language's file together, or what has a stroke and is no number: "24/7"."""
        inner = core(words[place])
        if "/" in inner and (said := self._known.words.get(inner.lower())):
            return Form(said)
        if not joins(words, place):
            return None
        said = self._known.words.get(f"{inner} {at(words, place + 1)}".lower())
        return Form(said, 2) if said else None

    def _moment(self, words: Sequence[str], place: int) -> Form | None:
        found = moment(core(words[place]))
        return Form(f"{self._say(found[0])} {self._say(found[1])}") if found else None

    def _address(self, words: Sequence[str], place: int) -> Form | None:
        """An address of mail or web, sign by sign; a name behind an @."""
        found = core(words[place])
        if match := _HANDLE.fullmatch(found):
            return Form(f"{self._known.address['@'] if match[1] == '@' else _HASHTAG} {match[2]}")
        if found.lower() in self._known.words or not (_EMAIL.match(found) or _HOST.match(found)):
            return None
        if "@" not in found and not found.lower().startswith(("www", "http")) and _MIXED_CASE.search(found):
            return None  # "B.Sc." is a degree
        found = re.sub(r"^https?://", "", found).rstrip("/")
        for sign, name in self._known.address.items():
            if not sign.isalnum():
                found = found.replace(sign, f" {name} ")
        return Form(" ".join(self._known.address.get(part.lower(), part) for part in found.split()))

    def _span(self, words: Sequence[str], place: int) -> Form | None:
        """From one English time to another; and how often: "3x"."""
        inner = core(words[place])
        if match := _TIMES.fullmatch(inner):
            return Form(f"{match[1]} {self._known.times}")
        match = _ENGLISH_TIME.fullmatch(inner) if self._known.halves else None
        if "h" in self._known.time_marks and inner.count("h") and not match:
            match = _FRENCH_TIMES.fullmatch(inner)
        return Form(f"{self._say(match[1])} {self._known.range} {self._say(match[2])}") if match else None
