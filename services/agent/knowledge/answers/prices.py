"""Which of two things costs less: both prices come from the facts and are compared here, not by a model. Pure."""

import re
from dataclasses import dataclass
from functools import cache

from parley import languages

_FIGURE = r"\d+(?:[.,]\d+)*"
_THOUSANDS = re.compile(r"[.,](?=\d{3}\b)")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two things whose prices are to be compared."""

    first: str
    second: str
    cheaper: bool
    """Whether the caller asks which costs less, not more."""


def comparison(text: str, language: str) -> Comparison | None:
    """What a caller wants compared by price, if two things are named; the reason for it no price tells."""
    known = languages.get(language)
    less, more = known.prices.less.within(text), known.prices.more.within(text)
    if language not in languages.codes() or not (less or more) or known.knowledge.why.within(text):
        return None
    for form in _forms(language):
        match = form.search(text)
        if match:
            return Comparison(match["first"].strip(), match["second"].strip(" .!"), less)
    return None


@cache
def _forms(language: str) -> tuple[re.Pattern[str], ...]:
    """How two things are compared; neither has a comma in its name."""
    known = languages.get(language).prices
    word = f"(?:{known.less.pattern}|{known.more.pattern})"
    groups = {"{first}": "(?P<first>[^,?¿]+?),?", "{second}": "(?P<second>[^?,]+)", "{word}": word}
    return tuple(_compiled(form, groups) for form in known.forms)


def _compiled(form: str, groups: dict[str, str]) -> re.Pattern[str]:
    parts = (groups.get(part, re.escape(part)) for part in form.split())
    pattern = r"\s+".join("[,:]" if part == "," else part for part in parts)
    return re.compile(pattern if form.startswith(",") else rf"(?<!\w){pattern}", re.IGNORECASE)


def question_of(name: str, language: str) -> str:
    """Ask what something costs."""
    return languages.get(language).prices.ask.format(name=name)


def lowest_price(fact: str, language: str) -> float | None:
    """The lowest price in a fact; None when it has none."""
    found = (match["before"] or match["behind"] for match in money(language).finditer(fact))
    return min((float(_THOUSANDS.sub("", number).replace(",", ".")) for number in found), default=None)


@cache
def money(language: str) -> re.Pattern[str]:
    """An amount of money, with the figure as `before` or `behind`."""
    currencies = languages.get(language).given.currencies.pattern
    return re.compile(rf"[$€£]\s?(?P<before>{_FIGURE})|(?P<behind>{_FIGURE})\s?(?:[$€£]|{currencies}(?!\w))")


def verdict(asked: Comparison, costs: tuple[float, float], language: str) -> str:
    """Which of the two it is, in the caller's words for it."""
    said = languages.get(language).prices
    first, second = costs
    if first == second:
        return said.same
    name = asked.first if (first < second) == asked.cheaper else asked.second
    return (said.cheaper if asked.cheaper else said.dearer).format(name=name[0].upper() + name[1:])
