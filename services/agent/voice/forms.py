"""Written forms that are said otherwise than word by word: several words as one, or one by what stands beside it.

Telephone numbers in groups, IBANs (ISO 13616), versions, fractions, prices for something, millions, ranges, signs
beside a number, addresses of mail and web. `shorthand.py` knows abbreviations and the like, `spoken.py` says the rest.
"""

import re
from collections.abc import Callable, Sequence

from agent.voice.shorthand import Form, Shorthand, core
from parley.languages.schema import Language

_GROUP = re.compile(r"\+?\(?\d[\d()/.-]*")
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15
"""Of a telephone number; the most by ITU-T E.164."""
_IBAN_HEAD = re.compile(r"[A-Z]{2}\d{2}")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z\d]{11,30}")
_EMAIL = re.compile(r"^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$")
_HOST = re.compile(r"^(?:https?://)?(?:www\.)?[\w-]+(?:\.[a-z]{2,})+(?:/\S*)?$", re.IGNORECASE)
_VERSION = re.compile(r"([vV])?(\d+(?:\.\d+)+)")
_FRACTION = re.compile(r"\d+/\d+")
_RATE = re.compile(r"([^/]*)/([^\W\d_]+|m²)")
_TIMES = re.compile(r"(\d+)[x×](\d*)")
_SPAN = re.compile(r"(\S+?)\.?[-–—](\S+)")
_ENGLISH_TIME = re.compile(r"(\d{1,2}(?::\d\d)?(?:[ap]m)?)[-–—](\d{1,2}(?::\d\d)?[ap]m)", re.IGNORECASE)
_DATE = re.compile(r"\d{1,2}\.\d{1,2}\.(?:\d\d){1,2}")
_PLUS = re.compile(r"(\d[\d.,]*)\+")
_NUMBERED = re.compile(r"([#§])(\d+)")
_RATIO = re.compile(r"(\d+):(\d)")
_FLAT = re.compile(r"(\d[\d.,]*)[.,][-–—]+")
_HALF_TO = re.compile(r"([ap]\.?m)\.?[-–—](\d\S*)", re.IGNORECASE)


class Forms:
    """Finds them in the words of one language."""

    def __init__(self, language: Language, say: Callable[[str], str]) -> None:
        """`say` tells how a part of a form is said."""
        self._known = language.spoken
        self._shorthand = Shorthand(language)
        self._say = say

    def at(self, words: Sequence[str], place: int) -> Form | None:
        """The form that begins at a place, if one does."""
        ways = (self._telephone, self._iban, self._shorthand.at, self._million, self._rate, self._fraction)
        more = (self._span, self._sign, self._code, self._version, self._address)
        return next((form for way in (*ways, *more) if (form := way(words, place))), None)

    # Numbers that are dictated

    def _telephone(self, words: Sequence[str], place: int) -> Form | None:
        """What begins with a plus or an area code in brackets, with its groups: "+49 30 1234567"."""
        if not words[place].lstrip("(").startswith("+") and not re.match(r"\(\d", words[place]):
            return None
        groups: list[str] = []
        count = 0
        for word in words[place:]:
            inner = word.rstrip(",.;:!?")
            if not _GROUP.fullmatch(inner):
                break
            groups, count = [*groups, *re.findall(r"\d+", inner)], count + 1
            if inner != word:
                break
        if not _FEWEST_DIGITS <= len("".join(groups)) <= _MOST_DIGITS:
            return None
        plus = f"{self._known.words['+']} " if "+" in words[place] else ""
        return Form(plus + ", ".join(" ".join(group) for group in groups), count)

    def _iban(self, words: Sequence[str], place: int) -> Form | None:
        """One that is right, or any behind the word: "IBAN DE89 3704 0044 0532 0130 00"."""
        if not _IBAN_HEAD.match(words[place]):
            return None
        text, found = "", None
        announced = place > 0 and core(words[place - 1]).upper() == "IBAN"
        for count, word in enumerate(words[place:], 1):
            text += core(word)
            if not re.fullmatch(r"[A-Z\d]+", core(word)):
                break
            if _IBAN.fullmatch(text) and (announced or _is_iban(text)):
                groups = (text[at : at + 4] for at in range(0, len(text), 4))
                found = Form(", ".join(" ".join(group) for group in groups), count)
                if _is_iban(text):
                    break
            if word != core(word):
                break
        return found

    def _version(self, words: Sequence[str], place: int) -> Form | None:
        match = _VERSION.fullmatch(core(words[place]))
        if match is None or not (match[1] or match[2].count(".") > 1):
            return None
        if not match[1] and (self._thousands(match[2]) or _DATE.fullmatch(match[2])):
            return None
        named = place and core(words[place - 1]).lower().startswith(self._known.version.lower())
        said = match[2].replace(".", f" {self._known.point} ")
        return Form(said if named or not match[1] else f"{self._known.version} {said}")

    def _thousands(self, number: str) -> bool:
        return self._known.decimal == "," and re.fullmatch(r"\d{1,3}(?:\.\d{3})+", number) is not None

    def _address(self, words: Sequence[str], place: int) -> Form | None:
        """An address of mail or web, sign by sign."""
        found = core(words[place])
        if found.lower() in self._known.words or not (_EMAIL.match(found) or _HOST.match(found)):
            return None
        found = re.sub(r"^https?://", "", found).rstrip("/")
        for sign, name in self._known.address.items():
            if not sign.isalnum():
                found = found.replace(sign, f" {name} ")
        return Form(" ".join(self._known.address.get(part.lower(), part) for part in found.split()))

    # Amounts

    def _million(self, words: Sequence[str], place: int) -> Form | None:
        """Money in millions: "$1.2 million", "10 Mio. €"."""
        match = re.fullmatch(r"(\D*)(\d[\d.,]*)(\D*)", core(words[place]))
        following = [core(word) for word in words[place + 1 : place + 3]] + ["", ""]
        name = self._known.millions.get(following[0].lower(), "")
        if match is None or not name:
            return None
        sign = match[1] or match[3]
        count = 2 if sign else 3
        unit = self._known.currencies.get(sign or following[1])
        return (
            Form(self._known.of_millions.format(amount=match[2], name=name, unit=unit[1]), count)
            if unit
            else None
        )

    def _rate(self, words: Sequence[str], place: int) -> Form | None:
        """A price for something: "$5/month", "5 €/Monat"."""
        for count in (1, 2):
            text = " ".join(core(word) for word in words[place : place + count])
            match = _RATE.fullmatch(text)
            if match and any(sign in match[1] for sign in self._known.currencies) and match[1][-1] != " ":
                unit = match[2]
                per = self._known.rates.get(unit.lower()) or f"{self._known.per} {unit}"
                return Form(f"{self._say(match[1])} {per}", count)
        return None

    def _mixed(self, words: Sequence[str], place: int, fraction: str) -> Form | None:
        """A whole number and a fraction, perhaps with the noun between them: "2 heures et demie"."""
        noun = words[place + 2] if place + 2 < len(words) else ""
        own = self._known.mixed.get(f"{fraction} {core(noun)}".lower())
        said = own or self._known.mixed.get(fraction)
        if said is None:
            return None
        takes_noun = own is not None or ("{noun}" in said and bool(noun))
        return Form(f"{words[place]} {said.format(noun=core(noun))}".rstrip(), 3 if takes_noun else 2)

    def _fraction(self, words: Sequence[str], place: int) -> Form | None:
        """Half a thing, alone, with its noun, or after a whole number: "1/2 litre", "2 1/2 hours"."""
        first = core(words[place])
        following = core(words[place + 1]) if place + 1 < len(words) else ""
        if first.isdecimal() and first == words[place] and _FRACTION.fullmatch(following):
            return self._mixed(words, place, following)
        with_noun = self._known.fractions.get(f"{first} {following}".lower())
        if with_noun and first == words[place]:
            return Form(with_noun, 2)
        alone = self._known.fractions.get(first)
        return Form(alone) if alone else None

    def _span(self, words: Sequence[str], place: int) -> Form | None:
        """From one day of the week to another, or from one English time to another; and how often: "3x", "2x4"."""
        inner = core(words[place])
        if match := _TIMES.fullmatch(inner):
            by = f"{match[1]} {self._known.by} {match[2]}"
            return Form(by if match[2] else f"{match[1]} {self._known.times}")
        match = _ENGLISH_TIME.fullmatch(inner) if self._known.halves else None
        if match:
            return Form(f"{self._say(match[1])} {self._known.range} {self._say(match[2])}")
        match = _SPAN.fullmatch(inner)
        days = [self._known.days.get(name) for name in match.groups()] if match else []
        return Form(f"{days[0]} {self._known.range} {days[1]}", short=True) if all(days) and days else None

    def _sign(self, words: Sequence[str], place: int) -> Form | None:
        """A sign beside a number: "50+", "#1", "16:9", "20.-", "EUR 5", and the rest of "9 a.m.-5 p.m."."""
        inner = core(words[place])
        if match := _PLUS.fullmatch(inner):
            return Form(f"{self._say(match[1])} {self._known.words['+']}")
        if match := _NUMBERED.fullmatch(inner):
            return Form(f"{self._known.words[match[1]]} {match[2]}")
        if match := _RATIO.fullmatch(inner):
            return Form(f"{match[1]} {self._known.ratio} {match[2]}")
        if (match := _HALF_TO.fullmatch(inner)) and (half := self._known.halves.get(match[1].lower())):
            return Form(f"{half} {self._known.range} {self._say(match[2])}")
        return None

    def _code(self, words: Sequence[str], place: int) -> Form | None:
        """An amount before or behind the code of its currency, perhaps without hundredths: "CHF 20.-", "20,- €"."""
        pair = [core(word) for word in words[place : place + 2]] + [""]
        for code, amount in ((pair[0], pair[1]), (pair[1], pair[0])):
            flat = _FLAT.fullmatch(amount)
            if code in self._known.currencies and (flat or (code == pair[0] and amount[:1].isdecimal())):
                return Form(self._say(f"{flat[1] if flat else amount} {code}"), 2)
        return None


def _is_iban(text: str) -> bool:
    """ISO 7064, MOD 97-10, with letters as numbers from 10 on."""
    digits = "".join(str(int(letter, 36)) for letter in text[4:] + text[:4])
    return int(digits) % 97 == 1
