"""What the conversations of a gateway have in common."""

from dataclasses import dataclass, field, replace

from gateway.media.plane import MediaPlane
from gateway.turns.memory import TurnSettings
from gateway.waits import Waits
from parley.agents import Agent
from parley.bus import Bus
from parley.outbound.rules import Rules
from parley.outbound.texts import NOBODY, OtherNumbers

MOST_TURNS = 150
"""Answers of a call whose agent's file says nothing of them: two machines would talk for as long as they may."""


@dataclass(frozen=True, slots=True)
class Context:
    """What every conversation of this gateway works with."""

    gateway: str
    plane: MediaPlane
    bus: Bus
    turns: TurnSettings
    budget_s: float
    """Voice-to-voice time that a turn should keep to."""
    waits: Waits = field(default_factory=Waits)
    """For answers that had to be made, in all of them."""
    rules: Rules | None = None
    """By which callers may be called back; None: nobody is."""
    texts: OtherNumbers = NOBODY
    """By which callers may have texts sent to other numbers than their own."""

    def turns_of(self, agent: Agent) -> TurnSettings:
        """How turns are taken with an agent: as set, but for what its file says."""
        settings = self.turns
        if agent.file.limits.silence_s:
            settings = replace(settings, caller_silence_s=agent.file.limits.silence_s)
        if agent.file.recording.enabled:  # whoever is recorded has heard that they are
            settings = replace(settings, greeting_interruptible=False)
        return settings
