"""Fields of a language's file about what callers want beside an answer: time, their leave, a person."""

from parley.languages.types import Phrases, Section


class Waiting(Section, frozen=True, kw_only=True):
    """How the agent is asked to wait, by callers and by machines."""

    asking: Phrases
    """"Hold on"."""
    looking: Phrases
    """The same, and what follows tells for what: "let me look for"."""
    explaining: Phrases
    """With what somebody who asks for that begins to tell why: "I have to"."""
    around: Phrases
    """Words that change nothing about it: "please", "just"."""
    queue: Phrases
    """What a machine says to somebody who waits in a queue; no person says so to an agent."""
    voicemail: Phrases
    """What a machine says before it takes a message."""


class Again(Section, frozen=True, kw_only=True):
    """How callers ask to hear again what was said."""

    asking: Phrases
    """What asks for it by itself: "say that again", "I didn't catch that"."""
    echoes: Phrases
    """What does with a question mark, when it is all that is said: "sorry?"."""
    around: Phrases
    """What may stand around these: "please", "could you"."""


class Goodbye(Section, frozen=True, kw_only=True):
    """How callers take leave. A wrong guess hangs up."""

    byes: Phrases
    """Farewells, and what asks to hang up, that mean nothing else."""
    misheard: Phrases
    """What a recogniser makes of a short farewell, when it is all that was said."""
    closers: Phrases
    """"That's all", and farewells that greet as well: end a call only with thanks or a no, or after `offers`."""
    thanks: Phrases
    noes: Phrases
    misheard_noes: Phrases
    """What a recogniser makes of a short no, when it is all that was said to one of `offers`."""
    around: Phrases
    """What may stand around all these: wishes, "please", "well then"."""
    questions: Phrases
    """Beginnings of questions, beside the question words: who asks does not leave."""
    stays: Phrases
    """Words of a farewell that are none: "don't hang up"."""
    back: Phrases
    """What takes back all that was said before: "never mind"."""
    reported: Phrases
    """After these a farewell is somebody else's, or none: "she said", "don't"."""
    requests: Phrases
    """With these a farewell with a question mark is no question: "can you"."""
    offers: Phrases
    """What an agent's question has that asks whether there is more: "anything else"."""


class NoCalls(Section, frozen=True, kw_only=True):
    """How callers ask never to be called again. A wrong guess takes leave of somebody, and calls them no more."""

    whole: Phrases
    """What means nothing else: "stop calling me"."""
    first: Phrases
    """With one of `second` and one of `third` right behind it: "do not"..."""
    second: Phrases
    """... "call me"..."""
    third: Phrases
    """... "again"."""
    unless: Phrases
    """What makes a clause mean less, or something else: "before", "today", "why", "you don't"."""


class AskedBack(Section, frozen=True, kw_only=True):
    """How callers ask to be called back, as soon as somebody is free or at a time that they say."""

    asking: Phrases
    """What asks for it: "call me back"."""
    unless: Phrases
    """What makes a clause mean something else: "why", "yesterday"."""
    when: Phrases
    """What tells of a time: "tomorrow", "at ten"."""
    moment: str
    """A moment as it is said, of {day} and {time}."""


class Person(Section, frozen=True, kw_only=True):
    """How callers ask for a person, told by examples: what they say is held against these."""

    somebody: str
    """Stands in the place of the people whom a caller names: "a colleague"."""
    names: Phrases
    """How a caller names somebody: "mrs *"."""
    roles: Phrases
    """What people are called whom callers ask for: "nurse*"."""
    departments: Phrases
    """Where they ask for somebody: "billing"."""
    sure_above: float
    """From which logarithm of the odds on, that a caller asks for a person, they get one: a call that went to somebody
    by mistake costs two people their time. In a new language 2.5."""
    ask_above: float
    """From which on they are asked whether they do, which is answered by a word. In a new language -1."""
    asking: tuple[str, ...]
    """Ways to ask for a person, each kind several times and put differently."""
    others: tuple[str, ...]
    """What sounds like it and is not: questions about people, other things that are given, asked or connected."""
