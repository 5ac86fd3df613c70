"""A call as it came in."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gateway.people.dialling import Rung
from gateway.takeover.snapshot import Snapshot
from parley.agents import Agent

_QUIET_S = 600.0
"""A state that is older than that was kept before the clock was set: in a conversation something happens."""
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
    _here_at: float = field(default_factory=time.time, init=False)
    _began: float = field(default_factory=time.monotonic, init=False)

    @property
    def opening(self) -> str:
        """What is said first, whatever the hour; empty: the agent's greeting, or what it says when nobody is there."""
        return self.rung.opening if self.rung else ""

    @property
    def spent_s(self) -> float:
        """How long the call had lasted already when it was taken over; by what was kept, if the clock has been set."""
        if self.kept is None:
            return 0.0
        by_clock = max(0.0, self._here_at - self.at)
        known = by_clock if self.kept.minutes is None else self.kept.minutes * 60.0
        return by_clock if 0 <= by_clock - known < _QUIET_S else known

    @property
    def lasted_s(self) -> float:
        """How long the call has lasted."""
        return self.spent_s + time.monotonic() - self._began

    @property
    def told(self) -> dict[str, Any]:
        """What the event tells with which the call begins."""
        version = self.agent.version
        whose = {"caller": self.caller, "extension": self.extension, "agent_version": version}
        return {**whose, **self.agent.part}
