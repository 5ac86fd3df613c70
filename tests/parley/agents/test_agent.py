"""An agent in the language of a call."""

import msgspec
import yaml

from parley.agents import Agent, AgentFile

FILE = """
company: Acme
extensions: ["1"]
greeting: Hello.
persona: You are Sam.
unknown: No idea.
hours: {timezone: UTC, week: {}, closed: {say: Closed.}}
menus: {main: {say: A key., options: {"1": {to: agent, words: ["yes"]}}}}
targets: {sales: {name: sales, extension: "7", words: [buy]}}
collect: {order: {say: Type., confirm: "{digits}?"}}
lines: {connecting: "Off to {target}."}
languages:
  de:
    greeting: Hallo.
    farewell: Tschüs.
    menus: {main: {say: Eine Taste., words: {"1": [ja]}}}
    targets: {sales: {name: der Verkauf, words: [kaufen]}}
    collect: {order: {say: Tippen., confirm: "{digits}, ja?"}}
    lines: {busy: "Besetzt bei {company}."}
"""


def agent() -> Agent:
    return Agent(name="acme", file=msgspec.convert(yaml.safe_load(FILE), AgentFile))


def test_another_language_has_its_own_texts() -> None:
    file = agent().in_language("de").file
    assert (file.language, file.voice, file.greeting, file.farewell) == (
        "de",
        "espeak-ng:de",
        "Hallo.",
        "Tschüs.",
    )
    assert file.unknown.startswith("Das weiß ich")  # built in: the English words must not be spoken
    assert file.menus["main"].say == "Eine Taste."
    assert file.menus["main"].options["1"].words == ("ja",)
    assert file.menus["main"].options["1"].to == "agent"
    assert (file.targets["sales"].name, file.targets["sales"].words) == ("der Verkauf", ("kaufen",))
    assert file.targets["sales"].extension == "7"
    assert (file.collect["order"].say, file.collect["order"].confirm) == ("Tippen.", "{digits}, ja?")
    assert file.hours is not None
    assert file.hours.closed is not None
    assert "geschlossen" in file.hours.closed.say


def test_a_language_that_it_does_not_have_changes_nothing() -> None:
    acme = agent()
    assert acme.in_language("fr") is acme
    assert acme.in_language("en") is acme


def test_lines() -> None:
    acme = agent()
    assert acme.line("connecting", target="sales") == "Off to sales."
    assert acme.line("declined") == "I am sorry, nobody could take your call."
    german = acme.in_language("de")
    assert german.line("busy") == "Besetzt bei Acme."
    assert german.line("connecting", target="X") == "Einen Moment bitte, ich verbinde Sie mit X."
