"""Where a text tells who somebody is or what can be taken from them: numbers, cards, accounts, addresses, names. Pure.

Telephone numbers are found by the library `phonenumbers`, cards by their length and check digit (ISO/IEC 7812-1, Luhn),
accounts by theirs (ISO 13616, mod 97) or by their shape, addresses and names by what stands around them in any of the
languages, and whatever is spelled letter by letter as a name: who tells one without "my name is" is not found.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from phonenumbers import Leniency, PhoneNumberMatcher

from parley import languages
from parley.languages.types import any_of

Span = tuple[int, int]
"""First character, and one past the last."""

_FEW = 7
"""Rows of fewer digits are prices, times and numbers of orders."""
_GROUPED = re.compile(r"(?<![\w.])\d(?:[ -]?\d){12,18}(?!\w)")
_ACCOUNT = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?!\w)", re.IGNORECASE)
_LIKE_ACCOUNT = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?\d){11,28}(?!\w)")
"""As an account, with a digit that was misheard."""
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NATIONAL = re.compile(r"(?<![\w.,:])\(?0\d(?:[ ()/-]{0,2}\d){5,13}(?!\w)")
"""As numbers are written in their own country, whichever that is."""
_COUNTRIES = (None, "US", "GB", "DE", "ES", "FR", "IT")
"""Whose numbers are known without their prefix: those of the languages that there are; None: those with a plus."""


def telephones(text: str) -> Iterator[Span]:
    """Numbers of telephones, written or dictated digit by digit."""
    if sum(c.isdigit() for c in text) >= _FEW:
        for country in _COUNTRIES:
            for found in PhoneNumberMatcher(text, country, leniency=Leniency.VALID):
                yield found.start, found.end
        yield from (match.span() for match in _NATIONAL.finditer(text))
    yield from dictated(text, _FEW)


def dictated(text: str, fewest: int) -> Iterator[Span]:
    """Rows of so many digits or more that are said one by one, in words, in figures or in both."""
    for match in _dictated(fewest).finditer(text):
        yield match.start(), match.start() + len(match[0].rstrip(" ,.-"))


def cards(text: str) -> Iterator[Span]:
    """Numbers of payment cards."""
    return (match.span() for match in _GROUPED.finditer(text) if _luhn(match[0]))


def accounts(text: str) -> Iterator[Span]:
    """International numbers of bank accounts (IBAN); what follows one in the same breath is no part of it."""
    for match in _ACCOUNT.finditer(text):
        ends = [n for n, c in enumerate(match[0], 1) if c != " "]
        end = next((n for n in reversed(ends) if _mod_97(match[0][:n])), None)
        if end is not None:
            yield match.start(), match.start() + end
    yield from (match.span() for match in _LIKE_ACCOUNT.finditer(text))


def addresses(text: str) -> Iterator[Span]:
    """Addresses of e-mail, written, said or spelled: "ann dot smith at example dot com", "a n n at example dot com"."""
    yield from (match.span() for match in _ADDRESS.finditer(text))
    yield from (match.span() for match in _spoken_address().finditer(text))


def names(text: str) -> Iterator[Span]:
    """Names of persons that are told as such, and what is spelled, which mostly is one: "M-I-L-L-E-R", "m as in Mike, i
    as in India".
    """
    yield from introduced(text)
    for match in _spelled().finditer(text):
        yield match.start(), match.start() + len(match[0].rstrip(" ,.;-"))


def introduced(text: str) -> Iterator[Span]:
    """Names that are told as such: "my name is Ann Smith", "Mr Smith"."""
    return (match.span("name") for match in _named().finditer(text))


FINDERS: dict[str, Callable[[str], Iterable[Span]]] = {
    "email": addresses,
    "iban": accounts,
    "card": cards,
    "telephone": telephones,
    "name": names,
}
"""By kind. An account or a card may look like a telephone's number, never the other way round: these come first."""


def _luhn(text: str) -> bool:
    digits = [int(c) for c in reversed(text) if c.isdigit()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return any(digits) and (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _mod_97(text: str) -> bool:
    plain = text.replace(" ", "")
    turned = plain[4:] + plain[:4]
    return len(plain) >= 15 and int("".join(str(int(c, 36)) for c in turned)) % 97 == 1


@cache
def _dictated(fewest: int) -> re.Pattern[str]:
    words = any_of(frozenset[str]().union(*(known.turn.digits for known in languages.every())))
    return re.compile(rf"(?<![\w.,:])(?:(?:{words}|\d)(?:[ ,.-]+|$|(?=\W))){{{fewest},}}", re.IGNORECASE)


@cache
def _spoken_address() -> re.Pattern[str]:
    known = [known.personal for known in languages.every()]
    at, dot = (
        any_of(frozenset[str]().union(*found)) for found in ([k.at for k in known], [k.dot for k in known])
    )
    spelled = r"\w(?:[ -]\w(?!\w))+"
    part, more = rf"(?:{spelled}|[\w.+-]+)", rf" (?:{dot}) (?:{spelled}|[\w+-]+)"
    said = rf"{part}(?:{more})* (?:{at}) (?:{spelled}|[\w-]+)(?:\.\w+)*(?:{more})+"
    # Where the domain is written down, "at" alone makes no address: "look at example.com".
    sure = rf"(?:{spelled}|[\w+-]*[._+-][\w.+-]*|{part}(?:{more})+)"
    return re.compile(rf"(?<!\w)(?:{said}|{sure} (?:{at}) [\w-]+(?:\.\w+)+)(?!\w)", re.IGNORECASE)


@cache
def _named() -> re.Pattern[str]:
    """What introduces a name, and the name: up to four words with capitals, and what stands within a name."""
    known = [known.personal for known in languages.every()]
    title = "|".join(k.titles.pattern for k in known)
    before = "|".join([*(k.introduces.pattern for k in known), rf"(?:(?:{title})\.?\s+)*(?:{title})\.?"])
    within = any_of(frozenset[str]().union(*(k.within for k in known)))
    word = r"[^\W\d_a-zß-ÿ][\w'’-]*"
    return re.compile(rf"(?<!\w)(?:{before})[\s,]+(?P<name>{word}(?: (?:(?:{within}) )*{word}){{0,3}})")


@cache
def _spelled() -> re.Pattern[str]:
    """Three letters or more that are said one by one, with the same between all of them, or two with their words."""
    known = languages.every()
    times = any_of(frozenset[str]().union(*(k.numerals.times for k in known)))
    like = "|".join(k.telling.spelling.like.pattern for k in known)
    letter, double = r"[^\W\d_]", rf"(?:{times} )?"
    apart = rf"{double}{letter}(?P<gap>-|, |\. | |\.)(?:{double}{letter}(?P=gap))+{double}{letter}(?![\w'’-])"
    words = rf"(?:{double}(?P<letter>{letter}) (?:{like}) (?P=letter)\w*(?:[ ,.;]+|$|(?=\W))){{2,}}"
    return re.compile(rf"(?<![\w.'’-])(?:{apart}|{words})", re.IGNORECASE)
