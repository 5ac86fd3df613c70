"""What callers said in calls that are over, read by agent workers, who have the models, once no caller waits."""

from typing import Any, Literal

import msgspec

from parley.outside.mailbox import Mailbox
from parley.outside.over.topics import Topic

By = Literal["", "examples", "topic", "model"]
"""How a category was found: by the examples of the agent's file, by likeness to a topic, or by a language model, which
may also have found that it is none; empty: there is none."""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """A call that is over."""

    id: str
    """The call's."""
    agent: str
    language: str
    """The last one that the call went on in; empty: the agent's main one."""
    lines: list[str]
    """What the caller said, oldest first, as it is kept."""
    topics: list[Topic] = []
    """Of the agent's calls in that language, as far as there are any."""
    until: float
    """Unix time in seconds after which nobody waits any more."""


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """What was read in it."""

    result: Literal["read", "busy", "unknown"]
    """`busy`: callers come first, and there were some all the time; `unknown`: the worker has no such agent."""
    category: str = ""
    """One of the agent's, or the name of a topic; empty: none of them."""
    by: By = ""
    wishes: list[int] = []
    """Places of lines that want something and are about no topic, where the agent's file has no categories."""
    sentiment: list[float] = []
    """Of each line, -1 (displeased) to 1 (pleased)."""


Readings = Mailbox[Reading, Read]


def readings(redis: Any) -> Readings:
    """The way from the records to an agent worker: `jobs:reading` and `reading:{id}`."""
    return Mailbox(redis, "reading", Reading, Read)
