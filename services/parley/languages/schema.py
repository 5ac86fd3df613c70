"""What stands in a language's file: every field, and what it is for. All are needed; a list may be empty.

A field of `Words` is one text with spaces between the words; one of `Phrases` is a list (see types.py). Texts that a
caller hears are written as they are to be said.
"""

from parley.languages.answers import Between, Hours, Place, Prices, Registers
from parley.languages.claims import Claims
from parley.languages.evidence import Asked, Checks, Given
from parley.languages.files import Files
from parley.languages.insight import Insight
from parley.languages.lines import LineName, TextName
from parley.languages.machines import Answering, Simulated
from parley.languages.numerals import Numerals
from parley.languages.speech import Sentences, Spoken
from parley.languages.telling import Telling
from parley.languages.types import Phrases, Section, Words
from parley.languages.wishes import Again, AskedBack, Goodbye, NoCalls, Person, Waiting


class Questions(Section, frozen=True, kw_only=True):
    """How questions begin."""

    shortest: int
    """Words of the shortest question that stands for itself."""
    openers: Phrases
    """What may come before: greetings, a yes or a no, "and", "so"."""
    words: Phrases
    """Question words."""
    verbs: Phrases
    """How questions begin that want a yes or a no."""
    asking: Phrases
    """What makes a question of a sentence that has no such beginning: "tell me", "I need"."""


class Turn(Section, frozen=True, kw_only=True):
    """What the words of an unfinished transcript say of the end of a turn."""

    open: Words
    """No sentence ends with these: articles, conjunctions, "I", fillers."""
    opened: Words
    """Words with which a sentence is only begun, when nothing follows: "so", "well"."""
    leaning: Words
    """Few sentences end with these, but a question may: prepositions, auxiliaries."""
    never_last: Words
    """A question does not end with these, either."""
    pointing: Words
    """A statement may end with these; a question that is not yet whole, too: "Do you have that …"."""
    announcing: Phrases
    """After these, at the end, it is still to be said what it is about: "I would like to know"."""
    greetings: Phrases
    """Greetings; alone they only begin."""
    clauses: dict[str, tuple[str, ...]]
    """Words with which a clause begins that is followed by another, and with which words after them it is none: after
    "when", "do", for "When do you open" is a question."""
    done: Phrases
    """After these, at the end, the turn is over: thanks, "please", goodbyes."""
    digits: Words
    """Names of the digits, and what is said among them when a number is dictated: "oh", "double"."""
    dictated: Phrases
    """What is dictated digit by digit."""


class Overlap(Section, frozen=True, kw_only=True):
    """What the caller's words mean when they are spoken over the agent's."""

    acknowledgements: Words
    """What listeners say without wanting the turn, without apostrophes and hyphens."""
    acknowledging: Phrases
    """The same in several words."""
    attention: Words
    """Short calls for attention, which want the turn even when they are hard to make out."""
    checking: Phrases
    """Hellos, and whether anybody is there: said into a greeting or a silence, and no wish for anything else."""


class Choices(Section, frozen=True, kw_only=True):
    """How callers choose from what they are offered."""

    wait: tuple[str, ...]
    """What they may say whose call nobody takes: to wait..."""
    voicemail: tuple[str, ...]
    """... to leave a message..."""
    agent: tuple[str, ...]
    """... or to go on with the agent..."""
    callback: tuple[str, ...]
    """... or to be called back."""
    elsewhere: tuple[str, ...]
    """What they may say who want a text at another number than the one that they call from."""
    around: Phrases
    """What may stand around the number of a choice: "option", "I'd like"."""
    refusing: Phrases
    """What follows in the clause is not wanted, or, at the clause's end, what stands before..."""
    wanting: Phrases
    """... up to one of these: "but", "I want"."""


class Knowledge(Section, frozen=True, kw_only=True):
    """What the search in an agent's knowledge has to know of words."""

    stop_words: Words
    """Words that every sentence has and that tell nothing about what it is about."""
    courtesy: str
    """Words of an answer that state nothing."""
    telling: str
    """Words in which an answer tells what a fact says in others: "cost", "cheaper", "need"."""
    small_talk: tuple[str, ...]
    """What callers say that asks for nothing an agent could know."""
    numbers: dict[str, int]
    """Number words, and their numbers; without those that are rather articles."""
    one: Words
    """Number words for 1 that are mostly something else: "the big one"."""
    before_apostrophe: Words
    """Words that lean on the next one, and are none of what is searched for: the l of "l'adresse"."""
    after_apostrophe: Words
    """The same behind the word: the s of "manager's"."""
    joins: Words
    """After a comma, one of these begins another statement: "and", "but"."""
    also: Phrases
    """Between two questions: "and", "and also"."""
    why: Phrases
    """Asks for a reason."""
    reasons: Phrases
    """Asks for what no fact says as it stands: a comparison, a recommendation, a sum."""
    advice: Phrases
    """Asks for that at the beginning of a clause: "should I"."""
    follow_ups: Phrases
    """Beginnings of words that can only be understood with those before: "and", "what about"."""
    references: Phrases
    """Words that refer to what was said before: "it", "that one"."""
    answers: Phrases
    """Beginnings of answers, which refer to the agent's words and not to the caller's: "yes"."""


class Personal(Section, frozen=True, kw_only=True):
    """How somebody tells who they are, for what is masked in records and logs."""

    introduces: Phrases
    """After these comes a name: "my name is"."""
    titles: Phrases
    """So it does after these: "Mrs"."""
    within: Words
    """Small words within a name: "von"."""
    at: Words
    """How the @ of an address is said..."""
    dot: Words
    """... and its dot."""


class Recogniser(Section, frozen=True, kw_only=True):
    """What recognition makes up of noise, in lower case and without marks."""

    inventions: tuple[str, ...]
    """What callers say, too: dropped when two signs speak against speech."""
    never_spoken: tuple[str, ...]
    """What nobody says to a telephone, as the ends of subtitles: dropped when one sign does."""


class Texting(Section, frozen=True, kw_only=True):
    """Text messages (SMS) that are words of command, each a whole message without its marks."""

    stop: Phrases
    """Nothing is to be sent any more..."""
    start: Phrases
    """... or again."""
    resume: Phrases
    """The same from somebody who gets nothing; from others these are ordinary words."""
    help: Phrases
    """Who writes there, and how that is ended."""


class Summary(Section, frozen=True, kw_only=True):
    """What a person is told of a call that they are given."""

    ask: str
    """Asks the language model for the sentence."""
    call: str
    """{caller} is the number, or `nobody`."""
    said: str
    """{words} are the caller's last."""
    nobody: str
    """A number that is not known."""


class FirstAgent(Section, frozen=True, kw_only=True):
    """What `make agent` writes; {company} is the name."""

    greeting: str
    persona: str
    unknown: str
    ask: tuple[str, ...]
    """Ways to ask whether it is a machine."""
    answer: str
    facts: tuple[str, ...]


class Language(Section, frozen=True, kw_only=True):
    """All that depends on the language of the words."""

    code: str
    """ISO 639-1, the name of the file; not in it."""
    name: str
    """In English: the language model's instructions are in that."""
    stemmer: str
    """Name of the algorithm of snowballstemmer that takes the endings off its words; empty: none."""
    voice: str
    """The voice of an agent that names none; empty: TTS_VOICE."""
    questions: Questions
    turn: Turn
    overlap: Overlap
    waiting: Waiting
    again: Again
    answering: Answering
    goodbye: Goodbye
    no_calls: NoCalls
    callback: AskedBack
    person: Person
    yes: Phrases
    """How callers agree; any number of these, and nothing else."""
    no: Phrases
    """How they do not; likewise."""
    choices: Choices
    numerals: Numerals
    telling: Telling
    knowledge: Knowledge
    asked: Asked
    given: Given
    checks: Checks
    claims: Claims
    hours: Hours
    place: Place
    prices: Prices
    registers: Registers
    between: Between
    spoken: Spoken
    sentences: Sentences
    files: Files
    personal: Personal
    texting: Texting
    recogniser: Recogniser
    insight: Insight
    texts: dict[TextName, str]
    """Fixed lines of an agent that gives none; `confirm` reads {digits} back, `fallback` stands in for a webhook."""
    lines: dict[LineName, str]
    """Lines of call control, with PLACEHOLDERS."""
    summary: Summary
    simulated: Simulated
    first_agent: FirstAgent
