"""What may stand in `agents/<name>/tests/*.yaml`: conversations with the agent, and what must come of each."""

from typing import Annotated, Any, Literal, get_args

import msgspec

from parley.agents.types import FieldName, Language, Name, Seconds, Struct

LONGEST, MOST_TURNS = 2000, 100
"""Characters of a text, turns of a script."""
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST, pattern=r"\S")]
Texts = Text | tuple[Text, ...]
"""One, or a list."""

Style = Literal[
    "patient",
    "hurried",
    "hard_of_hearing",
    "changes_mind",
    "interrupts",
    "mistypes",
    "silent",
    "abusive",
    "tricky",
    "heavy_accent",
]
"""How a persona goes about it, see `services/simulate/personas.py`."""
STYLES: tuple[Style, ...] = get_args(Style)
Became = Literal["resolved", "handed_over", "message_taken", "abandoned", "unknown_answer", "failed"]
"""What became of a conversation, as records judge it: docs/insight.md."""
Happened = Literal[
    "DEAD_AIR", "ASKED_TWICE", "WANTED_PERSON", "LOOP", "CUT_OFF", "NOT_KNOWN", "SLOW", "BAD_LINE"
]
"""The tags of docs/insight.md; `DEAD_AIR`, `CUT_OFF` and `BAD_LINE` only a conversation by voice can have."""


def listed(texts: Texts) -> tuple[str, ...]:
    """One text or several, as several."""
    return (texts,) if isinstance(texts, str) else texts


class Words(Struct, frozen=True, kw_only=True):
    """What is asked of the words of an answer. Words are whole ones; case, and which quotation marks, do not matter."""

    contains: Texts = ()
    """All of these are in it."""
    any_of: Texts = ()
    """At least one of these is."""
    must_not: Texts = ()
    """None of these is."""
    means: Texts = ()
    """It, or a sentence of it, says one of these in whatever words. Figures, and whether it is a yes or a no, this does
    not tell apart: `contains` does."""

    @property
    def wants(self) -> bool:
        """Whether something must be there."""
        return bool(self.contains or self.any_of or self.means)


class Called(Struct, frozen=True, kw_only=True):
    """A function that the language model calls."""

    name: Text
    arguments: dict[str, Any] = {}
    """Values that these must have; others may be there."""


class Checks(Words, frozen=True, kw_only=True):
    """What must come of one message of the caller's."""

    transfer: Name | None = None
    """The caller is given to this target."""
    tool: Called | None = None
    """The language model calls this function."""
    ends: bool | None = None
    """Whether the agent ends the conversation."""
    language: Language | None = None
    """The language of the answer."""
    within_s: Seconds | None = None
    """A longer wait is told; it fails the test only where that is asked for."""


class Turn(Checks, frozen=True, kw_only=True):
    """One message of the caller's."""

    say: Text
    """The words; the key of a menu alone is that key."""


class End(Struct, frozen=True, kw_only=True):
    """What must be true once the conversation is over."""

    outcome: Became | tuple[Became, ...] = ()
    """What became of it; one of these."""
    tags: tuple[Happened, ...] = ()
    no_tags: tuple[Happened, ...] = ()
    collected: dict[FieldName, Text] = {}
    """What the caller was asked for, as it is kept; of what is sensitive `•••`."""
    menus: tuple[Text, ...] = ()
    """The keys that were chosen in menus, in this order."""


class Script(Struct, frozen=True, kw_only=True):
    """A conversation whose every message is known."""

    name: Text
    turns: Annotated[tuple[Turn, ...], msgspec.Meta(min_length=1, max_length=MOST_TURNS)]
    language: Language | None = None
    """In which it begins, by default the file's."""
    greeting: Checks | None = None
    """What the agent's first words must be."""
    judge: Texts = ()
    """Statements that must be true of the whole; a language model judges them."""
    at_end: End | None = None


class Want(Words, frozen=True, kw_only=True):
    """Something that a persona wants to know."""

    ask: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]
    """Ways to ask; the next one is taken when the answer to one before was none. With a goal, what it is called."""

    def __post_init__(self) -> None:
        if not self.wants:
            raise ValueError("needs one of contains, any_of, means: else nobody knows when it was answered")


NOISE_DB = (-20, 60)
"""How much louder than what is around them callers may be."""


class Line(Struct, frozen=True, kw_only=True):
    """What a caller is heard through, by voice."""

    noise: Annotated[float, msgspec.Meta(ge=NOISE_DB[0], le=NOISE_DB[1])] | None = None
    """The caller's words are so many decibels louder than the street around them; by default it is quiet."""
    loss: Annotated[float, msgspec.Meta(ge=0, lt=100)] = 0.0
    """So many of a hundred of the caller's packets are lost."""


class Persona(Struct, frozen=True, kw_only=True):
    """A caller who wants something, and goes about it in a certain way: by rules, or with a `goal` by a model."""

    name: Text
    wants: Annotated[tuple[Want, ...], msgspec.Meta(max_length=20)] = ()
    goal: Text = ""
    """What the caller wants, in words for a language model, which writes the caller's messages then."""
    style: Style = "patient"
    seed: int = 1
    """With the same one, the caller says the same to the same answers."""
    turns: Annotated[int, msgspec.Meta(ge=1, le=100)] = 20
    """So many messages are written at most."""
    language: Language | None = None
    line: Line = Line()
    before: tuple[Text, ...] = ()
    """What is written first, as the way through a menu."""
    must_not: Texts = ()
    """In no answer."""
    judge: Texts = ()
    """As in scripts."""
    at_end: End | None = None

    def __post_init__(self) -> None:
        if not (self.wants or (self.goal and self.judge)):
            raise ValueError(
                "needs wants, or goal and judge: else nobody knows whether it got what it wanted"
            )


class CaseFile(Struct, frozen=True, kw_only=True):
    """A file."""

    language: Language | None = None
    """In which conversations begin; by default the agent's."""
    scripts: tuple[Script, ...] = ()
    personas: tuple[Persona, ...] = ()

    def __post_init__(self) -> None:
        if not (self.scripts or self.personas):
            raise ValueError("needs scripts or personas")
