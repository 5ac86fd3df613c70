"""A call as it came in."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

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
    """Whether it comes from Asterisk itself, since a telephone gives it away: there nobody acknowledges an answer."""
    at: float = field(default_factory=time.time)
    """Unix time."""
