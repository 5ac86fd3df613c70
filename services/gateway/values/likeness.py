"""Words like those of a date: what a recogniser writes for a day ("the tent"), and what is no day ("a second").

Pure.
"""

import re
from functools import cache

from gateway.values.day_words import Told, ordinals, told
from parley import languages
from parley.languages.said import made_of, plain
from parley.languages.schema import Language
from parley.languages.types import Phrases, any_of


def reheard(text: str, language: str = languages.DEFAULT) -> str:
    """The words with the name of a day in the place of what is written for it: "the tent" is the tenth.

    Empty where there is none, or something else is said as well: a tent is mostly a tent.
    """
    return _words(language).reheard(plain(text))


def is_word(text: str, language: str = languages.DEFAULT) -> bool:
    """Whether a day or month alone is rather another word: "a second", "may I"."""
    return _words(language).is_word(plain(text))


@cache
def _words(language: str) -> "_Words":
    return _Words(languages.get(language))


class _Words:
    """Those of one language."""

    def __init__(self, language: Language) -> None:
        self._code = language.code
        self._names = language.spoken.dates.days
        self._days = days = language.telling.days
        self._ordinals = [name for name, _ in ordinals(language)]
        months = tuple(month.lower() for month in language.spoken.dates.months)
        self._months = Phrases(months)
        self._month = re.compile(rf"(?<!\w){any_of(months)}(?!\w)")
        before = Phrases(tuple(language.spoken.dates.before))
        self._around = (before, language.telling.around, language.telling.nearly)
        # Few words may stand beside what is only like a day, and a month or a weekday.
        beside = language.choices.around.phrases
        fillers = Phrases(tuple(phrase for phrase in language.numerals.around.phrases if phrase in beside))
        self._few = (
            before,
            fillers,
            language.yes,
            language.no,
            language.telling.nearly,
            language.goodbye.thanks,
        )
        named = (self._months, *language.hours.weekdays, days.next)
        self._named = (*named, days.next_month, days.this_month, days.last_month, *self._few)
        self._articles = {phrase.partition(" ")[0] for phrase in days.misheard if " " in phrase}

    def reheard(self, said: str) -> str:
        """See reheard."""
        new = told(said, self._code)
        if new.day is not None or new.ahead is not None:
            return ""
        named = new != Told()
        for phrase, day in self._days.misheard.items():
            article, _, word = phrase.rpartition(" ")
            match = re.search(rf"(?<!\S){re.escape(word)}(?!\S)", said)
            before = said[: match.start()].rstrip() if match else ""
            # "March sick" is its sixth day as well.
            leads = before.split()[-1:] == [article] or self._months.end(before)
            if match and (leads or not article) and self._fits(before, said[match.end() :], named=named):
                name = self._names[day - 1] if day <= len(self._names) else str(day)
                return f"{before} {name}{said[match.end() :]}"
        return ""

    def _fits(self, before: str, behind: str, *, named: bool) -> bool:
        """Whether nothing stands beside it that does not belong to a day."""
        if named:
            behind = re.sub(r"^ \w{1,3}(?= )", "", behind)  # "of", before a month
        words = " ".join(word for word in f"{before}{behind}".split() if word not in self._articles)
        return made_of(words, *(self._named if named else self._few))

    def is_word(self, said: str) -> bool:
        """See is_word."""
        for name in self._ordinals:
            if match := re.search(rf"(?<!\w){re.escape(name)}(?!\w)", said):
                return bool(set(said[: match.start()].split()[-1:]) & self._days.one)
        month = self._month.search(said)
        behind = said[month.end() :].strip() if month else ""
        return bool(behind) and not any(group.begin(behind) for group in self._around)
