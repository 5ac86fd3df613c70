"""Why calls were given to people, read from their events. Pure."""

from collections.abc import Iterable

from parley.messages import Event
from records.insight.outcome import UNKNOWN
from records.insight.words import wants_person

REASONS = {
    "company": "somebody of the company gave it on",
    "overflow": "the agent had no room, or was away",
    "closed": "outside the opening hours",
    "menu": "chosen from a menu, or by a key",
    "asked": "the caller asked for people",
    "unknown": "an answer was not known",
    "agent": "the agent's own decision",
}
"""The first that is so, in words."""


def reason(events: Iterable[Event]) -> str | None:
    """Why a call was given to people the first time, one of REASONS; None: it was not."""
    told = sorted(events, key=lambda event: event.at)
    first = next((number for number, event in enumerate(told) if event.kind == "transfer_started"), None)
    if first is None:
        return None
    before = told[: first + 1]
    found = {
        "company": any(e.kind == "command" and e.data.get("verb") == "transfer" for e in before),
        "overflow": any(e.kind == "overflow" for e in before),
        "closed": any(e.kind == "closed" and e.data.get("then") != "agent" for e in before),
        "menu": _last(before, "menu", "key") > _last(before, "caller_said"),
        "asked": any(e.kind == "caller_said" and wants_person(str(e.data.get("text", ""))) for e in before),
        "unknown": any(e.kind == "open_question" and e.data.get("register") in UNKNOWN for e in before),
    }
    return next((name for name, is_so in found.items() if is_so), "agent")


def _last(events: Iterable[Event], *kinds: str) -> float:
    return max((event.at for event in events if event.kind in kinds), default=0.0)
