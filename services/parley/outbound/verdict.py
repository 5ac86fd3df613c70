"""What is known of a number when a call to it is asked for, and what came of that."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Rule = Literal[
    "consent", "caller_id", "prefix", "number_type", "do_not_call", "hours", "budget", "attempts", "distance"
]
"""In the order in which they are looked at."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A call that is asked for."""

    to: str
    caller_id: str = ""
    """The number to show; empty: the agent's own."""
    campaign: str = ""
    """The campaign that it is part of; empty: none."""
    consent: str = ""
    """By what whoever is called has agreed to be called by the campaign."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept of a number and of all calls, read in one step."""

    at: float
    """When it was read, Unix time in seconds."""
    unwanted_since: float | None
    """Since when the number is on the do-not-call list; None: it is not."""
    attempts: tuple[float, ...]
    """When it was called, Unix time in seconds."""
    made: int
    """Calls to all numbers in the last 24 hours."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A rule does not allow it."""

    rule: Rule
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a number."""

    refused: Refused | None
    evidence: Mapping[str, Any]
    """What was looked at, for the call's record."""
