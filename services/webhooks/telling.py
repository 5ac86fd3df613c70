"""From what happens in calls to what others are told of it. Pure."""

from collections.abc import Iterator
from typing import Any

import msgspec

from parley.messages import Event
from parley.outside.notes import Note, iso, note

LOST = "lost"
"""The outcome of a call whose gateway never told one."""
_TAKEN = {"taken_back", "abandoned", "callback"}
"""Transfers that ended because the caller wanted so."""
KINDS = {
    "call_started",
    "collected",
    "message",
    "voicemail",
    "transfer_ended",
    "caller_changed",
    "call_ended",
    "call_outcome",
}
"""Events that change what is known of a call."""
_MOST_TEXT = 4000
"""Characters of a text that are sent on: an alert's may be of any length."""


class CallState(msgspec.Struct, kw_only=True):
    """What is known of a call, until its end is told."""

    agent: str = ""
    caller: str = ""
    extension: str = ""
    started_at: float | None = None
    """When it was answered; None: it was not."""
    last_at: float = 0.0
    ended: bool = False
    fields: dict[str, Any] = {}
    """What the caller was asked for, by name."""
    end: tuple[float, str] | None = None
    """When it ended and how, while what is to be known after it is waited for."""


def follow(state: CallState, event: Event) -> Iterator[tuple[str, dict[str, Any]]]:
    """Take an event into the state of its call; yield kind and data of what is told of it."""
    data = event.data
    state.last_at = max(state.last_at, event.at)
    for name in ("agent", "caller", "extension"):
        # The agent may give the call to another one: it is told by the one that it came to.
        if data.get(name) and (name == "caller" or not getattr(state, name)):
            setattr(state, name, str(data[name]))
    match event.kind:
        case "call_started":
            state.started_at = event.at
            yield "call.started", _whose(event.call, state)
        case "collected":
            state.fields[str(data.get("name", ""))] = data.get("value", data.get("digits", ""))
        case "message":
            taken = {name: str(data.get(name, "")) for name in ("name", "number", "message")}
            yield "message.received", _whose(event.call, state) | taken
        case "voicemail":
            yield "voicemail.left", _whose(event.call, state)
        case "transfer_ended" if data.get("outcome") not in _TAKEN:
            failed = {name: str(data.get(name, "")) for name in ("target", "to", "number", "outcome")}
            yield "transfer.failed", _whose(event.call, state) | failed
        case "call_ended" if data.get("outcome_follows") and not state.ended:
            state.end = (event.at, str(data.get("outcome", "")))
        case "call_ended" if not state.ended:
            yield "call.ended", _end(event.call, state, event.at, str(data.get("outcome", "")))
        case "call_outcome" if state.end is not None and not state.ended:
            # What the caller was asked for counts before what was read.
            state.fields = dict(data.get("fields", {})) | state.fields
            yield "call.ended", _end(event.call, state, *state.end, str(data.get("summary", "")))


def lose(call: str, state: CallState) -> dict[str, Any]:
    """What is told of the end of a call of which nothing more comes: it ended as was told, or (its gateway has died)
    with the last that was heard of it.
    """
    return _end(call, state, *(state.end or (state.last_at, LOST)))


def _end(call: str, state: CallState, at: float, outcome: str, summary: str = "") -> dict[str, Any]:
    state.ended = True
    began = at if state.started_at is None else state.started_at
    return _whose(call, state) | {
        "started_at": None if state.started_at is None else iso(began),
        "ended_at": iso(at),
        "duration_s": round(max(0.0, at - began), 3),
        "outcome": outcome,
        "fields": state.fields,
        "summary": summary,
    }


def _whose(call: str, state: CallState) -> dict[str, Any]:
    return {"call": call, "agent": state.agent, "caller": state.caller, "extension": state.extension}


def alert(told: dict[str, Any], at: float) -> Note:
    """The note of an alert as Alertmanager has it; the same one for the same beginning or end of it."""
    labels, notes = told["labels"], told.get("annotations", {})
    over = told["status"] == "resolved"
    data = {
        "name": str(labels["alertname"]),
        "severity": str(labels.get("severity", "")),
        "state": "over" if over else "firing",
        "summary": str(notes.get("summary", ""))[:_MOST_TEXT],
        "description": str(notes.get("description", ""))[:_MOST_TEXT],
        "started_at": str(told["startsAt"]),
        "ended_at": str(told["endsAt"]) if over else None,
        "labels": {str(name): str(value)[:_MOST_TEXT] for name, value in labels.items()},
    }
    fingerprint = str(told["fingerprint"])
    return note("alert", data, at, f"alert {fingerprint}", f"{fingerprint} {told['startsAt']} {over}")
