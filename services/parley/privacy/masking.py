"""Masks what is kept of calls and what is logged, if that is wanted (MASK); asked by the bus and by the log.

What a conversation itself needs is not masked: its history, which goes an hour after its end, the caller's own number
in events, by which it is found and forgotten, and messages for the company, which would be worth nothing.
"""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

from parley.errors import SettingError
from parley.privacy.personal import FINDERS

ALL = "all"
_WORDS = frozenset({"text", "question", "said"})
"""Fields of events that hold what somebody said."""
_OWN = frozenset({"service", "level", "timestamp", "module", "call", "kind", "type"})
"""Fields of log lines that name parts of the system, and calls."""
_MARK = re.compile(r"\[[A-Za-z_][\w-]*\]")


def kinds_of(text: str) -> tuple[str, ...]:
    """Read the setting MASK: kinds with commas between, or `all`; raise SettingError for what is neither."""
    asked = {part.strip().lower() for part in text.split(",")} - {""}
    if ALL in asked:
        asked = set(FINDERS)
    if unknown := asked - set(FINDERS):
        raise SettingError(
            "MASK", f"there is no kind {min(unknown)!r}; there are {', '.join(FINDERS)} and {ALL}"
        )
    return tuple(kind for kind in FINDERS if kind in asked)


def unmarked(text: str) -> str:
    """A text without what stands in the place of what was masked: "[telephone]" is no word that somebody said."""
    return _MARK.sub(" ", text)


def has_mark(text: str) -> bool:
    """Whether something was masked in a text."""
    return _MARK.search(text) is not None


class Masks:
    """Masks some kinds; without any, nothing."""

    def __init__(self, kinds: tuple[str, ...] = ()) -> None:
        self._kinds = kinds

    def text(self, text: str) -> str:
        """The text with the name of its kind in the place of what is masked: "My number is [telephone]"."""
        for kind in self._kinds:
            text = _replaced(text, sorted(FINDERS[kind](text)), f"[{kind}]")
        return text

    def event(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The data of an event, its words masked."""
        return {name: self._value(value) if name in _WORDS else value for name, value in data.items()}

    def line(
        self, _logger: object, _method: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        """A line of the log, masked in all that is not the system's own; a processor of structlog's."""
        if self._kinds:
            for name, value in event.items():
                if name not in _OWN:
                    event[name] = self._number(value) if name == "caller" else self._value(value)
        return event

    def _value(self, value: Any) -> Any:
        return self.text(value) if isinstance(value, str) else value

    def _number(self, caller: Any) -> Any:
        """The caller's number is one, however it is written; one of the house is nobody outside."""
        long = isinstance(caller, str) and sum(c.isdigit() for c in caller) > 6
        return "[telephone]" if long and "telephone" in self._kinds else self._value(caller)


def _replaced(text: str, spans: list[tuple[int, int]], by: str) -> str:
    parts, done = [], 0
    for start, end in spans:
        if start >= done:
            parts += [text[done:start], by]
        done = max(done, end)
    return "".join([*parts, text[done:]])


_current = Masks()


def configure(kinds: tuple[str, ...]) -> None:
    """Mask these from now on, in the whole process."""
    global _current  # noqa: PLW0603  # as the log's configuration: one for a process, set at its start
    _current = Masks(kinds)


def current() -> Masks:
    """What is masked in this process."""
    return _current
