"""How written words are said: prices, times, units, addresses. Word by word, so that heard words can be counted."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is written and as it is said; `said` may be several words, or none."""

    written: str
    said: str


_EDGES = re.compile(r"""^(["'(\[“‘]*)(.*?)([,.;:!?…"')\]”’]*)$""", re.DOTALL)
_PRICE = re.compile(r"^([$€£])(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{2}))?$")
_TIME = re.compile(r"^(\d{1,2}):(\d{2})(am|pm)?$", re.IGNORECASE)
_RANGE = re.compile(r"^(\$?[\d:.]+)[-–—](\$?[\d:.]+)$")
_UNIT = re.compile(r"^(\d+(?:\.\d+)?)(gb|tb|mb|w|kg|km|cm|mm|ghz|mah|hz|h|am|pm|%|\"|″)$", re.IGNORECASE)
_THOUSANDS = re.compile(r"^\d{1,3}(?:,\d{3})+(?:\.\d+)?$")
_PHONE = re.compile(r"^\+?\d+(?:-\d+)+$")
_EMAIL = re.compile(r"^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$")
_HOST = re.compile(r"^(?:https?://)?(?:www\.)?[\w-]+(?:\.[a-z]{2,})+(?:/\S*)?$", re.IGNORECASE)

_CURRENCY = {"$": ("dollar", "cent"), "€": ("euro", "cent"), "£": ("pound", "penny")}
_UNITS = {
    "gb": "gigabyte", "tb": "terabyte", "mb": "megabyte", "w": "watt", "kg": "kilogram", "km": "kilometer",
    "cm": "centimeter", "mm": "millimeter", "ghz": "gigahertz", "mah": "milliamp hour", "hz": "hertz", "h": "hour",
    '"': "inch", "″": "inch",
}  # fmt: skip
_WORDS = {
    "&": "and", "+": "plus", "=": "equals", "/": "or", "@": "at", "-": "", "–": "", "—": "",
    "e.g": "for example", "i.e": "that is", "approx": "about", "etc": "and so on", "vs": "versus", "mr": "mister",
    "mrs": "missis", "dr": "doctor", "a.m": "eigh m", "p.m": "p m",  "24/7": "twenty-four seven",
    "wi-fi": "why fie", "wifi": "why fie", "usb-c": "u s b c", "usb": "u s b", "hdmi": "h d m i", "oled": "oh led",
    "faq": "f eigh q", "tv": "t v", "pc": "p c",
}  # fmt: skip
# "a" would be read as the article.
_HALVES = {"a": "eigh m", "p": "p m"}
# A full stop after these is their own.
_SHORTENED = frozenset({"e.g", "i.e", "approx", "vs", "mr", "mrs", "dr"})
_MOST_COUNTED = 4
"""A number of more digits, written without commas and not round, is no amount: its digits are said one by one."""


def words(text: str) -> list[Word]:
    """The words of a text with how each is said; marks of punctuation stay on the last said word."""
    written = text.split()
    return [Word(w, _said(w, written[i + 1] if i + 1 < len(written) else "")) for i, w in enumerate(written)]


def _said(word: str, following: str) -> str:
    match = _EDGES.match(word)
    assert match is not None  # every part of the pattern may be empty
    _, core, closing = match.groups()
    if core.replace(".", "").isdigit() and closing.startswith(('"', "″")):
        core, closing = core + closing[0], closing[1:]  # 14" is a size, not the end of a quotation
    said = _core(core, following)
    marks = "".join(c for c in closing if c in ",.;:!?…")
    if core.lower() in _SHORTENED and following:
        marks = marks.removeprefix(".")
    if core.lower() in ("a.m", "p.m") and marks.startswith("."):
        marks = marks[1:] if len(marks) > 1 else ("." if not following or following[0].isupper() else "")
    return f"{said}{marks}" if said else ""


def _core(core: str, following: str) -> str:
    low = core.lower()
    if core in ("AM", "PM"):
        return _HALVES[low[0]]
    if low in _WORDS:
        return _WORDS[low]
    if m := _PRICE.match(core):
        return _price(m[1], m[2].replace(",", ""), m[3])
    if m := _TIME.match(core):
        return _time(int(m[1]), m[2], m[3], following)
    return _number(core, following) or _plain(core)


def _number(core: str, following: str) -> str | None:
    if _PHONE.match(core) and len(core) >= 7:
        return ", ".join(" ".join(group) for group in core.lstrip("+").split("-"))
    if core[:1] in "-−" and core[1:2].isdigit():
        return f"minus {_core(core[1:], following)}"
    if m := _RANGE.match(core):
        return f"{_core(m[1], '')} to {_core(m[2], following)}"
    if m := _UNIT.match(core):
        return _quantity(m[1], m[2].lower())
    if core.isdecimal() and len(core) > 1 and (core[0] == "0" or len(core) > _MOST_COUNTED):
        return " ".join(core) if core[0] == "0" or core[-2:] != "00" else f"{int(core):,}"
    # Commas stay: without them four digits would be read as a year.
    return core if _THOUSANDS.match(core) else None


def _plain(core: str) -> str:
    if _EMAIL.match(core) or _HOST.match(core):
        return _address(core)
    return core.replace("&", " and ").replace("/", " or ").replace("_", " ").replace("’", "'").lstrip("-–—")


def _price(currency: str, whole: str, part: str | None) -> str:
    unit, small = _CURRENCY[currency]
    amount = f"{whole} {unit}" if whole == "1" else f"{int(whole):,} {unit}s"
    if part is None or part == "00":
        return amount
    cents = str(int(part))
    if whole == "0":
        plural = {"penny": "pence"}.get(small, small + "s")
        return f"{cents} {small if cents == '1' else plural}"
    return (
        f"{amount} {cents}"
        if int(part) >= 10
        else f"{amount} and {cents} {small if cents == '1' else small + 's'}"
    )


def _time(hour: int, minute: str, half: str | None, following: str) -> str:
    suffix = f" {_HALVES[half.lower()[0]]}" if half else ""
    if minute != "00":
        spoken = f"oh {minute[1]}" if minute[0] == "0" else minute
        return f"{hour} {spoken}{suffix}"
    if suffix or following.lower().startswith(("a.m", "p.m", "am", "pm", "o'clock")):
        return f"{hour}{suffix}"
    return f"{hour} o'clock"


def _quantity(number: str, unit: str) -> str:
    if unit in ("am", "pm"):
        return f"{number} {_HALVES[unit[0]]}"
    if unit == "%":
        return f"{number} percent"
    name = _UNITS[unit]
    # "14 inch screen", "2 hertz": neither takes an s before a noun.
    return f"{number} {name}" if number == "1" or name.endswith(("hertz", "inch")) else f"{number} {name}s"


def _address(core: str) -> str:
    core = re.sub(r"^https?://", "", core).rstrip("/")
    for mark, name in (
        ("@", " at "),
        (".", " dot "),
        ("-", " dash "),
        ("_", " underscore "),
        ("/", " slash "),
    ):
        core = core.replace(mark, name)
    core = re.sub(r"^www ", "w w w ", core)
    return " ".join(core.split())
