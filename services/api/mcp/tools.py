"""What a language model can have done: each tool is one request to the API, and this is how it is put. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from api.ids import FORM

Arguments = Mapping[str, Any]
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to the API."""

    method: str
    path: str
    """After `/api/v1`."""
    query: Arguments = field(default_factory=dict)
    body: Json | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tool:
    """Something that can be done."""

    name: str
    description: str
    scope: str
    """What a key has to be good for."""
    properties: dict[str, Json]
    required: tuple[str, ...]
    asks: Callable[[Arguments], Asked]
    looks: bool = True
    """Whether it changes nothing."""

    @property
    def schema(self) -> Json:
        """What it takes, as a JSON Schema."""
        return {
            "type": "object",
            "properties": self.properties,
            "required": list(self.required),
            "additionalProperties": False,
        }


_CALL: Json = {
    "type": "string",
    "pattern": f"^{FORM}$",
    "description": "The call's id, as list_calls has it.",
}
_AGENT: Json = {
    "type": "string",
    "pattern": "^[a-z0-9][a-z0-9_-]{0,31}$",
    "description": "The name of an agent.",
}
_MOMENT = "with its zone (RFC 3339): 2026-11-30T00:00:00Z"
_MATCHING: dict[str, Json] = {
    "since": {"type": "string", "description": f"Calls that began then or later, {_MOMENT}."},
    "until": {"type": "string", "description": f"Calls that began before, {_MOMENT}."},
    "agent": _AGENT,
    "limit": {
        "type": "integer",
        "minimum": 1,
        "maximum": 200,
        "description": "How many at the most; 50 by default.",
    },
    "after": {"type": "string", "description": "The `after` of the answer before: those that follow."},
}


def _listed(arguments: Arguments) -> Asked:
    return Asked("GET", "/calls", arguments)


def _read(arguments: Arguments) -> Asked:
    return Asked("GET", f"/calls/{quote(arguments['call'], safe='')}")


def _tried(arguments: Arguments) -> Asked:
    body = {name: value for name, value in arguments.items() if name != "agent"}
    return Asked("POST", f"/agents/{arguments['agent']}/ask", body=body)


def _placed(arguments: Arguments) -> Asked:
    body = {name: value for name, value in arguments.items() if name != "once"}
    return Asked("POST", "/calls", body=body, headers=_once(arguments))


def _hung_up(arguments: Arguments) -> Asked:
    return Asked("POST", f"/calls/{quote(arguments['call'], safe='')}/hangup")


def _once(arguments: Arguments) -> dict[str, str]:
    return {"Idempotency-Key": arguments["once"]} if arguments.get("once") else {}


TOOLS = (
    Tool(
        "list_calls",
        "Lists telephone calls, newest first: when, who called, which agent answered, and how each ended.",
        "calls:read",
        {
            **_MATCHING,
            "caller": {"type": "string", "description": "Only this caller's, however the number is written."},
            "outcome": {"type": "string", "description": "Only those that ended so: caller_hung_up."},
            "state": {
                "type": "string",
                "enum": ["all", "live", "over"],
                "description": "live: that go on now.",
            },
        },
        (),
        _listed,
    ),
    Tool(
        "search_calls",
        "Finds calls by words that were said in them, by the caller or the agent.",
        "calls:read",
        {
            "text": {
                "type": "string",
                "minLength": 1,
                "description": "Words that were all said in one line; capitals and accents do not matter.",
            },
            **_MATCHING,
        },
        ("text",),
        _listed,
    ),
    Tool(
        "get_call",
        "Reads one call: everything that was said in it, and what else happened.",
        "calls:read",
        {"call": _CALL},
        ("call",),
        _read,
    ),
    Tool(
        "ask_knowledge",
        "Asks what an agent would answer to a caller's question, by which facts and how surely. Nobody is called.",
        "agents:read",
        {
            "agent": _AGENT,
            "question": {"type": "string", "minLength": 1, "maxLength": 500},
            "language": {
                "type": "string",
                "pattern": "^[a-z]{2}$",
                "description": "ISO 639-1; the agent's main one.",
            },
        },
        ("agent", "question"),
        _tried,
    ),
    Tool(
        "place_call",
        "Has an agent call somebody by telephone, really. Ask the user first. get_call tells what becomes of it.",
        "calls:start",
        {
            "to": {
                "type": "string",
                "description": "An extension (1002), or a number in E.164 (+4930123456).",
            },
            "agent": _AGENT,
            "greeting": {
                "type": "string",
                "maxLength": 600,
                "description": "Said first, in place of the agent's greeting; {name} stands for a variable.",
            },
            "voicemail": {
                "type": "string",
                "maxLength": 600,
                "description": "Said to a voicemail that answers; without it, it is hung up on.",
            },
            "variables": {
                "type": "object",
                "additionalProperties": {"type": "string"},
                "description": "What the agent is to know of whom it calls.",
            },
            "ring_s": {"type": "number", "minimum": 5, "maximum": 120},
            "caller_id": {
                "type": "string",
                "description": "The number that is shown, where several are allowed.",
            },
            "once": {
                "type": "string",
                "description": "A name for this wish: asked again by it, nobody is called twice.",
            },
        },
        ("to", "agent"),
        _placed,
        looks=False,
    ),
    Tool(
        "hang_up",
        "Ends a call that goes on: its agent says goodbye and hangs up. Ask the user first.",
        "calls:steer",
        {"call": _CALL},
        ("call",),
        _hung_up,
        looks=False,
    ),
)
