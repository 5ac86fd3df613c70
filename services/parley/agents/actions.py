"""What is to be done, as agent.yaml names it: `menu:sales` is the kind `menu` and the name `sales`."""

from dataclasses import dataclass
from typing import Literal, cast

Kind = Literal[
    "agent",  # talk with the agent, or with the agent of that name
    "menu",
    "target",
    "person",  # the agent's default target
    "voicemail",
    "language",
    "collect",
    "text",  # ask whether a text is to be sent...
    "send",  # ... and send it; no file names this
    "back",
    "repeat",
    "skip",
    "do_not_call",  # never call the caller again
    "callback",  # call them back when somebody of the target is free; no file names this
    "hangup",
    "busy",
    "none",
]


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do."""

    kind: Kind
    name: str = ""
    """Of the menu, target (also of a callback), language, text, what is collected or other agent."""


def parse_action(text: str) -> Action:
    """Parse what the schema has let through."""
    kind, _, name = text.partition(":")
    return Action(cast("Kind", kind), name)
