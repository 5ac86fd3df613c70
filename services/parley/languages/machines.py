"""Fields of a language's file about callers and callees that are machines: who answers a call, who simulates one."""

from parley.languages.types import Phrases, Section


class Examples(Section, frozen=True, kw_only=True):
    """Whole sentences of whoever answers a call, as they are said; what is heard then is likened to them."""

    person: tuple[str, ...]
    """Private people and companies; whoever says that somebody is away, or asks who calls, is one as well."""
    voicemail: tuple[str, ...]
    screening: tuple[str, ...]
    menu: tuple[str, ...]
    """With what is said to those who wait in a queue."""
    unobtainable: tuple[str, ...]


class Answering(Section, frozen=True, kw_only=True):
    """What only a machine says, in the first seconds of such a call. A wrong guess hangs up on a person."""

    voicemail: Phrases
    """Beside `waiting.voicemail`: what a greeting has that somebody has recorded."""
    screening: Phrases
    """A telephone asks who calls, before it rings: "state your name"."""
    menu: Phrases
    """A choice by keys: "press one"; with `waiting.queue`."""
    unobtainable: Phrases
    """The network tells that there is no such number: "is not in service"."""
    examples: Examples
    hint: str
    """What a recogniser is told to expect of whoever answers: a hundred tokens at most, the rest is lost."""


class Simulated(Section, frozen=True, kw_only=True):
    """Whole sentences, as somebody would write them; of each kind one is chosen."""

    again: tuple[str, ...]
    """Of somebody hard of hearing, after an answer."""
    otherwise: tuple[str, ...]
    """Before a question, of somebody who had begun with another one."""
    hurried: tuple[str, ...]
    """Before a question, of somebody without time."""
    abusive: tuple[str, ...]
    """Before a question, of somebody angry; none asks for a person or complains of anything certain."""
    tricky: tuple[str, ...]
    """Of somebody who tries to talk the agent into something."""
    silent: tuple[str, ...]
    """Of somebody who says nothing; no words."""
    wanting: str
    """Asks for {what}, as "what delivery costs"."""
    goodbye: str
    """Takes leave."""
