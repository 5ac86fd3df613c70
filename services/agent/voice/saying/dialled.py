"""Numbers that are said digit by digit, in groups with a breath between. Pure."""

import re

_DIALLED = re.compile(r"^(?:\+?\d+(?:-\d+)+|(?:\+|0)\d+(?:[-/]\d+)*)$")
_SHORTEST_NUMBER = 7
"""Shorter groups of digits are no telephone number."""
_GROUP = 3


def dialled(core: str) -> str | None:
    """A telephone number digit by digit, in its groups or in threes; one that begins with a nought may be short."""
    if not (_DIALLED.match(core) and (len(core) >= _SHORTEST_NUMBER or core.isdigit())):
        return None
    number = core.lstrip("+")
    groups = re.split(r"[-/]", number)
    return digits(number) if len(groups) == 1 else ", ".join(" ".join(group) for group in groups)


def digits(number: str) -> str:
    """A number digit by digit; with a breath in between when it is as long as one that is dialled."""
    return " ".join(number) if len(number) < _SHORTEST_NUMBER else _in_threes(number)


def _in_threes(number: str) -> str:
    return ", ".join(" ".join(number[at : at + _GROUP]) for at in range(0, len(number), _GROUP))
