"""What crosses between the containers: frozen structs, msgpack on Redis Streams.

A turn is numbered from 1 (0 is the greeting). `revision` counts attempts over the whole call: every pause
of the caller that may be the end of the turn gets a new one, and one that has been overtaken is cancelled.
Audio is 16 kHz, mono, signed 16-bit little-endian; a sample number counts from the start of the call.
"""

from typing import Any, Literal

import msgspec

from parley import languages
from parley.errors import MessageError

ReplyAction = Literal["none", "hangup", "transfer", "wait"]
"""What is to be done when a reply has been spoken."""

Role = Literal["user", "assistant", "note", "known"]
"""Whose a line of a call's history is: the caller's, the agent's, or a note to the agent that nobody hears; `known` is
what the company knows of the caller, a JSON object of texts."""

Channel = Literal["voice", "text"]
"""How somebody is answered: in speech, or in writing."""

Verb = Literal["hangup", "transfer", "say", "skip", "language", "note", "supervise", "take", "give_back"]
"""What can be asked of a call or a chat from outside; the last two of a chat alone, the one before of a call alone."""

SupervisionMode = Literal["listen", "whisper", "take_over"]
"""What somebody of the company does in a call by voice: hears it, speaks to the person who has it, has it."""


class Message(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The root of what a stream carries; `call` is the call's id."""

    call: str


class TranscribeJob(Message, frozen=True, kw_only=True, tag=True):
    """Gateway → stt: write down what the caller said in a range of samples of `call:{id}:up`."""

    gateway: str
    agent: str
    turn: int
    revision: int
    start_sample: int
    """First sample of the turn."""
    end_sample: int
    """One past the last sample."""
    queued_at: float
    """Unix time in seconds."""
    language: str = languages.DEFAULT
    vocabulary: str = ""
    """Words that the caller is likely to use: names of products, for example."""
    heard: str = ""
    """What the caller has heard of the reply that is being interrupted; not in the history yet."""
    repeats: str = ""
    """Words in the history with which these begin again, because the caller went on after them."""
    reply: bool = True
    """Whether an answer to the words is wanted; not where they choose from a menu."""
    written: str = ""
    """The words of the turn's beginning, which were written down before and need not be again."""
    written_to: int = 0
    """One past the last sample of these."""


class PartialJob(Message, frozen=True, kw_only=True, tag=True):
    """Gateway → stt: write down what the caller has said so far, from a sample to the newest of `call:{id}:up`.

    Who takes it late reads what has come meanwhile, so that a job that waits is never out of date.
    """

    gateway: str
    agent: str
    turn: int
    start_sample: int
    """First sample of the turn."""
    queued_at: float
    """Unix time in seconds."""
    language: str = "en"
    heard: str = ""
    """See TranscribeJob."""
    repeats: str = ""
    """See TranscribeJob."""
    hushed: bool = False
    """Whether the caller has just fallen silent: these may be all of the words."""
    prepare: bool = True
    """Whether the agent worker is to be told, too, since an answer may be wanted."""


class PartialTranscript(Message, frozen=True, kw_only=True, tag=True):
    """Stt → gateway and agent: the words of a caller who may still be speaking. A guess: the Transcript decides."""

    gateway: str
    agent: str
    turn: int
    start_sample: int
    end_sample: int
    """One past the last sample that was there."""
    text: str
    """Empty when there was no speech."""
    confidence: float | None
    """How sure the engine is of the words, 0…1; None when it does not tell."""
    published_at: float
    """Unix time in seconds."""
    language: str = "en"
    heard: str = ""
    repeats: str = ""
    hushed: bool = False


class Transcript(Message, frozen=True, kw_only=True, tag=True):
    """Stt → gateway: the caller's words of a revision."""

    turn: int
    revision: int
    text: str
    """Empty when there was no speech."""
    end_of_turn: float | None
    """How likely the caller has finished, 0…1; None when it was not judged."""
    confidence: float | None = None
    """How sure the engine is of the words, 0…1; None when it does not tell."""
    start_sample: int = 0
    """As in the job."""
    end_sample: int = 0
    """As in the job."""
    queue_s: float
    """Seconds from the job's publication until a worker took it."""
    work_s: float
    """Seconds from then until this message."""


class ReplyJob(Message, frozen=True, kw_only=True, tag=True):
    """Stt or gateway → agent: answer the caller's words, or speak a line of the agent's own."""

    gateway: str
    agent: str
    turn: int
    revision: int
    queued_at: float
    """Unix time in seconds."""
    kind: Literal["greeting", "reply", "apology", "prompt", "filler", "farewell", "line", "summary"] = "reply"
    """`reply` answers `text`, `line` speaks it as it is, `summary` tells a person what the call is about, and then says
    `text`; the others speak the agent's own line of that name."""
    text: str = ""
    language: str = languages.DEFAULT
    heard: str = ""
    """See TranscribeJob."""
    repeats: str = ""
    """See TranscribeJob."""
    remark: str = ""
    """With `reply`: is said before the answer."""
    caller: str = ""
    """With `summary`: the caller's number."""
    channel: Channel = "voice"
    """With `text` the reply comes sentence by sentence as Speech without samples: no speech is made for it."""


class ReplyTiming(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds that the agent worker spent up to the first speech of a reply."""

    queue_s: float
    """From the job's publication until a worker took it."""
    llm_s: float
    """From then until the first sentence was there (0 when no language model was asked)."""
    tts_s: float
    """From then until its first samples were there (0 when they were kept from before)."""
    first_token_s: float | None = None
    """From taking the job until the language model's first token."""
    opens: bool = False
    """Whether facts are spoken first while the language model writes; its own words have a timing, too."""


class Speech(Message, frozen=True, kw_only=True, tag=True):
    """Agent → gateway: a stretch of the reply's speech."""

    turn: int
    revision: int
    seq: int
    """Counts from 0 within a revision."""
    text: str
    """The words that these samples speak; joined over `seq` they are the reply."""
    asked: str = ""
    """On `seq` 0: the caller's words that this answers."""
    bridges: bool = False
    """Whether it is no part of the reply: all of what bridges the wait for it, should that be long."""
    pcm: bytes
    """Empty where the reply goes by text."""
    timing: ReplyTiming | None = None
    """On `seq` 0, and on the language model's own first words where others came before."""


class ReplyEnd(Message, frozen=True, kw_only=True, tag=True):
    """Agent → gateway: nothing more comes for this revision."""

    turn: int
    revision: int
    action: ReplyAction = "none"
    """What is to be done when the speech has been played."""
    target: str = ""
    """With `transfer`: the name of one of the agent's targets, or an action of agent.yaml's like `menu:main` or
    `voicemail`; empty: the person that the agent names."""


class ReplyFailed(Message, frozen=True, kw_only=True, tag=True):
    """Agent → gateway: no reply could be made; speech that already went out stays valid."""

    turn: int
    revision: int
    kind: str
    """One short word for metrics, see EngineError."""


class Cancel(Message, frozen=True, kw_only=True, tag=True):
    """Gateway → everyone (pub/sub): every revision of the call up to this one is stale, but for `keep`."""

    revision: int
    keep: int = -1
    """The revision of a reply that goes on, because what seemed to interrupt it did not."""

    def covers(self, revision: int) -> bool:
        """Whether this makes `revision` stale; those below 0 are beside the turns, and are not."""
        return 0 <= revision <= self.revision and revision != self.keep


class Command(Message, frozen=True, kw_only=True, tag=True):
    """Api → gateway: do something in a call; answered by a CommandAnswer."""

    id: str
    """Chosen by who asks: names the answer."""
    verb: Verb
    value: str = ""
    """Of `say` the words, of `transfer` the target (empty: the person that the agent names), of `language` its code,
    of `note` its text, of `supervise` a SupervisionMode, or `end`."""
    user: str = ""
    """Of `supervise`: who asks."""
    token: str = ""
    """Of `supervise`: by which they come into the call; empty: they are in it."""
    until: float
    """Unix time in seconds after which nobody waits any more, and it is not to be done."""


class CommandAnswer(Message, frozen=True, kw_only=True, tag=True):
    """Gateway → api: what became of a command."""

    id: str
    result: Literal["done", "refused", "gone"]
    """`gone`: the call is over, or another gateway's."""
    reason: str = ""
    """Of what was refused: why, in words."""


class Event(Message, frozen=True, kw_only=True, tag=True):
    """What analytics, consoles and traces read from the `events` stream (JSON)."""

    kind: str
    at: float
    """Unix time in seconds."""
    data: dict[str, Any] = {}


def letters(text: str) -> str:
    """Return the letters and figures of a text alone: recognisers that heard the same words may differ in the rest."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


AnyMessage = (
    TranscribeJob
    | PartialJob
    | PartialTranscript
    | Transcript
    | ReplyJob
    | Speech
    | ReplyEnd
    | ReplyFailed
    | Cancel
    | Command
    | CommandAnswer
    | Event
)

_decoder = msgspec.msgpack.Decoder(AnyMessage)
_encoder = msgspec.msgpack.Encoder()


def encode(message: Message) -> bytes:
    """Encode a message as msgpack."""
    return _encoder.encode(message)


def decode(data: bytes) -> AnyMessage:
    """Decode and check a message; raise MessageError saying what is wrong with it."""
    try:
        message: AnyMessage = _decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MessageError(str(error)) from error
    return message
