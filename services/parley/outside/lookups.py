"""Who calls: gateways, which have no way out of the house, ask the agent workers, who ask the company's services."""

from typing import Any, Literal

import msgspec

from parley.outside.mailbox import Mailbox


class Lookup(msgspec.Struct, frozen=True, kw_only=True):
    """A call whose caller may be known to the company."""

    id: str
    """The call's."""
    agent: str
    caller: str
    """In E.164, or an extension."""
    called: str
    """The agent's extension."""
    until: float
    """Unix time in seconds after which nobody waits any more."""


class LookupAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What the company knows of a caller."""

    result: Literal["known", "unknown", "failed"]
    """`unknown`: it does not know them; `failed`: that could not be learnt."""
    fields: dict[str, str] = {}
    """Those of the agent's `lookup` that are known."""


Lookups = Mailbox[Lookup, LookupAnswer]


def lookups(redis: Any) -> Lookups:
    """The way from a gateway to an agent worker: `jobs:lookup` and `lookup:{id}`."""
    return Mailbox(redis, "lookup", Lookup, LookupAnswer)
