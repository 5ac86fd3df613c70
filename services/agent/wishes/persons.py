"""A person who was offered: whether the caller agrees, and to what they had heard by then. Pure."""

import re

from parley import languages
from parley.agents import Agent
from parley.languages.said import only, plain


def is_yes(text: str, language: str = languages.DEFAULT) -> bool:
    """Whether the caller agrees, and says nothing else."""
    return only(plain(text), languages.get(language).yes)


def offer(agent: Agent, target: str = "") -> str:
    """The question whether the caller wants a target, or (empty) anybody: whoever answers for the agent."""
    file = agent.file
    person = file.targets[target or file.person or next(iter(file.targets))]
    return agent.line("offer_person", target=person.name)


def accepted(agent: Agent, heard: str) -> str | None:
    """Whom somebody gets who says yes to what they heard: a target, "" for anybody; None: nobody was offered."""
    if is_heard(agent.file.unknown, heard):
        return ""
    return next((name for name in agent.file.targets if is_heard(offer(agent, name), heard)), None)


def is_heard(offer: str, heard: str) -> bool:
    """Whether what was heard ends with an offer, or with so much of it that its meaning was clear.

    An offer is a question at the end of what is said; half of its words tell what it is.
    """
    whole, ends = plain(offer).split(), plain(heard).split()
    question = len(plain(re.split(r"[.!?…]\s+", offer.strip())[-1]).split())
    fewest = len(whole) - question + (question + 1) // 2
    return any(ends[-count:] == whole[:count] for count in range(len(whole), fewest - 1, -1))
