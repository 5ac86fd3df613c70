"""Whether an answer, and a whole conversation, is what a test says. Pure, but for the meaning of words."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from parley import languages
from parley.messages import Event, letters
from parley.simulation.schema import Called, Checks, End
from parley.simulation.words import Likeness, of_words
from records.insight.course import follow
from records.insight.insight import analyse
from simulate.stage import Exchange

_FEW = 3
"""Words of a language from which on a text is told to be in it."""


def of_answer(wanted: Checks, exchange: Exchange, likeness: Likeness, *, timed: bool) -> Iterator[str]:
    """What is wrong with an answer; `timed`: whether a wait that was too long is."""
    yield from of_words(wanted, exchange.answer, exchange.language, likeness)
    if wanted.language is not None:
        yield from _of_language(wanted.language, exchange)
    if wanted.ends is not None and wanted.ends is not exchange.ended:
        yield (
            "the agent has ended the conversation"
            if exchange.ended
            else "the agent has not ended the conversation"
        )
    if wanted.transfer is not None:
        given = [
            str(event.data.get("target")) for event in exchange.events if event.kind == "transfer_started"
        ]
        if wanted.transfer not in given:
            yield f"is not given to {wanted.transfer}, but to {', '.join(given) or 'nobody'}"
    if wanted.tool is not None:
        yield from _of_tool(wanted.tool, exchange.events)
    if timed and is_late(wanted, exchange):
        yield f"took {exchange.seconds:.1f} s, at most {wanted.within_s:g}"


def is_late(wanted: Checks, exchange: Exchange) -> bool:
    """Whether the answer took longer than it should."""
    return wanted.within_s is not None and exchange.seconds > wanted.within_s


def _of_language(wanted: str, exchange: Exchange) -> Iterator[str]:
    if exchange.language != wanted:
        yield f"the agent speaks {exchange.language}, not {wanted}"
    elif (written := language_of(exchange.answer)) not in ("", wanted):
        yield f"is written in {written}, not in {wanted}"


def language_of(text: str) -> str:
    """The language of a text by the small words that every sentence has; empty where they do not tell."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    counts = {
        known.code: sum(word in known.knowledge.stop_words for word in words) for known in languages.every()
    }
    most = max(counts.values())
    first = [code for code, count in counts.items() if count == most]
    return first[0] if most >= _FEW and len(first) == 1 else ""


def _of_tool(wanted: Called, events: Sequence[Event]) -> Iterator[str]:
    used = [event.data for event in events if event.kind == "tool"]
    named = [data.get("arguments", {}) for data in used if data.get("name") == wanted.name]
    if not named:
        yield f"does not call {wanted.name}, but {', '.join(str(data.get('name')) for data in used) or 'nothing'}"
    elif not any(wanted.arguments.items() <= arguments.items() for arguments in named):
        yield f"calls {wanted.name} with {named}, not with {wanted.arguments}"


def remarks(exchange: Exchange) -> Iterator[str]:
    """What is worth knowing of an exchange by voice, and is no failure by itself."""
    understood: list[str] = []
    for event in exchange.events:
        if event.kind == "caller_said":
            if event.data.get("again"):  # the caller had not finished: all of it once more
                understood = understood[:-1]
            understood.append(str(event.data.get("text", "")))
    if understood and letters("".join(understood)) != letters(exchange.said):
        yield f"was understood as {' … '.join(understood)!r}"
    for event in exchange.events:
        if event.kind == "barge_in" and event.data.get("outcome") == "interrupted":
            yield f"the agent was interrupted, and fell silent after {float(event.data.get('stop_s') or 0):.2f} s"


def of_end(wanted: End, told: Sequence[Event]) -> Iterator[str]:
    """What is wrong with a conversation as a whole, by what happened in it."""
    if not told:
        yield "nothing is known of what happened"
        return
    found = analyse(follow(told))
    outcomes = (wanted.outcome,) if isinstance(wanted.outcome, str) else wanted.outcome
    if outcomes and found.outcome not in outcomes:
        yield f"outcome: is {found.outcome}, not {' or '.join(outcomes)}"
    tags = set(map(str, found.tags))
    yield from (f"tags: {tag} is not there" for tag in wanted.tags if tag not in tags)
    yield from (f"no_tags: {tag} is there" for tag in wanted.no_tags if tag in tags)
    collected = {str(e.data["name"]): _value(e.data) for e in told if e.kind == "collected"}
    for name, value in wanted.collected.items():
        if collected.get(name) != value:
            yield f"collected: {name} is {collected.get(name, 'not told')!r}, not {value!r}"
    keys = tuple(str(event.data.get("key")) for event in told if event.kind == "menu")
    if wanted.menus and keys != wanted.menus:
        yield f"menus: were {', '.join(keys) or 'none'}, not {', '.join(wanted.menus)}"


def _value(data: dict[str, Any]) -> str:
    return str(data.get("value", data.get("digits", "")))
