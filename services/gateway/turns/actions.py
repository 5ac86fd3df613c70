"""What turn-taking wants done: `performer.py` does it, but for what call control decides."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Action:
    """The root of what is to be done."""


@dataclass(frozen=True, slots=True)
class Written:
    """The words of a turn up to sample `end`, one past the last."""

    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Transcribe(Action):
    """Have samples `start`…`end` written down, and the answer prepared."""

    turn: int
    revision: int
    start: int
    end: int
    repeats: str = ""
    """Words of the turn before, which these samples hold again: the caller has gone on with it."""
    judged: bool = False
    """Whether only the words are wanted, to judge what they mean, and no answer."""
    written: Written | None = None
    """The words of the beginning, where they are known: the rest is written down, and all is answered."""


@dataclass(frozen=True, slots=True)
class Say(Action):
    """Have a line of the agent's own spoken; `text` is that of a `line`."""

    kind: Literal["greeting", "apology", "prompt", "farewell", "line"]
    turn: int
    revision: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Reply(Action):
    """Have words answered that are known already, after a remark."""

    turn: int
    revision: int
    text: str
    remark: str
    repeats: str
    """See Transcribe."""


@dataclass(frozen=True, slots=True)
class Cancel(Action):
    """Drop the work for every revision up to this one, but for `keep`."""

    revision: int
    keep: int = -1


@dataclass(frozen=True, slots=True)
class Play(Action):
    """Begin to play a revision's speech. `text` is what the caller said, now part of the conversation."""

    turn: int
    revision: int
    text: str
    interruptible: bool
    repeats: str = ""
    """Words in the conversation that `text` takes the place of; see Transcribe."""


@dataclass(frozen=True, slots=True)
class Unanswered(Action):
    """Keep what the caller said, which is not answered. `repeats`: see Play."""

    turn: int
    text: str
    repeats: str = ""


@dataclass(frozen=True, slots=True)
class Protect(Action):
    """Let nothing cut the reply short that is being played."""


@dataclass(frozen=True, slots=True)
class PausePlayout(Action):
    """Fall silent, and keep the rest of the reply."""


@dataclass(frozen=True, slots=True)
class ResumePlayout(Action):
    """Go on where the reply was paused."""

    barge_in: bool = True
    """Whether it was the caller's voice for which it was paused."""


@dataclass(frozen=True, slots=True)
class StopPlayout(Action):
    """Throw the rest of the reply away; what has been heard of it is part of the conversation."""

    barge_in: bool
    """Whether it was the caller who cut it short."""


@dataclass(frozen=True, slots=True)
class SetSilenceDeadline(Action):
    """Send SilenceReached once the caller has been silent for so long, counted from the last voice."""

    seconds: float | None


@dataclass(frozen=True, slots=True)
class Fill(Action):
    """Bridge the wait for the answer with a few words."""

    revision: int


@dataclass(frozen=True, slots=True)
class SetTimer(Action):
    """Send TimerFired in so many seconds unless another SetTimer comes first."""

    seconds: float | None


@dataclass(frozen=True, slots=True)
class NoChoice(Action):
    """The caller has chosen nothing in the time that was given."""


@dataclass(frozen=True, slots=True)
class Transfer(Action):
    """The reply of this revision asks for a person. `text` is what the caller said to it, if it had no words."""

    revision: int
    text: str = ""
    repeats: str = ""
    """See Play."""


@dataclass(frozen=True, slots=True)
class HandedOver(Action):
    """The handoff sentence has been heard: give the call away."""


Outcome = Literal["completed", "silent", "failed"]
"""How the agent came to end a call: after a goodbye, because nobody spoke, because it could not speak."""


@dataclass(frozen=True, slots=True)
class EndCall(Action):
    """Hang up."""

    outcome: Outcome
