"""Letters and figures that are spelled: any code, a postal code, a licence plate."""

import re
from collections.abc import Callable, Mapping

from gateway.values import letters
from gateway.values.kind import NOTHING, Kind, Reading
from gateway.values.letters import Token
from gateway.values.meant import meant
from gateway.values.numbers import leading
from parley import languages
from parley.agents.dialogue import Digits
from parley.languages.said import plain
from parley.languages.types import Phrases

_FEW = 3
"""Groups of a code that a recogniser has written as words."""
_FEWEST = 3
"""Letters and figures that are a code, and no words."""
_ARTICLES = 3
"""Words of which the last may name a place: "and the last"."""
_TWO = re.compile(r"[aeiouyäöü]{2}|[bcdfghj-np-tv-xzß]{2}")
"""Two letters that are no word, and together one sound: "ey", "dt"."""
_LONGEST_PHRASE = 4
"""Words of what may stand behind a value."""


class Code(Kind):
    """So many letters and figures, in capitals."""

    spelled = True

    def __init__(self, length: Digits, language: str) -> None:
        super().__init__(language)
        self._length = length
        self.keys = length.max

    def typed(self, keys: str) -> Reading:
        """What has figures only may be typed."""
        return self._judged(keys) if self._judged(keys).whole else NOTHING

    def said(self, so_far: str, text: str) -> Reading:
        """All of it, or what is still missing of it."""
        told = self._told(text)
        return self._judged(so_far + told) if told else NOTHING

    def corrected(self, value: str, text: str) -> Reading:
        """Another one, one letter ("B as in Bravo", "the third letter is B", "B, not P"), or its right end."""
        if better := put_right(value, text, self._language, among=str.isalnum):
            return self._judged(_capitals(better))
        told = self._told(text)
        if not told:
            return NOTHING
        whole = self._judged(told)
        return whole if whole.whole else self._judged(value[: -len(told)] + told)

    def beside(self, value: str, text: str) -> Reading:
        """Another one, or a letter by its place or its word; fewer letters are rather words ("I see")."""
        whole = self.said("", text)
        if whole.whole and len(whole.value) >= _FEWEST:
            return whole
        like = languages.get(self._language).telling.spelling.like.within(plain(text))
        found = [token.text.upper() for token in spelling(text, self._language)]
        letter = like and len(found) == 1 and found[0] not in value
        placed = _place(text, self._language)[0] is not None
        return self.corrected(value, text) if letter or placed else NOTHING

    def spoken(self, value: str) -> str:
        """Letter by letter."""
        return letters.spoken(value, self._language)

    def _told(self, text: str) -> str:
        """What is spelled; empty where something else is said as well."""
        said = meant(text, self._language)
        found = self._of_code(spelling(said.text, self._language))
        if not all(
            token.spelled or (not said.refused and self._written(token.text, said.text)) for token in found
        ):
            return ""
        return _capitals("".join(token.text for token in found if not token.sign))

    def _of_code(self, found: list[Token]) -> list[Token]:
        """Of what is said, what belongs to the code."""
        return found

    def _written(self, word: str, text: str) -> bool:
        """Whether a recogniser has put spelled letters together: "my code is XK"."""
        known = languages.get(self._language)
        words = re.findall(r"\w+", text)
        talk = word in known.telling.none or word in known.knowledge.stop_words
        alone = all(w.isdecimal() for w in words if w.lower() != word) and len(words) <= _FEW
        return word.isalnum() and (word.upper() in words or (alone and not talk))

    def _judged(self, code: str) -> Reading:
        if len(code) > self._length.max:
            return NOTHING
        return Reading(code, len(code) >= self._length.min)


class Shaped(Code):
    """A code that has one of the shapes of its country."""

    def __init__(self, shapes: Mapping[str, str], country: str, language: str, longest: int) -> None:
        """`shapes`: regular expressions by ISO 3166 code of the country; the one of "" is of all others."""
        super().__init__(Digits(min=1, max=longest), language)
        self._shape = re.compile(shapes.get(country, shapes[""]))

    def _of_code(self, found: list[Token]) -> list[Token]:
        """Without the name of a town behind it."""
        for end in range(len(found), 0, -1):
            if self._shape.fullmatch(_capitals("".join(token.text for token in found[:end]))):
                return found[:end]
        return found

    def _judged(self, code: str) -> Reading:
        if len(code) > self._length.max:
            return NOTHING
        # A nought is called like the letter.
        fits = next((way for way in (code, code.replace("O", "0")) if self._shape.fullmatch(way)), "")
        return Reading(fits or code, bool(fits))

    def result(self, value: str) -> str:
        """With the parts of its shape apart."""
        match = self._shape.fullmatch(value)
        return " ".join(filter(None, match.groups())) if match and match.groups() else value


_POSTAL = {
    "": r"[A-Z0-9]{3,10}",
    **dict.fromkeys(("DE", "FR", "ES", "IT", "FI", "PL", "MX", "TR", "HR", "EE", "LT"), r"\d{5}"),
    **dict.fromkeys(("AT", "CH", "BE", "DK", "NO", "AU", "NZ", "LU", "HU", "BG", "SI", "LI", "ZA"), r"\d{4}"),
    **dict.fromkeys(("SE", "CZ", "SK", "GR"), r"(\d{3})(\d{2})"),
    "PT": r"(\d{4})(\d{3})",
    "NL": r"([1-9]\d{3})([A-Z]{2})",
    "GB": r"([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})",
    "CA": r"([A-Z]\d[A-Z])(\d[A-Z]\d)",
    "IE": r"([A-Z]\d[\dW])([A-Z\d]{4})",
    "US": r"\d{5}(?:\d{4})?",
    "BR": r"(\d{5})(\d{3})",
    "JP": r"(\d{3})(\d{4})",
}
"""Universal Postal Union, addressing systems of its members."""
_PLATES = {
    "": r"(?=.*\d)[A-ZÄÖÜ0-9]{2,10}",
    # Which letters are the district's nobody can hear: K-AB and KA-B are two.
    "DE": r"[A-ZÄÖÜ]{1,3}[A-Z]{1,2}[1-9]\d{0,3}[EH]?",
    "AT": r"([A-Z]{1,2})([A-Z0-9]{3,6})",
    "CH": r"([A-Z]{2})(\d{1,6})",
    "GB": r"([A-Z]{2}\d{2})([A-Z]{3})|([A-Z]\d{1,3})([A-Z]{3})|([A-Z]{3})(\d{1,3}[A-Z])|([A-Z]{1,3})(\d{1,4})",
    "FR": r"([A-Z]{2})(\d{3})([A-Z]{2})",
    "IT": r"([A-Z]{2})(\d{3})([A-Z]{2})",
    "ES": r"(\d{4})([BCDFGHJ-NP-TV-Z]{3})|([A-Z]{1,2})(\d{4})([A-Z]{1,2})",
}
"""What the countries of the languages give out; elsewhere anything with a figure."""


def _capitals(code: str) -> str:
    """In capitals; an ß has none that is one letter."""
    return "".join(c if c == "ß" else c.upper() for c in code)


def postal_code(country: str, language: str) -> Code:
    """A postal code of a country."""
    return Shaped(_POSTAL, country, language, 10)


def plate(country: str, language: str) -> Code:
    """A licence plate of a country."""
    return Shaped(_PLATES, country, language, 10)


def spelling(text: str, language: str) -> list[Token]:
    """What is spelled in a text, without what may stand around it."""
    return letters.tokens(stripped(text, language), language, only=True)


def stripped(text: str, language: str) -> str:
    """A text without what stands before and behind a value that is told: "my name is … please"."""
    around = languages.get(language).telling.around
    left = text.strip(" ,.;:!?…")
    while match := around.begin(left.lower().replace("-", " ")):
        left = left[match.end() :].lstrip(" ,.;:!?…-")
    words = left.split()
    while count := next(
        (n for n in range(min(len(words), _LONGEST_PHRASE), 0, -1) if _are(around, words[-n:])), 0
    ):
        if (
            words[-count - 1 : -count]
            and words[-count - 1].lower() in languages.get(language).telling.spelling.signs
        ):
            break  # "punto es"
        del words[-count:]
    return " ".join(words).rstrip(" ,.;:!?…")


def without_hint(text: str, language: str) -> tuple[str, str]:
    """A text without what tells how its last word is written, and the letters of that: "Conner with an E"."""
    words = text.split()
    for at in range(1, len(words)):
        if hint := _hint(" ".join(words[at:]), language):
            return " ".join(words[:at]), hint
    return text, ""


def hint_alone(text: str, language: str) -> str:
    """The letters of a text that tells nothing but how a word is written: "no, with a Y"; empty: it tells more."""
    known = languages.get(language).telling
    left = known.spelling.announcing.left_out(meant(text, language).text).strip(" ,.")
    while not (hint := _hint(left, language)):
        match = known.around.begin(left.lower())
        if match is None:
            return ""
        left = left[match.end() :].lstrip(" ,.-")
    return hint


def _hint(text: str, language: str) -> str:
    """The letters after "with": "an E", "E Y", "ey", "two T's"."""
    match = languages.get(language).telling.spelling.hint.begin(text.lower())
    rest = re.sub(r"(?<!\w)(\w)['’]?s(?!\w)", r"\1", text[match.end() :]) if match else ""
    if _TWO.fullmatch(rest.strip(" ,.;:!?…").lower()):
        return rest.strip(" ,.;:!?…").lower()
    found = letters.tokens(rest, language, only=True)
    if not found or not all(t.spelled and not t.sign for t in found):
        return ""
    count, told = found[0].text, "".join(t.text for t in found[1:])
    return told * int(count) if count.isdecimal() and len(told) == 1 else count + told


def _are(phrases: Phrases, words: list[str]) -> bool:
    return phrases.are(" ".join(words).lower().strip(",.;:!?…"))


def put_right(value: str, text: str, language: str, *, among: Callable[[str], bool]) -> str:
    """A value with the letter in it that a correction names; empty when it names none.

    "B as in Bravo", "the third letter is B", "B, not P", "not P but B".
    """
    told = meant(text, language)
    left = stripped(told.text, language)
    place, left = _place(left, language)
    found = _spelled(left, language)
    refused = [t.text for t in letters.tokens(told.refused, language, only=True) if len(t.text) == 1]
    if place is not None:
        found = _placed(left, language)
    new = "".join(t.text for t in found)
    several = len(new) > 1 and place != -1
    if not new or several or not all(t.spelled for t in found):
        return ""
    return letters.put_right(value, new, "".join(refused[-1:]), place, language, among=among)


def _spelled(text: str, language: str) -> list[Token]:
    return [t for t in letters.tokens(text, language, only=True) if not t.sign]


def _placed(left: str, language: str) -> list[Token]:
    """What belongs to a place that was named: "letter is a B", "one is nine", "two are B T"."""
    count, rest = leading(left, language)
    found = _spelled(_behind_is(rest, language), language)
    if count and int(count) == len("".join(token.text for token in found)):
        return found
    return _spelled(_behind_is(left, language), language)[-1:]


def _place(text: str, language: str) -> tuple[int | None, str]:
    """Which letter is meant, where a text begins with that, and the rest: "the third letter is …"."""
    known = languages.get(language)
    ways = ((-1, known.telling.spelling.last), *enumerate(known.numerals.ordinals))
    words = text.lower().replace("’", "'").replace("'", " ").split()
    for at in range(min(len(words), _ARTICLES)):
        left = " ".join(words[at:])
        for place, names in ways:
            if match := names.begin(left):
                return place, left[match.end() :].strip()
    return None, text


def _behind_is(left: str, language: str) -> str:
    """What stands behind "is", where there is one: "letter of the code is B"."""
    naming = languages.get(language).numerals.naming.pattern
    match = re.search(rf"(?i)(?<!\w){naming}(?!\w)\s*(?=\w)", left)
    return left[match.end() :] if match else left
