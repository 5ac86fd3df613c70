"""Calls that are asked for from outside: whom to ring, as which agent, and what is to be said first."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

from parley.outside.mailbox import Mailbox
from parley.telephone.numbers import NOTHING_AFTER, TO

_NAMED = re.compile(r"\{([^{}]+)\}")


class Dial(msgspec.Struct, frozen=True, kw_only=True):
    """Ring somebody."""

    id: str
    """The call's: its channel in Asterisk has it."""
    to: Annotated[str, msgspec.Meta(pattern=TO + NOTHING_AFTER)]
    """A user's extension, or a number in E.164 over the trunk."""
    agent: str
    by: str
    """Who asks: the name of a key."""
    caller_id: str = ""
    """The number that is to be shown; empty: over the trunk the first that may be, else the agent's first."""
    ring_s: float
    greeting: str = ""
    """Said in place of the agent's greeting; `{name}` stands for a variable."""
    voicemail: str = ""
    """Said to a voicemail that answers, after its beep, with variables as in the greeting; empty: it is hung up on."""
    variables: dict[str, str] = {}
    """What is known of whom is rung, and the agent is to know."""
    chat: str = ""
    """The chat that becomes this call: the agent has what was written there before it."""
    target: str = ""
    """Whom they are given to once they are greeted, since they asked to be called back: a name in agent.yaml whose
    file allows it; empty: nobody."""
    language: str = ""
    """ISO 639-1 code of the language that they are spoken to in; empty: the agent's."""
    campaign: str = ""
    """The campaign that it is part of; empty: none."""
    consent: str = ""
    """By what whoever is called has agreed to that."""
    dry_run: bool = False
    """Whether it is only to be told what would come of it: nobody is rung."""
    until: float
    """Unix time in seconds after which nobody waits any more, and nobody is to be rung."""


class DialAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: it rings, or would (`allowed`), or why it does not."""

    result: Literal["ringing", "allowed", "refused"]
    reason: str = ""
    rule: str = ""
    """The rule (`parley.outbound.rules`) that does not allow it; empty: it is for something else."""
    tried: bool = False
    """Of a refusal: whether it was tried, so that the call has a record."""


Dials = Mailbox[Dial, DialAnswer]


def dials(redis: Any) -> Dials:
    """The way from who asks to a gateway: `jobs:dial` and `dial:{id}`."""
    return Mailbox(redis, "dial", Dial, DialAnswer)


def filled(text: str, variables: Mapping[str, str]) -> str:
    """A text with the values of variables in place of their names, `{name}`; other braces stay as they are."""
    return _NAMED.sub(lambda named: variables.get(named[1], named[0]), text)


def filled_whole(text: str, variables: Mapping[str, str]) -> str:
    """The same of a text whose variables are all known; empty where one is not."""
    return filled(text, variables) if variables.keys() >= set(_NAMED.findall(text)) else ""
