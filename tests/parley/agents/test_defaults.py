"""The words of an agent that gives none."""

from typing import Any

import msgspec
import pytest

from parley import languages
from parley.agents import Agent, AgentFile
from parley.agents.defaults import filled

FILE = {"company": "Acme", "extensions": ["1"], "greeting": "Hola.", "persona": "Eres Ana."}
WHOLE: dict[str, Any] = {
    **FILE,
    "hours": {"timezone": "UTC", "week": {}, "closed": {}},
    "collect": {"order": {"say": "Marque."}},
    "tools": [{"name": "stock", "description": "Stock.", "url": "http://acme.example"}],
    "mcp": [
        {"name": "crm", "url": "http://crm.example", "tools": [{"name": "find", "description": "Finds."}]}
    ],
}


def agent_file(raw: dict[str, Any]) -> AgentFile:
    return msgspec.convert(filled(raw), AgentFile)


def test_every_line_is_in_the_agents_language() -> None:
    file, texts = agent_file({**WHOLE, "language": "es"}), languages.get("es").texts
    assert (file.farewell, file.apology, file.prompt) == (
        texts["farewell"],
        texts["apology"],
        texts["prompt"],
    )
    assert (file.unknown, file.fillers, file.voice) == (texts["unknown"], (texts["filler"],), "espeak-ng:es")
    assert file.recording.announcement == texts["announcement"]
    assert file.hours is not None
    assert file.hours.closed is not None
    assert file.hours.closed.say == texts["closed"]
    assert file.collect["order"].confirm is None  # call control has the words
    assert file.tools[0].fallback == file.mcp[0].fallback == texts["fallback"]


def test_what_is_given_stays() -> None:
    own = {"unknown": "Ni idea.", "voice": "espeak-ng:es+f2", "recording": {"announcement": "Se graba."}}
    file = agent_file({**FILE, "language": "es", **own})
    assert (file.unknown, file.voice, file.recording.announcement) == (
        "Ni idea.",
        "espeak-ng:es+f2",
        "Se graba.",
    )


def test_the_defaults_of_the_types_are_those_of_the_first_language() -> None:
    assert agent_file(WHOLE) == agent_file({**WHOLE, "language": languages.DEFAULT})


@pytest.mark.parametrize("raw", [None, [], {"language": 3}, {"language": None}])
def test_what_is_no_agent_is_left_to_the_types(raw: Any) -> None:
    assert filled(raw) is raw


@pytest.mark.parametrize("field", ["hours", "collect", "tools", "mcp", "recording"])
def test_a_wrong_type_stays_wrong(field: str) -> None:
    raw = {**FILE, "language": "es", field: "wrong"}
    assert filled(raw)[field] == "wrong"
    with pytest.raises(msgspec.ValidationError, match=field):
        agent_file(raw)


def test_a_webhooks_failure_is_told_in_the_language_of_the_call() -> None:
    raw = {**WHOLE, "languages": {"fr": {"greeting": "Bonjour."}}}
    french = Agent(name="acme", file=agent_file(raw)).in_language("fr").file
    assert french.tools[0].fallback == french.mcp[0].fallback == languages.get("fr").texts["fallback"]
    own = {**raw, "tools": [{**WHOLE["tools"][0], "fallback": "No stock."}]}
    assert Agent(name="acme", file=agent_file(own)).in_language("fr").file.tools[0].fallback == "No stock."
