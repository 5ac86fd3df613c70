"""Fields of a language's file about machines that answer a call which was made."""

from parley.languages.types import Phrases, Section


class Answering(Section, frozen=True, kw_only=True):
    """What only a machine says, in the first seconds of such a call. A wrong guess hangs up on a person."""

    voicemail: Phrases
    """Beside `waiting.voicemail`: what a greeting has that somebody has recorded."""
    screening: Phrases
    """A telephone asks who calls, before it rings: "state your name"."""
    menu: Phrases
    """A choice by keys: "press one"."""
