"""How a call went when it was run again: the caller's turns, and what came of speech over the agent."""

from dataclasses import dataclass
from typing import Literal

By = Literal["silence", "line", "unanswered", "nobody"]
"""What ended a turn: the silence after it; a line of the agent's own, as a menu's; it was not to be answered, since it
had been said again and again; nothing, as the call was over before."""
Outcome = Literal["interrupted", "resumed"]


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn of the caller's; times are seconds into the recording."""

    begin_s: float
    voice_end_s: float
    """The last of its voice before it was taken to be over."""
    decided_s: float | None
    """When it was; None: never."""
    text: str
    by: By = "silence"
    went_on_s: float | None = None
    """When the caller spoke next; None: never."""
    taken_up: bool = False
    """Whether the next turn has these words again: the caller had only been going on."""

    @property
    def wait_s(self) -> float | None:
        """The silence that ended it; None: it was not ended by one."""
        if self.decided_s is None or self.by != "silence":
            return None
        return self.decided_s - self.voice_end_s

    def was_cut_off(self, within_s: float) -> bool:
        """Whether the caller went on so soon after the end that was found."""
        if self.wait_s is None or self.went_on_s is None or self.decided_s is None:
            return False
        return self.went_on_s - self.decided_s <= within_s


@dataclass(frozen=True, slots=True)
class Overlap:
    """Speech that made the agent fall silent."""

    at_s: float
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Course:
    """All of it, in order."""

    turns: tuple[Turn, ...]
    overlaps: tuple[Overlap, ...]

    def count(self, outcome: Outcome) -> int:
        """How often that came of speech over the agent."""
        return sum(overlap.outcome == outcome for overlap in self.overlaps)
