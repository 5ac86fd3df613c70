"""Figures that follow from others: what three of something cost, how much cheaper one is. Pure."""

import re
from collections.abc import Collection, Iterable

from agent.knowledge.answers.prices import money
from parley import languages

_AMOUNT = re.compile(r"\d+(?:\.\d+)?")


class Sums:
    """Prices in the words of a language."""

    def __init__(self, language: str) -> None:
        prices = languages.get(language).prices
        self._money = money(language)
        self._difference = re.compile(rf"\W*(?:\w+\W+)?{prices.difference.pattern}(?!\w)")
        self._together = prices.together
        self._rate = re.compile(rf"(?<!\w){prices.per.pattern}\s*({prices.units.pattern})(?!\w)")

    def prices_hold(self, said: str, known: Collection[str], counts: Collection[str]) -> bool:
        """Whether every price in a sentence is `known`, or follows: one as often as `counts` say, a sum, a difference.

        Numbers are digits with a point before cents; what has more points is a date, and no price.
        """
        prices, times = _amounts(known), _amounts(counts)
        for match in self._money.finditer(said):
            follows = [one * n for one in prices for n in times] + prices
            if self._difference.match(said, match.end()):
                follows += [abs(one - other) for one in prices for other in prices if one != other]
            if self._together.within(said):
                follows += [one + other for one in prices for other in prices]
            price = _amounts([(match["before"] or match["behind"]).replace(",", ".")])
            if not price or not any(_same(price[0], other) for other in follows):
                return False
        return True

    def without_prices(self, said: str) -> str:
        """A sentence without its prices, whose other figures must be known as they are."""
        return self._money.sub(" ", said)

    def rates(self, text: str) -> frozenset[str]:
        """Units that prices in a text are for, in lower case."""
        return frozenset(match[1].lower() for match in self._rate.finditer(text))


def _amounts(numbers: Iterable[str]) -> list[float]:
    return [float(number) for number in numbers if _AMOUNT.fullmatch(number)]


def _same(one: float, other: float) -> bool:
    return abs(one - other) < 0.005
