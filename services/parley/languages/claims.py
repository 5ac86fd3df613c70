"""The fields of a language's file about what an agent says that it has done.

A claim is made by the one who does ("I have booked it"), or by what it is about ("your order has been sent"); what is
done stands behind both. Whether it was done is told by code, see agent/tools/claims.py.
"""

from typing import Literal, get_args

from parley.languages.types import Phrases, Section, Words

Act = Literal["book", "cancel", "change", "order", "send", "tell", "pay", "do"]
"""Kinds of what is done for callers; `tell`: others are told of them, `do`: anything."""
ACTS: tuple[Act, ...] = get_args(Act)


class Claims(Section, frozen=True, kw_only=True):
    """How an agent claims to have done something."""

    own: Phrases
    """Before what the agent has done itself: "I have"..."""
    ours: Phrases
    """... or the company, which claims something for the caller only with one of `yours`: "we have"."""
    amid: Phrases
    """What may stand between these and what is done: "just"."""
    far: bool
    """Whether anything may stand between, since the verb stands at the end."""
    yours: Phrases
    """What makes something the caller's: "your"."""
    named: Phrases
    """Other things that something may be said of: "it", "the"; where the facts say so, it is no claim."""
    was: Phrases
    """Between a thing and what has been done to it: "has been"..."""
    now: Phrases
    """... or how it is since: "is". That may as well be a rule, so one of `tails` or the end follows: "for Tuesday"."""
    tails: Phrases
    rules: Phrases
    """What makes a rule of it: "within", "always"."""
    unless: Phrases
    """What follows these has not happened: "if"."""
    denies: Phrases
    joins: Words
    """Before what else has been done: "and"."""
    settled: Phrases
    """Claims as they stand: "you're all set"."""
    alone: Phrases
    """Claims where nothing else is said: "done"."""
    done: dict[Act, Phrases]
    """What has been done, as it stands in claims: "booked"."""
    words: dict[Act, Phrases]
    """What else tells in the words of a function or of its result what it does: "calendar"."""
