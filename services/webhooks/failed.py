"""What was not taken, and why: a message for a receiver, or a text for a provider."""

from dataclasses import dataclass
from typing import Literal

Failure = Literal["inside", "refused", "timeout", "protocol", "redirect", "gone", "status", "fault"]


@dataclass(frozen=True, slots=True)
class Failed:
    """It was not taken."""

    why: Failure
    detail: str
    """Without anything of the address, which may hold a key."""
    retry_after_s: float | None = None
    """How long the receiver wants to be left alone."""


@dataclass(frozen=True, slots=True)
class Refused(Failed):
    """A text that is not to be tried again."""

    stopped: bool = False
    """Whether the provider knows that nothing is wanted."""
