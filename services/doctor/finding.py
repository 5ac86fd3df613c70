"""What a check found."""

from dataclasses import dataclass
from typing import Literal

Mark = Literal["ok", "wrong", "unknown"]


@dataclass(frozen=True)
class Finding:
    """One line of the checklist."""

    mark: Mark
    figure: str
    """What was seen, in a few words with a number."""
    advice: str = ""
    """What to do about it."""


def good(figure: str) -> Finding:
    """All is well."""
    return Finding("ok", figure)


def wrong(figure: str, advice: str) -> Finding:
    """Something is not, and this is what to do."""
    return Finding("wrong", figure, advice)


def unknown(reason: str, advice: str = "") -> Finding:
    """It cannot be told, or does not apply here."""
    return Finding("unknown", reason, advice)
