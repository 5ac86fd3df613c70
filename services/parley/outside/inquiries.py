"""Questions to the agent workers that belong to no call: what an agent would answer, what it makes of its files, what
another answer would change.

Nobody on the telephone waits for one, so it waits for them, and is dropped when whoever asked has gone.
"""

from typing import Any, Literal

import msgspec

from parley.outside.mailbox import Mailbox


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that an agent does not give yet."""

    answer: str
    asks: tuple[str, ...] = ()
    """Ways to ask for it: it is an exact answer; empty: it is a fact, a line of the agent's knowledge."""


class Inquiry(msgspec.Struct, frozen=True, kw_only=True):
    """A question."""

    id: str
    """Chosen by who asks: names the answer."""
    agent: str
    language: str = ""
    """Empty: the agent's main one."""
    question: str = ""
    """What a caller would say; empty: what has become of the agent's files is asked, or what follows."""
    questions: tuple[str, ...] = ()
    """With `draft`: what would be answered to each without and with it; without: which of these mean the same."""
    draft: Draft | None = None
    file: str = ""
    """Without a question: the facts of this file are asked as well, by its name in the agent's folder `knowledge`."""
    until: float
    """Unix time in seconds after which nobody waits any more."""


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was found for a question."""

    text: str
    source: str
    """The file that it stands in, `curated`, or `tool`."""
    chance: float
    """How likely it answers the question, 0…1."""
    words: float
    """How much of the question's words it has, about 0…1."""
    meaning: float
    """How near it is in meaning, -1…1."""


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent would do with a question."""

    register: str
    """How sure it is, see decide.Kind; `person`: whoever asks so is given to people; `offer`: is asked
    whether they want that."""
    line: str
    """What it would say; empty: the language model answers."""
    action: str
    """What is done then, see ReplyAction."""
    target: str
    known: float
    """How likely the knowledge has an answer, 0…1."""
    evidence: list[Evidence]
    """The likeliest first."""


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent does with a question, and what it would do if it knew a draft."""

    before: Trial
    after: Trial


class ReadFile(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker has made of a file."""

    version: str
    """The first 16 figures of its SHA-256."""
    facts: int
    complaint: str
    """Why there are none; empty: there are."""


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Something that stands in a file, as it can be spoken."""

    text: str
    heading: str
    """The headings above it, outermost first; empty: none."""


class InquiryAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a question."""

    result: Literal["answered", "busy", "unknown"]
    """`busy`: callers come first, and there were some all the time; `unknown`: the worker has no such agent."""
    trial: Trial | None = None
    compared: list[Compared] = []
    """In the order of the questions."""
    groups: list[int] = []
    """Of each question the place of the first one that means the same: its own, where that is the first."""
    files: dict[str, ReadFile] = {}
    """By their names in the agent's folder `knowledge`, those in its folders as `de/facts.md`."""
    facts: list[Fact] = []
    """The first ones of the file that was asked for."""


Inquiries = Mailbox[Inquiry, InquiryAnswer]


def inquiries(redis: Any) -> Inquiries:
    """The way from who asks to an agent worker: `jobs:inquiry` and `inquiry:{id}`."""
    return Mailbox(redis, "inquiry", Inquiry, InquiryAnswer)
