"""What is said sign by sign: telephone and card numbers, IBANs (ISO 13616), versions, codes of letters and figures."""

import re
from collections.abc import Sequence

from agent.voice.saying.dialled import digits
from agent.voice.saying.form import Form, at, core, first
from parley.languages.schema import Language

_GROUP = re.compile(r"\+?\(?\d[\d()/.-]*")
_FEWEST_DIGITS, _MOST_DIGITS = 7, 16
"""Of a number that is dictated: 15 at most by ITU-T E.164, 16 on a payment card."""
_DOTTED = re.compile(r"0\d+(?:\.\d+)+")
_LONG_GROUP = 3
_EXTENSION = re.compile(r"[xX](\d{1,5})")
_IBAN_HEAD = re.compile(r"[A-Z]{2}\d{2}")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z\d]{11,30}")
_VERSION = re.compile(r"([vV])?(\d+(?:\.\d+)+)")
_DATE = re.compile(r"\d{1,2}\.\d{1,2}\.(?:\d\d){1,2}")
_THOUSANDS = re.compile(r"\d{1,3}(?: \d{3})+")
_CODE = re.compile(r"(?=.*\d)[A-Z\d]+(?:-[A-Z\d]+)*")
_FEWEST_OF_CODE = 5
"""With fewer figures, letters and a number are a name: "A4", "M25", "RTX 4090"."""
_MOST_LETTERS = 4


class Dictated:
    """Finds them in the words of one language."""

    def __init__(self, language: Language) -> None:
        self._known = language.spoken

    def at(self, words: Sequence[str], place: int) -> Form | None:
        """The one that begins at a place, if one does."""
        ways = (self._telephone, self._iban, self._extension, self._version, self._code, self._spelled)
        return first(ways, words, place)

    def letters(self, text: str) -> str:
        """Letters and figures one by one, those that would be words by their names."""
        return " ".join(self._known.letters.get(letter.lower(), letter) for letter in text)

    def _telephone(self, words: Sequence[str], place: int) -> Form | None:
        """What begins with a plus, a nought or brackets, with its groups: "+49 30 1234567", "0800 123 4567"."""
        if not words[place].lstrip("+(")[:1].isdecimal() or at(words, place - 1)[-1:].isdecimal():
            return None
        plus = "+" in words[place]
        groups: list[str] = []
        count = 0
        for word in words[place:]:
            inner = word.rstrip(",.;:!?")
            stroke = word == "/" and count and at(words, place + count + 1)[:1].isdecimal()
            if not stroke and not _GROUP.fullmatch(inner):
                break
            # A nought in brackets is not dialled behind a country's code.
            shown = inner.replace("(0)", " ") if plus else inner
            groups, count = [*groups, *re.findall(r"\d+", shown)], count + 1
            if inner != word:
                break
        if not plus and words[place][0] != "(" and not self._is_dictated(words, place, count):
            return None
        if not _FEWEST_DIGITS <= len("".join(groups)) <= _MOST_DIGITS:
            return None
        sign = f"{self._known.words['+']} " if plus else ""
        return Form(sign + ", ".join(" ".join(group) for group in groups), count)

    def _is_dictated(self, words: Sequence[str], place: int, count: int) -> bool:
        """Whether some groups of figures are no amount with spaces between thousands, and no list of numbers."""
        said = [word.rstrip(",.;:!?") for word in words[place : place + count] if word != "/"]
        if said and _DOTTED.fullmatch(said[0]):
            return True
        if count < 2:
            return False
        if said[0].startswith("0"):
            return all(len(part) > 1 for part in said) and set(said[0]) != {"0"}
        if _THOUSANDS.fullmatch(" ".join(said)):
            # Nine figures in threes are a telephone's in Spain, unless something is counted with them.
            following = at(words, place + count)
            counted = following in self._known.currencies or following.lower() in self._known.units
            return (
                count == _LONG_GROUP and len(said[0]) == _LONG_GROUP and not counted and said[0][0] in "6789"
            )
        lengths = [len(part) for part in said]
        return all(part.isdecimal() for part in said) and (
            lengths == [3, 4] or (count >= _LONG_GROUP and max(lengths) >= _LONG_GROUP)
        )

    def _iban(self, words: Sequence[str], place: int) -> Form | None:
        """One that is right, or any behind the word: "IBAN DE89 3704 0044 0532 0130 00"."""
        if not _IBAN_HEAD.match(words[place]):
            return None
        text, found = "", None
        announced = at(words, place - 1).upper() == "IBAN"
        for count, word in enumerate(words[place:], 1):
            text += core(word)
            if not re.fullmatch(r"[A-Z\d]+", core(word)):
                break
            if _IBAN.fullmatch(text) and (announced or _is_iban(text)):
                groups = (text[begin : begin + 4] for begin in range(0, len(text), 4))
                found = Form(", ".join(self.letters(group) for group in groups), count)
                if _is_iban(text):
                    break
            if word != core(word):
                break
        return found

    def _extension(self, words: Sequence[str], place: int) -> Form | None:
        """An extension behind a telephone number: "555-0142 x12"."""
        before, inner = at(words, place - 1), core(words[place])
        if before.lower() == self._known.extension.lower() and re.fullmatch(r"-\d+", inner):
            return Form(digits(inner[1:]))
        match = _EXTENSION.fullmatch(inner)
        if match is None or len(re.findall(r"\d", before)) < len("0142"):
            return None
        return Form(f"{self._known.extension} {digits(match[1])}")

    def _version(self, words: Sequence[str], place: int) -> Form | None:
        match = _VERSION.fullmatch(core(words[place]))
        if match is None or not (match[1] or match[2].count(".") > 1):
            return None
        if not match[1] and (self._is_amount(match[2]) or _DATE.fullmatch(match[2])):
            return None
        named = at(words, place - 1).lower().startswith(self._known.version.lower())
        said = match[2].replace(".", f" {self._known.point} ")
        return Form(said if named or not match[1] else f"{self._known.version} {said}")

    def _is_amount(self, number: str) -> bool:
        return self._known.decimal == "," and re.fullmatch(r"\d{1,3}(?:\.\d{3})+", number) is not None

    def _code(self, words: Sequence[str], place: int) -> Form | None:
        """The number of an order or a thing, with letters: "RT-44179", "AB12345"."""
        inner = core(words[place])
        if not _CODE.fullmatch(inner) or not re.search("[A-Z]", inner):
            return None
        figures = re.findall(r"\d+", inner)
        noughts = any(part.startswith("0") and len(part) >= _LONG_GROUP for part in figures)
        letters = re.findall(r"[A-Z]+", inner)
        if (sum(map(len, figures)) < _FEWEST_OF_CODE and not noughts) or max(
            map(len, letters)
        ) > _MOST_LETTERS:
            return None
        return Form(", ".join(self._part(part) for part in inner.split("-")))

    def _part(self, part: str) -> str:
        """A part of a code: its letters, its figures."""
        runs = re.findall(r"\d+|[A-Z]+", part)
        return " ".join(digits(run) if run.isdecimal() else self.letters(run) for run in runs)

    def _spelled(self, words: Sequence[str], place: int) -> Form | None:
        """An abbreviation in capitals that a voice would read as a word."""
        inner = core(words[place])
        known = inner.isupper() and inner.replace(".", "").lower() in self._known.spelled
        return Form(self.letters(inner.replace(".", ""))) if known else None


def _is_iban(text: str) -> bool:
    """ISO 7064, MOD 97-10, with letters as numbers from 10 on."""
    number = "".join(str(int(letter, 36)) for letter in text[4:] + text[:4])
    return int(number) % 97 == 1
