"""Where the company is: answered by the one fact that has a postal address, however that fact puts it. Pure.

"Where is your shop?" shares no word with "You find us at 12 Market Street" and means little of it to a model that
embeds. Only the company itself is asked for here: "Where is the parcel?" is a question like any other. Of a company
with several addresses nothing is decided here.
"""

import re
from collections.abc import Iterable
from functools import cache

from parley import languages
from parley.languages.said import only, plain


def answer(text: str, language: str, company: str, facts: Iterable[str]) -> str:
    """The fact that tells it; empty for any other question, and where no fact does, or several."""
    if language not in languages.codes() or not is_asked(text, language, company):
        return ""
    told = {fact for fact in facts if _address(language).search(fact)}
    return told.pop() if len(told) == 1 else ""


def is_asked(text: str, language: str, company: str = "") -> bool:
    """Whether a caller asks where the company is, and for nothing else; `company` is its name, or a part of it."""
    known = languages.get(language).place
    named = set(plain(company).split())
    said = " ".join(word for word in plain(text).split() if word not in named)
    return only(said, known.asking, known.company, known.around)


@cache
def _address(language: str) -> re.Pattern[str]:
    """A street with the number of a house, in the order of the language."""
    known = languages.get(language).place
    return re.compile("|".join(rf"(?:{form})" for form in known.addresses))
