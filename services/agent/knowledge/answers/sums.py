"""Figures that follow from others: what three of something cost, how much cheaper one is. Pure."""

import re
from collections.abc import Collection

_PRICE = re.compile(
    r"[$€£]\s?(\d+(?:\.\d+)?)|(\d+(?:\.\d+)?)\s?(?:euros?|dollars?|pounds?|franken)\b", re.IGNORECASE
)
_LESS_OR_MORE = re.compile(
    r"^\W*(?:\w+\W+)?(?:cheaper|less|more|dearer|günstiger|billiger|weniger|mehr|teurer)\b", re.IGNORECASE
)
_TOGETHER = re.compile(r"\b(?:together|total|both|altogether|sum|zusammen|insgesamt|beide)\b", re.IGNORECASE)
RATE = re.compile(
    r"\b(?:per|an?|each|every|pro) (year|month|week|day|hour|person|night|minute|kilomet\w+|mile|jahr"
    r"|monat|woche|tag|stunde)\b",
    re.IGNORECASE,
)


def prices_hold(said: str, known: Collection[str], counts: Collection[str]) -> bool:
    """Whether every price in a sentence is `known`, or follows: one as often as `counts` say, a sum, a difference.

    Numbers are digits with a point before cents.
    """
    prices = {float(number) for number in known}
    times = {float(number) for number in counts}
    for match in _PRICE.finditer(said):
        price = float(match[1] or match[2])
        follows = any(_same(price, one * n) for one in prices for n in times)
        if _LESS_OR_MORE.match(said[match.end() :]):
            follows = follows or any(
                _same(price, abs(one - other)) for one in prices for other in prices if one != other
            )
        if _TOGETHER.search(said):
            follows = follows or any(_same(price, one + other) for one in prices for other in prices)
        if not (follows or any(_same(price, one) for one in prices)):
            return False
    return True


def without_prices(said: str) -> str:
    """A sentence without its prices, whose other figures must be known as they are."""
    return _PRICE.sub(" ", said)


def _same(one: float, other: float) -> bool:
    return abs(one - other) < 0.005
