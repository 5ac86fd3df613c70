"""Where a caller is among menus and numbers, as another gateway can go on with it."""

import msgspec


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """What is being typed or said."""

    name: str
    """In agent.yaml."""
    digits: str
    """What there is of it, be it digits or not."""
    confirming: bool
    """Whether it was whole, and read back."""
    tries: int
    refused: str = ""
    """What was read back last and is wrong; empty: nothing was."""
    either: tuple[str, ...] = ()
    """The values between which was asked."""


class Way(msgspec.Struct, frozen=True):
    """What a guide has to know to be where another one was."""

    agent: str
    """The one that speaks now."""
    language: str
    menus: tuple[str, ...] = ()
    """Those that the caller went through; the last one is open."""
    tries: int = 0
    """How often that was said in vain."""
    offered: str = ""
    """The target that was not there."""
    first: str = ""
    """The action that follows the greeting, as in agent.yaml."""
    typed: Typed | None = None
