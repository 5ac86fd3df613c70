"""How the agents of this cell stand to what is published for all, and what is to be done about it. Pure."""

from dataclasses import dataclass
from typing import Literal

State = Literal["own", "current", "waiting", "taking", "changed", "removed", "refused"]
"""Of an agent in a cell: `own`, never published; `current`, the newest release; `waiting` to be published; `taking` the
newest; `changed`, other files than those that were published or taken, which are left as they are; `removed`, its
folder is gone; `refused`, what cannot be published or taken, as its detail says."""
Step = Literal["none", "keep", "publish", "tell", "take", "forget"]
"""Nothing; `keep` in mind that this is the newest release; publish what lies here; `tell` the database a release that
it has lost; take the newest; `forget` a release of an agent that is nowhere any more."""


@dataclass(frozen=True, slots=True)
class Release:
    """What was published of an agent at a time."""

    agent: str
    number: int
    """Counts them, from 1."""
    at: float
    """Unix time in seconds."""
    cell: str
    """Where it was published."""
    who: str
    """The name of the key, there."""
    digest: str
    """Of its bundle."""


@dataclass(frozen=True, slots=True)
class Here:
    """What this cell has of an agent."""

    digest: str | None
    """Of the files in its folder; None: there is none."""
    base: Release | None = None
    """What was published from here or taken last; None: nothing yet."""
    waiting: bool = False
    """It is to be published."""
    taking: bool = False
    """The newest release is to take the place of whatever lies here: that was begun, or somebody wants it."""


def next_step(here: Here, newest: Release | None) -> tuple[Step, State]:
    """What is to be done, and how the agent stands until it is."""
    if here.waiting and here.digest is not None:
        return "publish", "waiting"
    if newest is None or (here.base is not None and newest.number < here.base.number and not here.taking):
        return _lost(here, newest)
    if here.digest == newest.digest:
        return "none" if here.base == newest and not here.taking else "keep", "current"
    base = here.base.digest if here.base else None
    if here.taking or here.digest == base:  # nothing of an agent that is new here
        return "take", "taking"
    return "none", "changed" if here.digest is not None else "removed"


def _lost(here: Here, newest: Release | None) -> tuple[Step, State]:
    """Nothing is published, or less than this cell has had: the database is a new one, or of a backup."""
    if here.base is None:
        return "none", "own"
    if here.digest == here.base.digest:
        return "tell", "waiting"
    if here.digest is None:
        return ("forget", "own") if newest is None else ("none", "removed")
    return "none", "changed"
