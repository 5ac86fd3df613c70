"""A call as it came in."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

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
    at: float = field(default_factory=time.time)
    """Unix time."""
