"""What the chats of a process have in common."""

from collections.abc import Mapping
from dataclasses import dataclass

from chat.bus import ChatBus
from chat.talk.answers import Answers
from parley.agents import Agent


@dataclass(frozen=True, slots=True)
class Setting:
    """The same for all of them."""

    bus: ChatBus
    name: str
    """Where the workers' answers go, as to a gateway of this name."""
    agents: Mapping[str, Agent]
    answers: Answers
    patience_s: float
    """How long people are waited for."""
