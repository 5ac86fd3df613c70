"""Short names of weekdays beside each other or before times: "Mon-Fri", "Mo., Mi. und Fr. 9-12", "Sat: 10-14"."""

import re
from collections.abc import Sequence

from agent.voice.saying.form import Form, at, core
from parley.languages.schema import Language

_SPAN = re.compile(r"(\w+)\.?[-–—](\w+)")
_NEAR = 3
"""Two of so many words next to each other."""
_TIME = re.compile(r"\d{1,2}(?:[:.h]\d\d)?(?:[-–—].*|[ap]m|h)|\d{1,2}[:.]\d\d")


class Weekdays:
    """Knows those of one language."""

    def __init__(self, language: Language) -> None:
        self._known = language.spoken

    def at(self, words: Sequence[str], place: int) -> Form | None:
        """The one that begins at a place, or two with a sign between them."""
        inner = core(words[place])
        if match := _SPAN.fullmatch(inner):
            first, last = self._day(match[1]), self._day(match[2])
            return Form(f"{first} {self._known.range} {last}", short=True) if first and last else None
        days = [self._day(name) for name in re.split("[/+]", inner)]
        # Some are words, too: a mark tells, or what stands near them.
        told = len(days) > 1 or self._is_told(words, place)
        return Form(", ".join(days), short=place + 1 < len(words)) if all(days) and told else None

    def _day(self, name: str) -> str:
        return self._known.days.get(name) or self._known.days.get(name.lower(), "")

    def _is_told(self, words: Sequence[str], place: int) -> bool:
        """Whether a mark or a time follows, or another of them stands near."""
        following = words[place + 1][:1] if place + 1 < len(words) else ""
        marked = words[place].endswith(":") or (words[place].endswith(".") and following.islower())
        if marked or _TIME.fullmatch(at(words, place + 1)):
            return True
        near = {core(word) for word in words[max(0, place - _NEAR) : place + _NEAR + 1]}
        return any(self._day(name) for name in near - {core(words[place])})
