"""How sure an answer is told to be: words in front of facts, by language.

They are sentences of their own, so that their speech and that of the facts are each made once and ahead.
"""

from collections.abc import Sequence
from typing import Literal

from agent.knowledge.terms import terms

Register = Literal["say", "likely", "unsure"]

_WORDS = {
    "en": {
        "likely": "Here is what I can tell you.",
        "about": "Here is what I can tell you about {topic}.",
        "unsure": "I do not know that for sure.",
        "choice": "Do you mean {first} or {second}?",
        "other": "The rest of your question I cannot answer.",
    },
    "de": {
        "likely": "Dazu kann ich Ihnen Folgendes sagen.",
        "about": "Zum Thema {topic} kann ich Ihnen Folgendes sagen.",
        "unsure": "Das weiß ich nicht genau.",
        "choice": "Meinen Sie {first} oder {second}?",
        "other": "Den anderen Teil Ihrer Frage kann ich nicht beantworten.",
    },
}
_LONGEST_TOPIC = 4
"""In words."""
_NOUNS_HAVE_CAPITALS = frozenset({"de"})


def _words(language: str) -> dict[str, str]:
    return _WORDS.get(language, _WORDS["en"])


def in_front(register: Register, heading: str, facts: Sequence[str], language: str) -> str:
    """What is said before facts that stand under a heading; nothing before those that are surely the answer."""
    if register == "say":
        return ""
    words = _words(language)
    topic = topic_of(heading, facts, language)
    lead = words["about"].format(topic=topic) if topic else words["likely"]
    return f"{words['unsure']} {lead}" if register == "unsure" else lead


def choice(first: str, second: str, language: str) -> str:
    """Ask which of two things is meant."""
    return _words(language)["choice"].format(first=first, second=second)


def rest_unknown(language: str) -> str:
    """Said after the answer to one of two questions, when the other has none."""
    return _words(language)["other"]


def leads(headings: Sequence[str], language: str) -> list[str]:
    """Everything that may be said in front, for facts under these headings: to be made ahead."""
    words = _words(language)
    topics = dict.fromkeys(_topic(heading, language) for heading in headings)
    about = [words["about"].format(topic=topic) for topic in topics if topic]
    return [words["likely"], words["unsure"], words["other"], *about]


def topic_of(heading: str, facts: Sequence[str], language: str) -> str:
    """What a heading says that facts are about; empty where they do not share a word: "Good to know" is no topic."""
    topic = _topic(heading, language)
    shared = set(terms(topic, language)) & set(terms(" ".join(facts), language))
    return topic if shared else ""


def _topic(heading: str, language: str) -> str:
    innermost = heading.rpartition(", ")[2].strip(" .:")
    if not innermost or len(innermost.split()) > _LONGEST_TOPIC or "?" in innermost:
        return ""
    if language in _NOUNS_HAVE_CAPITALS or not innermost[1:2].islower():
        return innermost
    return innermost[0].lower() + innermost[1:]
