"""Why calls were given to people, read from their events. Pure, but for what people are called."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from parley.agents import load_agents
from parley.languages.said import plain
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


Called = Mapping[tuple[str, str], frozenset[str]]
"""By agent and target: what callers may call it, in plain words."""


def called(folder: Path) -> Called:
    """What the people are called to whom the agents of a folder give calls, in all their languages."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    for agent in load_agents(folder)[0].values():
        for language in agent.file.all_languages:
            for name, target in agent.in_language(language).file.targets.items():
                words = filter(None, map(plain, (name, target.name, *target.words)))
                found[agent.name, name] = found.get((agent.name, name), frozenset()) | frozenset(words)
    return found


def reason(events: Iterable[Event], called: Called | None = None) -> str | None:
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
        "asked": any(e.kind == "caller_said" and wants_person(str(e.data.get("text", ""))) for e in before)
        or _asked_by_name(before, called or {}),
        "unknown": any(e.kind == "open_question" and e.data.get("register") in UNKNOWN for e in before),
    }
    return next((name for name, is_so in found.items() if is_so), "agent")


def _asked_by_name(before: Sequence[Event], called: Called) -> bool:
    """Whether who is given the call was named by the caller just before, and not chosen by the language model."""
    given, turn = before[-1].data, _last(before, "caller_said")
    if any(e.kind == "tool" and e.data.get("name") == "transfer" and e.at >= turn for e in before):
        return False
    said = next((plain(str(e.data.get("text", ""))) for e in reversed(before) if e.kind == "caller_said"), "")
    names = called.get((str(given.get("agent", "")), str(given.get("target", ""))), frozenset())
    return any(f" {name} " in f" {said} " for name in names)


def _last(events: Iterable[Event], *kinds: str) -> float:
    return max((event.at for event in events if event.kind in kinds), default=0.0)
