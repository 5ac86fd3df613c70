"""Which of two things costs less: both prices come from the facts and are compared here, not by a model. Pure."""

import re
from dataclasses import dataclass

_COMPARES = {
    "en": re.compile(
        r"\b(?P<less>cheaper|cheapest|less expensive)\b|\b(?P<more>dearer|dearest|more expensive|pricier)\b",
        re.IGNORECASE,
    ),
    "de": re.compile(r"\b(?P<less>günstiger|billiger)\w*\b|\b(?P<more>teurer)\w*\b", re.IGNORECASE),
}
_WHY = re.compile(r"\b(?:why|how come|warum|wieso|weshalb)\b", re.IGNORECASE)
"""The reason is asked for, which no price tells."""
_TWO = {
    "en": (
        re.compile(
            r"(?:[,:]|\bcheaper|\bexpensive|\bdearer)\s+(?P<a>[^,?]+?),?\s+or\s+(?P<b>[^?,]+)", re.IGNORECASE
        ),
        re.compile(
            r"\b(?:is|are)\s+(?P<a>[^,?]+?)\s+(?:(?:more|less) )?\w+\s+than\s+(?P<b>[^?,]+)", re.IGNORECASE
        ),
    ),
    "de": (
        re.compile(
            r"(?:[,:]|günstiger|billiger|teurer)\s+(?P<a>[^,?]+?)\s+oder\s+(?P<b>[^?,]+)", re.IGNORECASE
        ),
        re.compile(r"\b(?:ist|sind)\s+(?P<a>[^,?]+?)\s+\w+\s+als\s+(?P<b>[^?,]+)", re.IGNORECASE),
    ),
}
_ASKS = {"en": "How much is {name}?", "de": "Was kostet {name}?"}
_SAID = {
    "en": {"less": "{name} is cheaper.", "more": "{name} is more expensive.", "same": "Both cost the same."},
    "de": {
        "less": "{name} ist günstiger.",
        "more": "{name} ist teurer.",
        "same": "Beides kostet gleich viel.",
    },
}
_PRICE = re.compile(
    r"[$€£]\s?(\d+(?:[.,]\d+)*)|(\d+(?:[.,]\d+)*)\s?(?:euros?|dollars?|pounds?|francs?|franken|cents?)\b",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"[.,](?=\d{3}\b)")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two things whose prices are to be compared."""

    first: str
    second: str
    cheaper: bool
    """Whether the caller asks which costs less, not more."""


def comparison(text: str, language: str) -> Comparison | None:
    """What a caller wants compared by price, if two things are named."""
    wanted = _COMPARES[language].search(text) if language in _COMPARES else None
    if wanted is None or _WHY.search(text):
        return None
    for pattern in _TWO[language]:
        match = pattern.search(text)
        if match:
            return Comparison(match["a"].strip(), match["b"].strip(" .!"), wanted["less"] is not None)
    return None


def question_of(name: str, language: str) -> str:
    """Ask what something costs."""
    return _ASKS[language].format(name=name)


def lowest_price(fact: str) -> float | None:
    """The lowest price in a fact; None when it has none."""
    found = (a or b for a, b in _PRICE.findall(fact))
    prices = [float(_THOUSANDS.sub("", number).replace(",", ".")) for number in found]
    return min(prices, default=None)


def verdict(asked: Comparison, costs: tuple[float, float], language: str) -> str:
    """Which of the two it is, in the caller's words for it."""
    said = _SAID[language]
    first, second = costs
    if first == second:
        return said["same"]
    name = asked.first if (first < second) == asked.cheaper else asked.second
    return said["less" if asked.cheaper else "more"].format(name=name[0].upper() + name[1:])
