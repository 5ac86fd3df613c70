"""Topics of an agent's calls: what callers want where its file does not say. Agent workers find them."""

from typing import Any, Literal

import msgspec

from parley.outside.mailbox import Mailbox


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """What some callers want."""

    name: str
    """By which it is known from then on."""
    model: str
    """The embedding model that read its lines."""
    mean: bytes
    """Of their vectors, as float16, little-endian: with it a vector's product is its mean cosine with all of them."""


class Grouping(msgspec.Struct, frozen=True, kw_only=True):
    """Lines of calls that are over, among which there may be topics."""

    id: str
    agent: str
    language: str
    """That they were said in; empty: the agent's main one."""
    lines: list[str]
    """As they are kept."""
    calls: list[int]
    """Of each the number of its call."""
    taken: list[str]
    """Names that other topics of the agent have."""
    until: float
    """Unix time in seconds after which nobody waits any more."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A topic, and which of the lines are about it."""

    topic: Topic
    lines: list[int]


class Grouped(msgspec.Struct, frozen=True, kw_only=True):
    """What was found."""

    result: Literal["grouped", "busy", "unknown"]
    """`busy`: callers come first, and there were some all the time; `unknown`: the worker has no such agent."""
    found: list[Found] = []


Groupings = Mailbox[Grouping, Grouped]


def groupings(redis: Any) -> Groupings:
    """The way from the records to an agent worker: `jobs:grouping` and `grouping:{id}`."""
    return Mailbox(redis, "grouping", Grouping, Grouped)
