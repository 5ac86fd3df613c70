"""From the events of a call to its record. Pure."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from parley.messages import Event
from records.cost.ledger import Cost, Used
from records.insight.course import LOST, VOICE
from records.insight.insight import Insight

_PARTS = {
    "call_started",
    "call_ended",
    "caller_said",
    "agent_said",
    "person_said",
    "turn",
    "key",
    "recording",
}
_IDENTITY = {
    "agent",
    "caller",
    "extension",
    "channel",
    "outcome",
    "outcome_follows",
    "experiment",
    "variant",
}
_NOT_WORTH_KEEPING = {"filler", "caller_speaks", "agent_speaks"}


_LAST = datetime(9999, 12, 31, tzinfo=UTC).timestamp()


class Line(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Something that was said."""

    at: str
    """When it was over, ISO 8601 in UTC; of the caller, when the turn was."""
    who: str
    """`caller` or `agent`; in a chat `person`, too: one of the company."""
    text: str
    """What was said; of the agent, what was heard of it."""
    corrected: str = ""
    """What the caller really said, where somebody has heard that it was something else."""
    turn: int | None = None
    """Of answers and of what is answered."""
    whole: bool = True
    """False: the agent was interrupted."""
    latency_s: dict[str, float] = {}
    """`voice_to_voice` and its stages, in seconds."""


class Record(msgspec.Struct, kw_only=True):
    """What is known of a call that is over. What is added needs a default: copies in another place are older."""

    call: str
    agent: str
    agent_version: str
    """Which agent.yaml it was, as `document.version` names it; empty: that is not known."""
    experiment: str = ""
    """Of which of the agent's experiments it was part; empty: of none."""
    variant: str = ""
    """Which version of the agent the caller got in it: `a`, as its file has it, or `b`, the other."""
    direction: str
    """`in`, or `out`: the agent called `caller`, who saw `extension`."""
    caller: str
    extension: str
    channel: str = VOICE
    """How it came: `voice`, `web`, `sip`, `sms`."""
    started_at: str
    """ISO 8601 in UTC, as all times here."""
    ended_at: str
    duration_s: float
    outcome: str
    """As the gateway tells it; `lost` when it never told."""
    turns: list[Line]
    keys: list[dict[str, Any]]
    transfers: list[dict[str, Any]]
    recording: str | None
    """File name in the recordings' folder."""
    quality: dict[str, Any]
    """How the call sounded, as far as it was measured."""
    events: list[dict[str, Any]]
    """Everything else that happened."""
    insight: Insight | None = None
    """What was made of it once it was over; None: not yet."""
    usage: list[Used] = []
    """What engines did for it."""
    cost: Cost | None = None
    """What they cost; None: there are no prices."""


def assemble(
    call: str,
    events: Iterable[Event],
    insight: Insight | None = None,
    corrections: Mapping[int, str] | None = None,
) -> Record:
    """Make the record of a call from its events, oldest first; there must be one. `corrections`: by the turn."""
    told = list(events)
    kinds: dict[str, Event] = {e.kind: e for e in reversed(told)}  # the first of each kind
    began = kinds.get("call_started", told[0])
    # A call that was not answered tells at its end who called.
    who = kinds.get("call_started", kinds.get("call_ended", began)).data
    ended = told[-1]
    ends = [e.data for e in told if e.kind == "call_ended"]
    return Record(
        call=call,
        agent=str(told[0].data.get("agent", "")),
        agent_version=str(who.get("agent_version", "")),
        experiment=str(who.get("experiment", "")),
        variant=str(who.get("variant", "")),
        direction="out" if "call_made" in kinds else "in",
        caller=str(who.get("caller", "")),
        extension=str(who.get("extension", "")),
        channel=str(who.get("channel", VOICE)),
        started_at=iso(began.at),
        ended_at=iso(ended.at),
        duration_s=round(max(0.0, ended.at - began.at), 3),
        outcome=str(ends[-1].get("outcome", "")) if ends else LOST,
        turns=_lines(told, corrections or {}),
        keys=[{"at": iso(e.at), "digit": e.data.get("digit", "")} for e in told if e.kind == "key"],
        transfers=[_plain(e) for e in told if e.kind.startswith("transfer")],
        recording=kinds["recording"].data.get("file") if "recording" in kinds else None,
        quality={k: v for k, v in ends[-1].items() if k not in _IDENTITY} if ends else {},
        events=[
            _plain(e)
            for e in told
            if e.kind not in _PARTS | _NOT_WORTH_KEEPING and not e.kind.startswith("transfer")
        ],
        insight=insight,
    )


def _lines(events: list[Event], corrections: Mapping[int, str]) -> list[Line]:
    answers = {e.data.get("revision"): e for e in events if e.kind == "turn"}
    lines: list[Line] = []
    for event in events:
        text = str(event.data.get("text", ""))
        if event.kind == "caller_said":
            if event.data.get("again"):
                _remove_last(lines, "caller")
            turn = event.data.get("turn")
            truth = corrections.get(turn, "") if isinstance(turn, int) else ""
            lines.append(Line(at=iso(event.at), who="caller", text=text, turn=turn, corrected=truth))
        elif event.kind == "person_said" and text:
            lines.append(Line(at=iso(event.at), who="person", text=text))
        elif event.kind == "agent_said" and text:
            answer = answers.get(event.data.get("revision"))
            line = Line(at=iso(event.at), who="agent", text=text, whole=bool(event.data.get("whole", True)))
            if answer is not None:
                line.turn, line.latency_s = answer.data.get("turn"), _latencies(answer)
            lines.append(line)
    return lines


def _remove_last(lines: list[Line], who: str) -> None:
    """Remove what was said last by one of them: the next line begins with it."""
    for number in reversed(range(len(lines))):
        if lines[number].who == who:
            del lines[number]
            return


def _latencies(turn: Event) -> dict[str, float]:
    return {name: value for name, value in turn.data.items() if isinstance(value, float)}


def _plain(event: Event) -> dict[str, Any]:
    data = {name: value for name, value in event.data.items() if name != "agent"}
    return {"at": iso(event.at), "kind": event.kind, **data}


def iso(at: float) -> str:
    """Unix time in seconds as ISO 8601 in UTC, to the millisecond; what no calendar has becomes the nearest it has."""
    at = min(max(at, 0.0), _LAST) if at == at else 0.0  # noqa: PLR0124  # NaN
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
