"""A call as clients see it: the fields of `make records`, with what tells whether it is over."""

from typing import Any, Literal

import msgspec
from pydantic import BaseModel, Field

from records.record import Line, Record

_TIME: dict[str, Any] = {"format": "date-time"}
_CALL = "1732287000.7"


Who = Literal["caller", "agent", "person"]
Whose = Literal["agent", "waiting", "person"]
_HAS: dict[str, Whose] = {
    "transfer_started": "waiting",
    "transfer_connected": "person",
    "transfer_ended": "agent",
}
"""Whose a call is after an event of a transfer."""
_WHO: dict[str, Who] = {"caller": "caller", "agent": "agent", "person": "person"}


class Said(BaseModel):
    """Something that was said."""

    at: str = Field(json_schema_extra=_TIME, examples=["2026-11-28T14:03:12.250Z"])
    """When it was over; of the caller, when the turn was."""
    who: Who
    """`person`: one of the company's, in a chat."""
    text: str = Field(examples=["What are your opening hours on Saturday?"])
    """Of the agent, what was heard of it."""
    corrected: str = Field(examples=[""])
    """What the caller really said, where somebody has corrected it; empty: nobody has."""
    turn: int | None
    """Of answers and of what is answered."""
    whole: bool
    """False: the agent was interrupted."""
    latency_s: dict[str, float] = Field(examples=[{"voice_to_voice": 0.553}])
    """`voice_to_voice` and its stages; empty for what is no answer."""


class Sentiment(BaseModel):
    """How pleased the caller was, from what they said: -1 (displeased) to 1 (pleased)."""

    turns: list[float | None] = Field(examples=[[-0.4, 0.1, 0.8]])
    """Of each of the caller's lines; null: it has no words."""
    mean: float = Field(examples=[0.17])
    change: float = Field(examples=[1.2])
    """From the first third of the lines to the last."""


class Insight(BaseModel):
    """What was made of a call once it was over."""

    outcome: str = Field(examples=["resolved"])
    """`resolved`, `handed_over`, `message_taken`, `abandoned`, `unknown_answer` or `failed`."""
    tags: list[str] = Field(examples=[["ASKED_TWICE"]])
    """What happened that calls are found by."""
    score: int | None = Field(examples=[87])
    """How good it was, 0 to 100; null: the caller said nothing."""
    parts: dict[str, int] = Field(examples=[{"answers": 100, "latency": 75}])
    """What the score is made of, 0 to 100 each."""
    category: str = Field(examples=["orders"])
    """What it was about, one of the agent's `categories` or a topic; empty: none of them, or not read yet."""
    category_by: str = Field(examples=["examples"])
    """How that was found: `examples`, by those of the agent's file; `topic`, by likeness to other calls; `model`, by
    the language model, where the examples were unsure."""
    sentiment: Sentiment | None
    """Null: not read yet, or the caller said nothing."""


class Used(BaseModel):
    """What one engine did for a call."""

    part: Literal["stt", "llm", "tts"]
    engine: str = Field(examples=["gpt-4o-mini"])
    """`local`, or the name of the model outside."""
    requests: int
    seconds: float = Field(examples=[8.4])
    """Of audio that was recognised."""
    read: int = Field(examples=[1920])
    """Tokens that the language model read, those of `cached` among them."""
    cached: int = Field(examples=[1792])
    written: int = Field(examples=[48])
    """Tokens that it wrote."""
    characters: int = Field(examples=[212])
    """That were spoken; what was kept as speech from before is not among them."""
    estimated: int
    """Requests whose tokens are estimated, since they were called off."""
    cost: float | None = Field(examples=[0.0002])
    """Null: there is no price for it."""


class Cost(BaseModel):
    """What engines cost for a call, by the prices at that time."""

    amount: float = Field(examples=[0.0137])
    currency: str = Field(examples=["EUR"])
    whole: bool
    """False: an engine without a price was used, too."""


class Summary(BaseModel):
    """A call in a list."""

    call: str = Field(examples=[_CALL])
    cell: str = Field(examples=["berlin"])
    """Which cell had it (CELL_NAME); empty: it has no name."""
    agent: str = Field(examples=["techstore"])
    agent_version: str = Field(examples=["9f86d081884c7d65"])
    """The version of its agent.yaml (see `/agents`) when the call began; empty: that is not known."""
    experiment: str = Field(examples=[""])
    """Of which of the agent's experiments it was part; empty: of none."""
    variant: str = Field(examples=[""])
    """Which version of the agent the caller got in it: `a`, as its file has it, or `b`."""
    direction: Literal["in", "out"]
    """`out`: the agent called `caller`, who saw `extension`."""
    caller: str = Field(examples=["+4930123456"])
    """Empty: without a number."""
    extension: str = Field(examples=["100"])
    """The number that was called."""
    channel: str = Field(examples=["voice"])
    """How it came: `voice`, or of chats `web`, `sip` or `sms`."""
    whose: Whose | None = Field(examples=["agent"])
    """Who has it while it goes on: the agent, nobody yet of the people that it was given to, one of them. Null: it is
    over."""
    started_at: str = Field(json_schema_extra=_TIME, examples=["2026-11-28T14:03:08.100Z"])
    ended_at: str | None = Field(json_schema_extra=_TIME, examples=["2026-11-28T14:03:27.600Z"])
    """Null: it goes on."""
    duration_s: float = Field(examples=[19.5])
    """Until now, of one that goes on: until what is known of it."""
    outcome: str | None = Field(examples=["caller_hung_up"])
    """How it ended; `lost` when its gateway never told. Null: it goes on."""
    recording: bool
    """Whether it was recorded."""
    insight: Insight | None
    """Null: it goes on, or has just ended."""


class Page(BaseModel):
    """Some calls, newest first."""

    calls: list[Summary]
    after: str | None = Field(examples=["1732287000.123456000_1732287000.7"])
    """What to ask for next, as `after`; null: these were the last."""


class Whole(Summary):
    """All that is known of a call."""

    turns: list[Said]
    keys: list[dict[str, Any]] = Field(examples=[[{"at": "2026-11-28T14:03:20.000Z", "digit": "1"}]])
    transfers: list[dict[str, Any]]
    quality: dict[str, Any] = Field(examples=[{"mos": 4.3, "lost_pct": 0.0, "jitter_ms": 0.5}])
    """How it sounded, as far as it was measured."""
    events: list[dict[str, Any]]
    """Everything else that happened."""
    usage: list[Used]
    """What engines did for it."""
    cost: Cost | None
    """Null: there are no prices."""


def summary(record: Record, *, over: bool, cell: str) -> Summary:
    """A record in short."""
    return Summary(**_short(record, over, cell))


def whole(record: Record, *, over: bool, cell: str) -> Whole:
    """All of a record."""
    return Whole(
        **_short(record, over, cell),
        turns=[_said(line) for line in record.turns],
        keys=record.keys,
        transfers=record.transfers,
        quality=record.quality,
        events=record.events,
        usage=[Used(**msgspec.structs.asdict(use)) for use in record.usage],
        cost=None if record.cost is None else Cost(**msgspec.structs.asdict(record.cost)),
    )


def _short(record: Record, over: bool, cell: str) -> dict[str, Any]:
    return {
        "call": record.call,
        "cell": cell,
        "agent": record.agent,
        "agent_version": record.agent_version,
        "experiment": record.experiment,
        "variant": record.variant,
        "direction": record.direction,
        "caller": record.caller,
        "extension": record.extension,
        "channel": record.channel,
        "whose": None if over else _whose(record),
        "started_at": record.started_at,
        "ended_at": record.ended_at if over else None,
        "duration_s": record.duration_s,
        "outcome": record.outcome if over else None,
        "recording": record.recording is not None,
        "insight": msgspec.to_builtins(record.insight) if over else None,
    }


def _whose(record: Record) -> Whose:
    told = [_HAS[event["kind"]] for event in record.transfers if event["kind"] in _HAS]
    return told[-1] if told else "agent"


def _said(line: Line) -> Said:
    return Said(
        at=line.at,
        who=_WHO[line.who],
        text=line.text,
        corrected=line.corrected,
        turn=line.turn if isinstance(line.turn, int) else None,
        whole=line.whole,
        latency_s=line.latency_s,
    )
