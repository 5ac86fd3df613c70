"""E-mail addresses, as recognisers write what is dictated; checked by `email-validator`, without the network."""

import re
from difflib import SequenceMatcher

from email_validator import EmailNotValidError, validate_email

from gateway.values import letters
from gateway.values.codes import put_right, stripped, without_hint
from gateway.values.kind import NOTHING, Kind, Reading
from gateway.values.letters import Token
from gateway.values.meant import meant
from parley import languages
from parley.languages.said import without_accents

_WRITTEN = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ENDS = "com|de|net|org|es|fr|it|co|eu|info"
_SPACED = re.compile(rf"\s*([@_])\s*|(?<=\w)\s+(\.)\s*(?=\w)|(?<=\w)\s*(\.)\s+(?=(?:{_ENDS})\b)")
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_PROVIDERS = frozenset(
    [
        "gmail",
        "googlemail",
        "outlook",
        "hotmail",
        "live",
        "msn",
        "yahoo",
        "icloud",
        "me",
        "aol",
        "proton",
        "protonmail",
        "posteo",
        "mailbox",
        "gmx",
        "web",
        "t-online",
        "freenet",
        "orange",
        "wanadoo",
        "free",
        "laposte",
        "libero",
        "tiscali",
        "alice",
        "terra",
    ]
)
"""Of mail: whose names a caller knows by ear; others are spelled when they are read back."""
_SPELLED = r"(?:[^\W_]-){2,}[^\W_]"
_APART = re.compile(rf"(?<!\w){_SPELLED}(?=[.@_]\w)|(?<=\w[.@_]){_SPELLED}(?!\w)")
"""Letters that were spelled, within an address: "j-o-h-n.smith"."""
_SWALLOWED = re.compile(
    rf"^([\w.+-]+?)(?:\.|at|ed|et)?((?:{'|'.join(sorted(_PROVIDERS))})(?:\.[a-z]{{2,}})+)$"
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_ALIKE = 0.6
"""From here on what is said instead is what stands before the @."""
_LONGEST_NAME = 3
"""Words of a beginning that has no sign in it yet: "john smith"."""


class Email(Kind):
    """In small letters."""

    spelled = True

    def said(self, so_far: str, text: str) -> Reading:
        """All of it, or what follows: "john dot smith", and then "at example dot com"."""
        said = meant(text, self._language)
        alone, found = self._told(said.text)
        reading = self._judged(alone if _valid(alone) else so_far + alone, found) if alone else NOTHING
        # "I do not have one" begins no address.
        return NOTHING if said.refused and not reading.whole else reading

    def corrected(self, value: str, text: str) -> Reading:
        """Another one, another domain or the end of it, one letter, or what stands before the @ spelled."""
        name, _, domain = value.partition("@")
        if better := put_right(name, text, self._language, among=str.isalnum):
            return self._judged(f"{better}@{domain}")
        alone, found = self._told(meant(text, self._language).text)
        if not alone:
            return NOTHING
        if alone.startswith("."):
            alone = f"{name}@{domain.rpartition('.')[0]}{alone}"
        elif alone.startswith("@"):
            alone = name + alone
        elif _DOMAIN.fullmatch(alone) and alone.partition(".")[0] in _PROVIDERS:
            alone = f"{name}@{alone}"
        elif alone in _PROVIDERS and "." in domain:
            alone = f"{name}@{alone}.{domain.partition('.')[2]}"
        elif "@" not in alone and (_spelled(alone, found) or _alike(alone, name)):
            alone = f"{alone}@{domain}"
        return self._judged(alone) if _valid(alone) else NOTHING

    def beside(self, value: str, text: str) -> Reading:
        """Another address or domain; one that is only written otherwise is the same, unless it is spelled."""
        told, found = self._told(text)
        domain = _DOMAIN.fullmatch(told) or told in _PROVIDERS
        if "@" not in told and not domain and not any(token.sign for token in found):
            return NOTHING
        new = self.corrected(value, text)
        (name, _, host), (other, _, other_host) = (address.partition("@") for address in (value, new.value))
        spelled = any(token.spelled and not token.sign for token in found)
        return NOTHING if host == other_host and not spelled and _alike(name, other) else new

    def spoken(self, value: str) -> str:
        """What stands before the @ letter by letter, and a domain that not everybody knows."""
        signs = languages.get(self._language).spoken.address
        name, at, domain = value.partition("@")
        first, *others = domain.split(".")
        known = not first or first in _PROVIDERS
        host = [first if known else letters.spoken(first, self._language), *others]
        said = [letters.spoken(name, self._language)] if name else []
        said += [f"{signs['@']} {f' {signs["."]} '.join(host)}".strip()] if at else []
        return ", ".join(said)

    def result(self, value: str) -> str:
        """As `email-validator` normalizes it."""
        return _valid(value) or value

    def _told(self, text: str) -> tuple[str, list[Token]]:
        """What is said, as an address is written; with what it was made of."""
        left, _ = without_hint(stripped(text, self._language), self._language)
        address, found = self._assembled(left.lower().replace("'", "").replace("’", ""))
        before = text.removesuffix(left).split() if address.startswith("@") else []
        if before and before[-1].isalpha():  # "hello@…": what may stand around an address is its name
            address = f"{before[-1].lower()}{address}"
        return _ascii(address), found

    def _assembled(self, text: str) -> tuple[str, list[Token]]:
        text = _APART.sub(lambda m: m[0].replace("-", ""), text)
        together = _SPACED.sub(lambda m: m[1] or m[2] or m[3], text)
        for way in (text, together):
            if written := _WRITTEN.findall(way):
                return written[-1].rstrip(".-"), []
        found = letters.tokens(together, self._language)
        before = max((n for n, token in enumerate(found) if token.text == "@"), default=None)
        if before is None:
            # A recogniser that knows no address writes "john.smith.gmail.com", or "smithatgmail.com".
            return _SWALLOWED.sub(r"\1@\2", letters.joined(found)), found
        name, domain = self._name_in(found[:before]), found[before + 1 :]
        if domain and domain[-1].text in _ENDS.split("|") and not any("." in t.text for t in domain):
            domain = [*domain[:-1], Token(".", sign=True), domain[-1]]  # "web de"
        return f"{letters.joined(name)}@{letters.joined(domain)}", found

    def _name_in(self, found: list[Token]) -> list[Token]:
        """What of some words stands before the @: not a sentence around it, "you can send it to …"."""
        stop = languages.get(self._language).knowledge.stop_words
        talk = [n for n, token in enumerate(found) if not token.spelled and token.text in stop]
        words = sum(not token.spelled for token in found)
        return found[talk[-1] + 1 :] or found if talk and words > _LONGEST_NAME else found

    def _judged(self, address: str, found: list[Token] | None = None) -> Reading:
        """An address, or the beginning of one."""
        if _valid(address):
            return Reading(address)
        words = [token for token in found or [] if not token.spelled]
        signs = [token for token in found or [] if token.sign]
        plausible = not words or signs or len(words) == 1
        none = languages.get(self._language).telling.none
        known = any(token.text in none for token in words)
        begun = re.fullmatch(r"[\w.+-]+(?:@[\w.-]*)?", address) and plausible and not known
        return Reading(address, whole=False) if begun and len(words) <= _LONGEST_NAME else NOTHING


def _ascii(text: str) -> str:
    """Letters as addresses have them: Müller's is nearly always mueller, and López's lopez."""
    return without_accents(text.translate(_UMLAUTS))


def _spelled(text: str, found: list[Token]) -> bool:
    return len(text) > 1 and all(token.spelled for token in found)


def _alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other).ratio() >= _ALIKE


def _valid(address: str) -> str:
    """The address as it is written; empty when it is none."""
    try:
        return validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError:
        return ""
