"""What stands in agent.yaml. Structs only; what they refer to among each other is checked in references.py.

Every text that a caller hears is a `Line`. Where something is to be done, an action is named, always in the same words
(see actions.py): `agent`, `menu:<name>`, `target:<name>`, `hangup` and so on.
"""

import datetime
from typing import Annotated, Any, Literal

import msgspec

from parley import languages
from parley.agents.dialogue import (
    Category,
    Chat,
    Collect,
    Curated,
    Experiment,
    Menu,
    Overflow,
    Sms,
    Target,
    Translation,
    Voicemail,
)
from parley.agents.types import (
    END,
    Country,
    Days,
    Extension,
    FieldName,
    FieldValue,
    Goto,
    Key,
    KeyGoto,
    Language,
    Line,
    Name,
    Seconds,
    Span,
    Struct,
    ToolName,
    Url,
    Words,
)
from parley.languages import LineName

_TEXTS = languages.get(languages.DEFAULT).texts
"""Stand in the schema; an agent in another language gets those of its own (see agent.py)."""


class Closed(Struct, frozen=True, kw_only=True):
    """What happens to a call outside the opening hours."""

    say: Line = _TEXTS["closed"]
    """Spoken instead of the greeting."""
    then: Goto = "hangup"
    """What comes after it; `agent` goes on with the conversation."""


class Hours(Struct, frozen=True, kw_only=True):
    """When people are there."""

    timezone: str
    """Name of the time zone, as Europe/Berlin."""
    week: dict[Days, tuple[Span, ...]]
    """Days (`mon`, `mon-fri`) and from when to when; others are closed. 22:00-02:00 ends on the next day."""
    closed_dates: tuple[datetime.date, ...] = ()
    """Days on which everything is closed, as 2026-12-25."""
    closed: Closed | None = None
    """What happens outside the hours; without it the agent answers as always."""


class Limits(Struct, frozen=True, kw_only=True):
    """How long a call may be; what is not given is as the gateway's settings say."""

    max_call_s: Seconds | None = None
    """Seconds after which a call is told goodbye."""
    silence_s: Seconds | None = None
    """Seconds of a caller's silence after which they are asked whether they are there."""
    max_turns: Annotated[int, msgspec.Meta(ge=1, le=10_000)] | None = None
    """Answers after which a call is told goodbye; 150 when nothing is said."""


class Secret(Struct, frozen=True, kw_only=True):
    """A value that is kept beside agent.yaml."""

    secret: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}" + END)]
    """Name of the file in the folder `secrets` that holds the value and nothing else."""


class Tool(Struct, frozen=True, kw_only=True):
    """An HTTP webhook that the language model may call."""

    name: ToolName
    """Name of the function."""
    description: Annotated[str, msgspec.Meta(min_length=1)]
    """What it does and when it is to be called; the model reads this."""
    url: Url
    """Where the arguments are sent."""
    method: Literal["GET", "POST", "PUT"] = "POST"
    """GET sends the arguments in the query, the others as JSON."""
    parameters: dict[str, Any] = {}
    """JSON Schema of the arguments, an object; empty: it has none."""
    headers: dict[str, str | Secret] = {}
    """HTTP headers that are sent along; `X-Api-Key: {secret: crm-key}` for one that nobody else may read."""
    timeout_s: Annotated[float, msgspec.Meta(gt=0.0, le=30.0)] = 4.0
    """Longest wait in seconds for the answer."""
    fallback: Line = _TEXTS["fallback"]
    """Spoken when there is no answer in time."""


class ServerTool(Struct, frozen=True, kw_only=True):
    """A tool of an MCP server that the language model may call; it has no others."""

    name: ToolName
    """Its name there, and that of the function."""
    description: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
    """What it does and when it is to be called; the model reads this, and not what the server says."""
    looks: bool = False
    """Whether it only looks something up, so that it may be asked before the caller has finished."""


class Server(Struct, frozen=True, kw_only=True):
    """An MCP server."""

    name: Name
    """What it is called in logs and metrics."""
    url: Url
    """Its endpoint, by streamable HTTP."""
    tools: Annotated[tuple[ServerTool, ...], msgspec.Meta(min_length=1)]
    """Which of its tools there are."""
    headers: dict[str, str | Secret] = {}
    """HTTP headers that are sent along; `Authorization: {secret: crm-key}` for one that nobody else may read."""
    timeout_s: Annotated[float, msgspec.Meta(gt=0.0, le=30.0)] = 4.0
    """Longest wait in seconds for the answer."""
    fallback: Line = _TEXTS["fallback"]
    """Spoken when there is no answer in time."""


class Lookup(Struct, frozen=True, kw_only=True):
    """An HTTP service of the company's that knows who calls; it is asked while the call is being answered."""

    url: Url
    """Where: by GET, with `caller` (E.164, or an extension) and `called` in the query; the answer is a JSON object."""
    headers: dict[str, str | Secret] = {}
    """HTTP headers that are sent along; `X-Api-Key: {secret: crm-key}` for one that nobody else may read."""
    timeout_s: Annotated[float, msgspec.Meta(gt=0.0, le=5.0)] = 1.0
    """Longest wait in seconds for the answer; the greeting waits for 0.3 at most."""
    fields: Annotated[dict[FieldName, FieldValue], msgspec.Meta(min_length=1)]
    """Fields of the answer that are taken, each with what curated answers say in its place where it is not known."""
    greeting: Line | None = None
    """Spoken in the greeting's place when all fields are known in time that it names: Hello {name}."""
    person: Line | None = None
    """What people whom the call is given to hear first when all fields are known that it names."""


class OutcomeField(Struct, frozen=True, kw_only=True):
    """Something that is to be known after a call."""

    ask: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    """What it is; the model reads this."""
    one_of: tuple[FieldValue, ...] = ()
    """What it may be; without it, words that were said."""


class Outcome(Struct, frozen=True, kw_only=True):
    """What is to be known after a call, read from what was said in it."""

    fields: dict[FieldName, OutcomeField] = {}
    """By its names; of one that is also the name of a `collect`, what the caller was asked for counts."""
    summary: bool = True
    """Whether a sentence tells what the call was about."""


class LlmOverride(Struct, frozen=True, kw_only=True):
    """Another language model than that of the settings."""

    base_url: Url | None = None
    model: str | None = None
    api_key: str | Secret | None = None
    """Its key: `{secret: llm-key}`."""
    temperature: Annotated[float, msgspec.Meta(ge=0.0, le=2.0)] | None = None
    max_tokens: Annotated[int, msgspec.Meta(ge=1, le=4096)] | None = None
    timeout_s: Seconds | None = None
    tools: bool | None = None
    """Whether the model is offered the built-in functions; by default as the settings say."""


class EngineOverride(Struct, frozen=True, kw_only=True):
    """Another speech engine than that of the settings."""

    engine: Literal["local", "openai", "huggingface"] | None = None
    base_url: Url | None = None
    model: str | None = None
    api_key: str | Secret | None = None
    """Its key: `{secret: llm-key}`."""
    voice: str | None = None
    timeout_s: Seconds | None = None


class Recording(Struct, frozen=True, kw_only=True):
    """Whether calls are recorded."""

    enabled: bool = False
    announcement: Line = _TEXTS["announcement"]
    """Spoken before the greeting when they are."""


class AgentFile(Struct, frozen=True, kw_only=True):
    """The fields of agent.yaml."""

    company: Line
    """What the agent answers for."""
    extensions: Annotated[tuple[Extension, ...], msgspec.Meta(min_length=1)]
    """Numbers that are answered: internal extensions and DIDs."""
    greeting: Line
    """Spoken when the call is answered."""
    persona: Annotated[str, msgspec.Meta(min_length=1)]
    """Who the agent is and how it talks; the head of the prompt."""
    farewell: Line = _TEXTS["farewell"]
    """Spoken before the agent hangs up."""
    apology: Line = _TEXTS["apology"]
    """Spoken when no answer could be made."""
    prompt: Line = _TEXTS["prompt"]
    """Spoken to a caller who has been silent for long."""
    fillers: Annotated[Words, msgspec.Meta(min_length=1)] = (_TEXTS["filler"],)
    """Spoken when an answer takes long, by turns."""
    unknown: Line = _TEXTS["unknown"]
    """Spoken when the knowledge has no answer."""
    country: Country | None = None
    """ISO 3166 code (DE) of the country of numbers written without one; else that of the first extension with +."""
    language: Language = languages.DEFAULT
    """ISO 639-1 code of what is spoken."""
    voice: str = languages.get(languages.DEFAULT).voice
    """Name of the voice on the models volume, or `espeak-ng:<language>`; empty, as in English by default: TTS_VOICE."""
    vocabulary: tuple[str, ...] = ()
    """Words that callers are likely to say and a recogniser is likely to miss."""
    languages: dict[Language, Translation] = {}
    """Other languages that a call can go on in."""
    lines: dict[LineName, Line] = {}
    """Other words for the built-in lines."""
    hours: Hours | None = None
    """When people are there, and what happens when they are not."""
    curated: tuple[Curated, ...] = ()
    """Answers that are spoken word by word."""
    keys: dict[Key, KeyGoto] = {}
    """What keys do at any time, outside menus; `#: skip` and `*: person` stand without being written."""
    menu: Name | None = None
    """The menu that follows the greeting; without it the agent listens."""
    callee_keys: tuple[Key, ...] = ()
    """Pressed where a menu answers a call that is made, one at each; without them it is hung up on."""
    menus: dict[Name, Menu] = {}
    """Menus by their names."""
    collect: dict[Name, Collect] = {}
    """What callers are asked for and type or say, by its names."""
    targets: dict[Name, Target] = {}
    """People to whom calls can be given, by their names."""
    person: Name | None = None
    """The target of a caller who asks for a person."""
    texts: dict[Name, Sms] = {}
    """Texts (SMS) that callers can be sent, by their names."""
    voicemail: Voicemail = Voicemail()
    """Messages that callers leave."""
    limits: Limits = Limits()
    """How long a call may be."""
    lookup: Lookup | None = None
    """Who is asked who calls."""
    outcome: Outcome | None = None
    """What is to be known after a call; in its record, and in the webhook of its end."""
    categories: dict[Name, Category] = {}
    """What callers want, by names of its own: what a call was about, for its record and for statistics."""
    tools: tuple[Tool, ...] = ()
    """Webhooks that the language model may call."""
    mcp: tuple[Server, ...] = ()
    """MCP servers some of whose tools it may call."""
    llm: LlmOverride = LlmOverride()
    """Another language model than that of the settings."""
    stt: EngineOverride = EngineOverride()
    """Another recogniser than that of the settings."""
    tts: EngineOverride = EngineOverride()
    """Another source of speech than that of the settings."""
    recording: Recording = Recording()
    """Whether calls are recorded."""
    listening: Literal["announced", "silent", "forbidden"] = "announced"
    """Whether people of the company may listen to calls: once the caller was told, without a word to them, or not."""
    overflow: Overflow = Overflow()
    """What happens to a call for which there is no room."""
    chat: Chat = Chat()
    """The agent by text."""
    experiment: Experiment | None = None
    """Another version that gets a share of the calls."""

    @property
    def all_languages(self) -> tuple[str, ...]:
        """Codes of all languages that a call can go on in, the main one first."""
        return tuple(dict.fromkeys((self.language, *self.languages)))
