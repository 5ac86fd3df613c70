"""What is to be known after a call, as the model is asked for it, and what of its answer was said in the call. Pure."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from agent.language_model.prompt import ChatMessage
from parley import languages
from parley.agents import Agent
from parley.agents.schema import Outcome

_MOST_LINES = 60
"""Lines of a call that are read, the last ones."""
_MOST_OF_LINE = 400
_MOST_OF_VALUE = 200
_MOST_OF_SUMMARY = 300
_SHORTEST = 4
"""Shorter words are those that bind others, which a model may choose itself."""
_WORD = re.compile(r"\w+")
_NAMES = {"user": "Caller", "assistant": "Agent"}
_ASK = """You read what was said in a telephone call and write down what became of it.
Answer with one JSON object and nothing else. Its fields:
{fields}
Leave a field out that was not said in the call. Use the caller's own words."""
_SUMMARY = '- "summary": what the call was about, in one short sentence of {language}.'


@dataclass(frozen=True, slots=True)
class Taken:
    """What is known."""

    fields: dict[str, str] = field(default_factory=dict)
    summary: str = ""


def asked(agent: Agent, wanted: Outcome, history: Sequence[Mapping[str, str]]) -> list[ChatMessage]:
    """The messages to the model; none where the caller has said nothing."""
    said = [h for h in history if h["role"] in _NAMES and h["text"].strip()]
    if not any(h["role"] == "user" for h in said):
        return []
    fields = [
        f'- "{name}": {each.ask}' + (f" One of: {json.dumps(each.one_of)}." if each.one_of else "")
        for name, each in wanted.fields.items()
    ]
    if wanted.summary:
        fields.append(_SUMMARY.format(language=languages.get(agent.file.language).name))
    talk = "\n".join(f"{_NAMES[h['role']]}: {h['text'][-_MOST_OF_LINE:]}" for h in said[-_MOST_LINES:])
    return [
        {"role": "system", "content": _ASK.format(fields="\n".join(fields))},
        {"role": "user", "content": talk},
    ]


def taken(answer: str, wanted: Outcome, history: Sequence[Mapping[str, str]]) -> Taken | None:
    """What of the model's answer is one of what may be, or was said in the call; None: it is no JSON object."""
    try:
        body = answer[answer.index("{") : answer.rindex("}") + 1]
        # Halves of pairs among its characters could be written down nowhere: then it is none.
        told = msgspec.json.decode(body, type=dict[str, Any])
    except (ValueError, msgspec.MsgspecError, RecursionError):
        return None
    words = _words(" ".join(h["text"] for h in history if h["role"] in _NAMES))
    found = {name: _value(told.get(name), each.one_of, words) for name, each in wanted.fields.items()}
    summary = " ".join(str(told.get("summary") or "").split())[:_MOST_OF_SUMMARY] if wanted.summary else ""
    invented = {word for word in _words(summary) if word[0].isdigit()} - words
    return Taken({name: value for name, value in found.items() if value}, "" if invented else summary)


def _value(told: object, one_of: Sequence[str], words: set[str]) -> str:
    text = " ".join(str(told).split()) if isinstance(told, str | int | float) else ""
    if one_of:
        return next((each for each in one_of if each.casefold() == text.casefold()), "")
    new = _words(text) - words
    said = not any(len(word) >= _SHORTEST or word[0].isdigit() for word in new)
    return text if said and len(text) <= _MOST_OF_VALUE else ""


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))
