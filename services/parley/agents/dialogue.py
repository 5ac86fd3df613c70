"""What stands in agent.yaml about menus, what is asked for, people, languages, and how calls are dealt with."""

from typing import Annotated, Any, Literal

import msgspec

from parley.agents.pages.page import Page
from parley.agents.types import (
    AnswerThen,
    CollectGoto,
    Extension,
    Goto,
    Key,
    Language,
    Line,
    MenuGoto,
    Name,
    Number,
    Origin,
    OverflowTo,
    Seconds,
    Struct,
    Words,
)
from parley.languages import LineName

SAME = ("extensions", "country", "language", "chat", "mcp", "outcome", "categories", "experiment")
"""Fields that both versions of an experiment have: by which it is reached, and what is done beside its calls."""


class Category(Struct, frozen=True, kw_only=True):
    """Something that callers want; calls are sorted by it once they are over."""

    examples: Annotated[Words, msgspec.Meta(min_length=1)]
    """Ways in which callers say that they want it, in any of the agent's languages; a dozen, put differently."""
    words: Words = ()
    """Words that tell it wherever they stand, as the name of a thing."""


class Overflow(Struct, frozen=True, kw_only=True):
    """What happens to a call for which there is no room."""

    to: OverflowTo = "busy"
    """Where it goes, after the line `overflow`; `busy` is the line `busy` and the busy tone."""


class Experiment(Struct, frozen=True, kw_only=True):
    """Another version of the agent that gets a share of its calls and chats, to see which does better."""

    name: Name
    """What it is called in records and reports; under a new name callers are dealt anew."""
    share: Annotated[int, msgspec.Meta(ge=0, le=100)]
    """Per cent of the callers who get the other version; a caller always gets the same one."""
    change: Annotated[dict[str, Any], msgspec.Meta(min_length=1)]
    """Fields of this file that the other version has otherwise: mappings are merged, null takes a field out."""


class Curated(Struct, frozen=True, kw_only=True):
    """A question whose answer is spoken word by word, without the language model."""

    ask: Annotated[Words, msgspec.Meta(min_length=1)]
    """Ways in which callers ask it."""
    answer: Line
    """The sentence that is spoken."""
    then: AnswerThen = "none"
    """What is done afterwards."""


class Option(Struct, frozen=True, kw_only=True):
    """What a key of a menu does."""

    to: MenuGoto
    """Where the caller goes."""
    label: str = ""
    """What it stands for; in reports and in the call's record."""
    words: Words = ()
    """What a caller may say instead of pressing the key."""
    language: Language | None = None
    """Language of the call from here on."""


class Menu(Struct, frozen=True, kw_only=True):
    """A choice by key or by voice."""

    say: Line
    """The choices, spoken."""
    options: Annotated[dict[Key, Option], msgspec.Meta(min_length=1)]
    """What the keys do."""
    timeout_s: Seconds = 6.0
    """Seconds of silence after the choices until they are said again."""
    retries: Annotated[int, msgspec.Meta(ge=0, le=10)] = 2
    """How often they are said again, after silence or a wrong key."""
    then: Goto = "agent"
    """Where a caller goes who has chosen nothing by then."""


class Digits(Struct, frozen=True, kw_only=True):
    """How many digits are collected."""

    min: Annotated[int, msgspec.Meta(ge=1, le=32)] = 1
    max: Annotated[int, msgspec.Meta(ge=1, le=32)] = 16


class Range(Struct, frozen=True, kw_only=True):
    """Between which numbers an amount is."""

    min: Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)] = 0
    max: Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)] = 1_000_000


CollectKind = Literal[
    "digits", "number", "phone", "date", "time", "email", "name", "spelled", "yes-no", "one-of", "postal-code",
    "plate",
]  # fmt: skip


class Collect(Struct, frozen=True, kw_only=True):
    """What the caller types or says when asked for it, for example an order number."""

    say: Line
    """Asks for it."""
    kind: CollectKind = "digits"
    """What it is: so many `digits`, a whole `number`, a `phone` number, `date` or `time`, an `email` address, a `name`,
    `spelled` letters and figures, `yes-no`, `one-of` the options, a `postal-code` or licence `plate` of the agent's
    country."""
    digits: Digits = Digits()
    """How many digits it has, where it is `digits`."""
    letters: Digits = Digits()
    """How many letters and figures it has, where it is `spelled`."""
    range: Range = Range()
    """Between which numbers it is, where it is a `number`."""
    when: Literal["any", "past", "future"] = "any"
    """Whether a `date` has to be over, or yet to come; today is both."""
    options: dict[Name, Words] = {}
    """Where it is `one-of`: the names under which a choice is kept, and what callers say who mean it; the first is read
    back."""
    end: Key = "#"
    """The key that ends it."""
    confirm: Line | None = None
    """Reads it back; {value} is spoken, digits one by one and letters spelled ({digits} is the same). By default in
    built-in words; a yes or a no is read back only where this is given."""
    accept: Key = "1"
    """The key that says that it is right."""
    again: Key = "2"
    """The key that begins anew."""
    timeout_s: Seconds = 8.0
    """Longest wait in seconds for the next key."""
    retries: Annotated[int, msgspec.Meta(ge=0, le=10)] = 2
    """How often it is asked for again."""
    sensitive: bool = False
    """Whether it is masked wherever what happened is kept or shown: events, records, traces, logs."""
    then: CollectGoto = "agent"
    """Where the caller goes with it; `collect:<name>` asks for the next."""


class Target(Struct, frozen=True, kw_only=True):
    """People to whom a call can be given: exactly one of extension, trunk and queue."""

    name: Line
    """How they are called in a sentence: `our sales team`."""
    extension: Extension | None = None
    """An extension of the house."""
    trunk: Number | None = None
    """A number that is called by the trunk: digits, with + before those of a country."""
    queue: Name | None = None
    """A queue of Asterisk."""
    words: Words = ()
    """What callers say who want them."""
    summary: bool = True
    """Whether they hear what the call is about before they take it."""
    ring_s: Seconds = 25.0
    """How many seconds they are rung."""
    unavailable: tuple[Literal["wait", "voicemail", "agent"], ...] = ("wait", "voicemail", "agent")
    """What a caller is offered when nobody is there, in this order."""
    callback: bool = False
    """Whether callers need not wait in the queue: they may hang up, keep their place, and are called when it is their
    turn."""


class Voicemail(Struct, frozen=True, kw_only=True):
    """Messages that callers leave."""

    max_s: Seconds = 120.0
    """Longest message in seconds."""
    silence_s: Seconds = 5.0
    """Seconds of silence that end it."""


class MenuTexts(Struct, frozen=True, kw_only=True):
    """A menu in another language."""

    say: Line
    """The choices, spoken."""
    words: dict[Key, Words] = {}
    """What a caller may say instead of pressing a key."""


class CollectTexts(Struct, frozen=True, kw_only=True):
    """What is asked for in another language."""

    say: Line
    """Asks for it."""
    confirm: Line | None = None
    """Reads it back, with {value}; by default in built-in words."""
    options: dict[Name, Words] = {}
    """What callers say who mean an option; one that is not given keeps its words."""


class TargetTexts(Struct, frozen=True, kw_only=True):
    """People in another language."""

    name: Line
    """How they are called in a sentence."""
    words: Words = ()
    """What callers say who want them."""


class Sms(Struct, frozen=True, kw_only=True):
    """A text (SMS) that a caller can be sent: what stands here, and nothing that a model writes."""

    name: Line
    """What it is, as in: Shall I send you {name}?"""
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=900)]
    """What is sent; in a chat it is written there."""
    other_numbers: bool = False
    """Whether callers may have it sent to another number than their own, as far as SMS_PREFIXES allows that."""


class Chat(Struct, frozen=True, kw_only=True):
    """The agent by text."""

    enabled: bool = False
    """Whether web pages can chat with it."""
    origins: tuple[Origin, ...] = ()
    """Which: as a browser names them, https://www.example.com; beside those of the chat's own address."""
    greeting: Line | None = None
    """The first line on a page; by default that of calls."""
    calls: bool = False
    """Whether visitors of pages can have themselves called, at a number that they confirm."""
    page: Page | None = None
    """A page on which customers chat with it; without it there is none."""
    sip: bool = True
    """Whether SIP messages to its extensions are answered."""
    sms: bool = True
    """Whether texts to its numbers are answered that a provider brings."""


class LookupTexts(Struct, frozen=True, kw_only=True):
    """What is said of a caller whom the company knows, in another language."""

    greeting: Line | None = None
    """See `greeting` of `lookup`; by default the greeting as for anybody."""
    person: Line | None = None
    """See `person` of `lookup`; by default nothing."""


class Translation(Struct, frozen=True, kw_only=True):
    """The agent in another language. Its knowledge is what stands in `knowledge/<code>/`."""

    greeting: Line
    """Spoken when a call begins in this language."""
    voice: str = ""
    """Name of the voice; by default `espeak-ng:<code>`."""
    persona: str = ""
    """Head of the prompt; by default that of the main language."""
    farewell: Line | None = None
    """Spoken before the agent hangs up; this and the others by default in built-in words."""
    apology: Line | None = None
    """Spoken when no answer could be made."""
    prompt: Line | None = None
    """Spoken to a caller who has been silent for long."""
    fillers: Annotated[Words, msgspec.Meta(min_length=1)] | None = None
    """Spoken when an answer takes long, by turns."""
    unknown: Line | None = None
    """Spoken when the knowledge has no answer."""
    closed: Line | None = None
    """Spoken outside the opening hours."""
    announcement: Line | None = None
    """Spoken when the call is recorded."""
    menus: dict[Name, MenuTexts] = {}
    """Menus by their names."""
    collect: dict[Name, CollectTexts] = {}
    """What is asked for by its names."""
    targets: dict[Name, TargetTexts] = {}
    """People by their names."""
    texts: dict[Name, Sms] = {}
    """Texts that can be sent, by their names."""
    lookup: LookupTexts = LookupTexts()
    """What is said of a caller whom the company knows."""
    curated: tuple[Curated, ...] = ()
    """Answers that are spoken word by word."""
    lines: dict[LineName, Line] = {}
    """Other words for the built-in lines."""
    vocabulary: tuple[str, ...] = ()
    """Words that a recogniser is likely to miss."""
