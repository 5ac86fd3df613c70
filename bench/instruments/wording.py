"""Words that were said against words that were written down, whichever way each writes its numbers. Pure."""

import re
from collections.abc import Sequence

from agent.voice.saying import spoken
from parley.languages.said import without_accents

_SMALL = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_NUMBERS = {word: n for n, word in enumerate(_SMALL)} | _TENS | {"oh": 0}
_SHORT = {"first": "1", "second": "2", "third": "3", "fifth": "5", "kg": "kilograms", "cm": "centimeters"} | {
    f"{n}{end}": str(n) for n, end in ((1, "st"), (2, "nd"), (3, "rd"), (5, "th"))
}
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def words(text: str) -> list[str]:
    """Lower-case words as they are said, numbers in digits: "$49.99" and "forty-nine dollars 99" are the same."""
    plain = without_accents(text.replace("’", "'"))
    said = " ".join(word.said for word in spoken.words(plain)).lower()
    said = re.sub(r"\beigh\b", "a", re.sub(r"(?<=\d),(?=\d{3})", "", said))
    return _in_digits([_SHORT.get(word, word) for word in _WORD.findall(said)])


def _in_digits(found: Sequence[str]) -> list[str]:
    """Replace number words: "forty nine" → 49, "two hundred" → 200; single digits stay single."""
    out: list[str] = []
    tens = False
    for word in found:
        value = _NUMBERS.get(word)
        if word == "hundred" and out and out[-1].isdecimal():
            out[-1] = str(int(out[-1]) * 100)
        elif value is not None and tens and 0 < value < 10:
            out[-1] = str(int(out[-1]) + value)
        else:
            out.append(word if value is None else str(value))
        tens = word in _TENS
    return out


def errors(said: Sequence[str], heard: Sequence[str]) -> int:
    """Words to be replaced, put in or left out (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for number, word in enumerate(said, 1):
        before, row[0] = row[0], number
        for place, other in enumerate(heard, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (word != other))
    return row[-1]


def letters(found: Sequence[str]) -> list[str]:
    """Letters of the words without spaces: "tech store" and "techstore" are the same."""
    return list("".join(found))
