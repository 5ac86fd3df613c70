"""What is to be known after calls: gateways ask the agent workers, who read what was said once no caller waits."""

from typing import Any

import msgspec

from parley.outside.mailbox import Mailbox


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """A call that is over."""

    id: str
    """The call's."""
    agent: str
    language: str
    """Of the call at its end."""
    ended_at: float
    """Unix time in seconds."""
    until: float
    """Unix time in seconds after which nobody waits any more."""


Outcomes = Mailbox[Outcome, None]
"""The answer is the event `call_outcome`."""


def outcomes(redis: Any) -> Outcomes:
    """The way from a gateway to an agent worker: `jobs:outcome`."""
    return Mailbox(redis, "outcome", Outcome, type(None))
