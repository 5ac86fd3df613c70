"""A call's events, put in order of what they tell: who spoke when, and where the time of each answer went. Pure.

Times are Unix seconds. Stages of a turn overlap, since the answer is prepared while it is not yet sure that the turn is
over. What happened between two stages that other services made, and is neither's, is `transport`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from parley.messages import Event

STAGES = ("endpoint", "stt", "transport", "llm", "tts", "playout")
_WHOLE = ("call_started", "call_ended")
_SPOKEN = ("caller_speaks", "caller_said", "agent_speaks", "agent_said")


@dataclass(frozen=True)
class Stage:
    """A part of the time from the caller's last word to the agent's first."""

    name: str
    start: float
    end: float


@dataclass(frozen=True)
class Turn:
    """An answer: from the caller's last voiced packet to the agent's first."""

    number: int
    revision: int
    start: float
    end: float
    stages: tuple[Stage, ...]


@dataclass(frozen=True)
class Speech:
    """Something that was said."""

    who: Literal["caller", "agent"]
    start: float
    end: float
    text: str
    whole: bool = True
    """Whether it was said to its end."""
    revision: int | None = None
    """The agent's: which answer it is."""


@dataclass(frozen=True)
class Moment:
    """Anything else that happened."""

    kind: str
    at: float
    data: dict[str, Any]


@dataclass(frozen=True)
class Trace:
    """One call."""

    call: str
    agent: str
    caller: str
    extension: str
    start: float
    end: float
    outcome: str
    """How it ended; empty while it goes on, or when that is not known."""
    speeches: tuple[Speech, ...]
    turns: tuple[Turn, ...]
    moments: tuple[Moment, ...]


def trace_of(call: str, events: Iterable[Event]) -> Trace:
    """Make a trace of a call's events, at least one; those that are missing leave gaps."""
    ordered = sorted(events, key=lambda event: event.at)
    first = next((e for e in ordered if e.kind == "call_started"), ordered[0])
    last = next((e for e in ordered if e.kind == "call_ended"), None)
    turns = tuple(_turn(event) for event in ordered if event.kind == "turn")
    return Trace(
        call=call,
        agent=str(first.data.get("agent", "")),
        caller=str(first.data.get("caller", "")),
        extension=str(first.data.get("extension", "")),
        start=ordered[0].at,
        end=ordered[-1].at,
        outcome=str(last.data.get("outcome", "")) if last else "",
        speeches=tuple(sorted([*_by_caller(ordered, turns), *_by_agent(ordered)], key=lambda s: s.start)),
        turns=turns,
        moments=tuple(
            Moment(event.kind, event.at, {k: v for k, v in event.data.items() if k != "agent"})
            for event in ordered
            if event.kind not in (*_WHOLE, *_SPOKEN, "turn")
        ),
    )


def _turn(event: Event) -> Turn:
    """The event's time is that of the agent's first voiced packet; its figures count from the caller's last."""
    data = event.data
    total = float(data.get("voice_to_voice", 0.0))
    start = event.at - total
    asked, ready = float(data.get("asked_at", 0.0)), float(data.get("ready_at", total))
    stt, llm, tts = (float(data.get(name, 0.0)) for name in ("stt", "llm", "tts"))
    spans = {
        "endpoint": (0.0, float(data.get("endpoint", 0.0))),
        "stt": (asked, asked + stt),
        "transport": (asked + stt, ready - tts - llm),
        "llm": (ready - tts - llm, ready - tts),
        "tts": (ready - tts, ready),
        "playout": (total - float(data.get("playout", 0.0)), total),
    }
    return Turn(
        number=int(data.get("turn", 0)),
        revision=int(data.get("revision", 0)),
        start=start,
        end=event.at,
        stages=tuple(
            Stage(name, start + spans[name][0], start + max(spans[name])) for name in STAGES if name in data
        ),
    )


def _by_caller(ordered: Sequence[Event], turns: Sequence[Turn]) -> list[Speech]:
    ends = {turn.number: turn.start for turn in turns}
    said: list[Speech] = []
    begun: float | None = None
    for event in ordered:
        if event.kind == "caller_speaks":
            begun = event.at if begun is None else begun
        elif event.kind == "barge_in" and event.data.get("outcome") == "resumed":
            begun = None  # it was no turn
        elif event.kind == "caller_said":
            end = ends.get(int(event.data.get("turn", 0)), event.at)
            start = end if begun is None else min(begun, end)
            said.append(Speech("caller", start, end, str(event.data.get("text", ""))))
            begun = None
    return said


def _by_agent(ordered: Sequence[Event]) -> list[Speech]:
    begun: dict[int, float] = {}
    said: list[Speech] = []
    for event in ordered:
        revision = int(event.data.get("revision", 0))
        if event.kind == "agent_speaks":
            begun.setdefault(revision, event.at)
        elif event.kind == "agent_said" and event.data.get("text"):
            start = min(begun.get(revision, event.at - float(event.data.get("seconds", 0.0))), event.at)
            whole = bool(event.data.get("whole", True))
            said.append(Speech("agent", start, event.at, str(event.data["text"]), whole, revision))
    return said
