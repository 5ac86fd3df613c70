"""A call as it came in."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gateway.people.dialling import Rung
from gateway.takeover.snapshot import Snapshot
from parley.agents import Agent

Agents = Callable[[str], Agent | None]
"""Finds an agent by its name."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """`channel` is the caller's channel in Asterisk, and the call's id everywhere."""

    channel: str
    caller: str
    extension: str
    agent: Agent
    overflow: bool = False
    """Whether it is taken only to be given to where the agent's calls go when there is no room."""
    kept: Snapshot | None = None
    """Where another gateway has left the call; None: it is new, or that is not known."""
    back: str = ""
    """How the caller has come back meanwhile from people, as Asterisk tells it; empty: they have not."""
    from_within: bool = False
    """Whether it comes from Asterisk itself, since a telephone gives it away, or from us, who made it: there nobody
    acknowledges an answer."""
    rung: Rung | None = None
    """Whom the agent has called; None: they have called."""
    at: float = field(default_factory=time.time)
    """Unix time."""

    @property
    def opening(self) -> str:
        """What is said first, whatever the hour; empty: the agent's greeting, or what it says when nobody is there."""
        return self.rung.opening if self.rung else ""

    @property
    def spent_s(self) -> float:
        """How long the call had lasted already when it was taken over."""
        return max(0.0, time.time() - self.at) if self.kept is not None else 0.0

    @property
    def told(self) -> dict[str, Any]:
        """What the event tells with which the call begins."""
        version = self.agent.version
        whose = {"caller": self.caller, "extension": self.extension, "agent_version": version}
        return {**whose, **self.agent.part}
