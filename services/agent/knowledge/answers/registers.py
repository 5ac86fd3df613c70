"""How sure an answer is told to be: words in front of facts.

They are sentences of their own, so that their speech and that of the facts are each made once and ahead.
"""

from collections.abc import Sequence
from typing import Literal

from agent.knowledge.terms import terms
from parley import languages

Register = Literal["say", "likely", "unsure"]

_LONGEST_TOPIC = 4
"""In words."""


def in_front(register: Register, heading: str, facts: Sequence[str], language: str) -> str:
    """What is said before facts that stand under a heading; nothing before those that are surely the answer."""
    if register == "say":
        return ""
    words = languages.get(language).registers
    topic = topic_of(heading, facts, language)
    lead = words.about.format(topic=topic) if topic else words.likely
    return f"{words.unsure} {lead}" if register == "unsure" else lead


def leads(headings: Sequence[str], language: str) -> list[str]:
    """Everything that may be said in front, or bridge a wait, for facts under these headings: to be made ahead."""
    words = languages.get(language).registers
    topics = dict.fromkeys(_topic(heading, language) for heading in headings)
    lines = [line.format(topic=topic) for topic in topics if topic for line in (words.about, words.bridge)]
    return [words.likely, words.unsure, words.no_more, *lines]


def no_more(language: str) -> str:
    """What is said after facts when there is nothing else to say that is sure."""
    return languages.get(language).registers.no_more


def adds_nothing(sentence: str, facts: str, language: str) -> bool:
    """Whether a sentence has no word that tells something and is not in the facts: it says them once more."""
    checks = languages.get(language).checks
    if checks.agrees.begin(sentence) or checks.denies.within(sentence) != checks.denies.within(facts):
        return False
    return set(terms(sentence, language)) <= set(terms(facts, language))


def bridge(heading: str, facts: Sequence[str], language: str) -> str:
    """What bridges the wait for an answer from facts under a heading; empty where it is no topic."""
    topic = topic_of(heading, facts, language)
    return languages.get(language).registers.bridge.format(topic=topic) if topic else ""


def topic_of(heading: str, facts: Sequence[str], language: str) -> str:
    """What a heading says that facts are about; empty where they do not share a word: "Good to know" is no topic."""
    topic = _topic(heading, language)
    shared = set(terms(topic, language)) & set(terms(" ".join(facts), language))
    return topic if shared else ""


def _topic(heading: str, language: str) -> str:
    innermost = heading.rpartition(", ")[2].strip(" .:")
    if not innermost or len(innermost.split()) > _LONGEST_TOPIC or "?" in innermost:
        return ""
    # Where nouns have capitals anyway, the first word is most often one.
    if not languages.get(language).checks.names_have_capitals or not innermost[1:2].islower():
        return innermost
    return innermost[0].lower() + innermost[1:]
