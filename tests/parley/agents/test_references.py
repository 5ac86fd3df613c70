"""References inside agent.yaml."""

import msgspec
import pytest
import yaml

from parley.agents import AgentFile
from parley.agents.places import spell
from parley.agents.references import literal_secrets, problems, secrets

BASE = """
company: A
extensions: ["1"]
greeting: Hello.
persona: You are Sam.
"""


def found(text: str) -> list[tuple[str, str]]:
    file = msgspec.convert(yaml.safe_load(BASE + text), AgentFile)
    return [(spell(path), reason) for path, reason in problems(file)]


GOOD = """
menu: main
menus:
  main:
    say: Press a key.
    options:
      "1": {to: menu:main, language: de}
      "2": {to: target:sales}
      "3": {to: collect:order}
      "4": {to: language:en}
      "5": {to: person}
    then: voicemail
collect:
  order: {say: Type it., digits: {min: 4, max: 8}, then: "collect:size"}
  size: {say: "Which?", kind: one-of, options: {s: [small], l: [large, big]}, confirm: "{value}?"}
  guests: {say: "How many?", kind: number, range: {min: 1, max: 20}}
  day: {say: "When?", kind: date, when: future}
targets: {sales: {name: our sales team, extension: "1001"}, house: {name: the house, trunk: "+49301"}}
person: sales
keys: {"0": person, "1": target:house}
curated: [{ask: ["Who?"], answer: Me., then: person}]
hours: {timezone: Europe/Berlin, week: {mon-thu: ["09:00-12:00", "13:00-18:00"], fri: ["22:00-02:00"]}}
lines: {connecting: "To {target} of {company}."}
languages:
  de:
    greeting: Hallo.
    menus: {main: {say: Eine Taste.}}
    lookup: {greeting: "Hallo {name}."}
    curated: [{ask: ["Wo?"], answer: "{order} kommt."}]
lookup:
  url: https://crm.example/callers
  fields: {name: "", order: nothing}
  greeting: Hello {name}.
  person: "{name} called about {order}."
"""


def test_a_good_file_has_no_problems() -> None:
    assert found(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "field", "reason"),
    [
        ("menu: main", "menu: other", "menu", "there is no menu other"),
        ("menu:main", "menu:other", "menus.main.options.1.to", "there is no menu other"),
        ("language: de}", "language: fr}", "menus.main.options.1.language", "there is no language fr"),
        ("target:sales", "target:x", "menus.main.options.2.to", "there is no target x"),
        ("collect:order", "collect:x", "menus.main.options.3.to", "there is no collect x"),
        ("language:en", "language:fr", "menus.main.options.4.to", "there is no language fr"),
        ("target:house", "target:x", "keys.1", "there is no target x"),
        ("person: sales", "person: x", "person", "there is no target x"),
        ("then: person", "then: target:x", "curated[0].then", "there is no target x"),
        ("min: 4", "min: 9", "collect.order.digits", "min 9 is more than max 8"),
        ("max: 20", "max: 0", "collect.guests.range", "min 1 is more than max 0"),
        ("kind: number", "kind: date", "collect.guests.range", "is of the kind number, not date"),
        ("kind: date", "kind: time", "collect.day.when", "is of the kind date, not time"),
        ("kind: one-of", "kind: name", "collect.size.options", "is of the kind one-of, not name"),
        (", l: [large, big]", "", "collect.size.options", "needs 2 to 9 options"),
        ("[large, big]", "[]", "collect.size.options.l", "needs what callers say"),
        ("[large, big]", "[large, Small]", "collect.size.options.l[1]", "Small is already s"),
        ("{value}?", "{size}?", "collect.size.confirm", "there is no {size} here"),
        ("collect:size", "collect:order", "collect.order.then", "comes back to itself"),
        ("collect:size", "collect:sizes", "collect.order.then", "there is no collect sizes"),
        (
            "menus: {main: {say: Eine",
            "collect: {size: {say: Was, options: {x: [x]}}}\n    menus: {main: {say: Eine",
            "languages.de.collect.size.options.x",
            "there is no such option",
        ),
        ("extension:", "queue: q, extension:", "targets.sales", "needs exactly one of"),
        ("extension:", "callback: true, extension:", "targets.sales.callback", "is for those who would wait"),
        ("Europe/Berlin", "Europe/Paderborn", "hours.timezone", "there is no time zone"),
        ("fri:", "thu-fri:", "hours.week.thu-fri", "has a day of mon-thu again"),
        ("13:00-18:00", "13:00-13:00", "hours.week.mon-thu[1]", "ends when it begins"),
        ("{target}", "{who}", "lines.connecting", "there is no {who} here"),
        ("{target}", "{target", "lines.connecting", "a brace is wrong"),
        ("  de:", "  en:", "languages.en", "is the agent's main language"),
        ("Hello {name}", "Hello {nam}", "lookup.greeting", "there is no {nam} here, only {name}, {order}"),
        ("about {order}", "about {order", "lookup.person", "a brace is wrong"),
        ("Hallo {name}", "Hallo {x}", "languages.de.lookup.greeting", "there is no {x} here"),
        ("answer: Me.", 'answer: "{me}"', "curated[0].answer", "there is no {me} here"),
        ("{order} kommt", "{x} kommt", "languages.de.curated[0].answer", "there is no {x} here"),
        ("https://crm.example/callers", "https:///callers", "lookup.url", "names no host"),
        ("https://crm.example/callers", "https://[crm/callers", "lookup.url", "names no host"),
        ("menus: {main: {say: E", "menus: {m: {say: E", "languages.de.menus.m", "there is none of this name"),
        ("  de:", "  nl:", "languages.nl", "so it needs farewell, apology"),
    ],
)
def test_a_problem_names_field_and_reason(old: str, new: str, field: str, reason: str) -> None:
    assert old in GOOD
    assert any(f == field and reason in r for f, r in found(GOOD.replace(old, new))), found(
        GOOD.replace(old, new)
    )


def test_two_tools_of_one_name() -> None:
    tool = "{name: a, description: b, url: http://c}"
    assert found(f"tools: [{tool}, {tool}]") == [("tools[1].name", "there are two tools a")]


def test_two_tools_of_one_name_wherever_they_are() -> None:
    lent = "{name: a, description: b}"
    one, two = (f"{{name: {name}, url: http://c, tools: [{lent}]}}" for name in ("x", "y"))
    assert found(f"mcp: [{one}, {two}]") == [("mcp[1].tools[0].name", "there are two tools a")]
    text = f"tools: [{{name: a, description: b, url: http://c}}]\nmcp: [{one}]"
    assert found(text) == [("mcp[0].tools[0].name", "there are two tools a")]
    assert ("mcp[1].name", "there are two servers x") in found(f"mcp: [{one}, {one}]")


def test_headers_of_an_mcp_server_may_be_secrets() -> None:
    server = (
        "name: x, tools: [{name: a, description: b}], headers: {Authorization: {secret: crm-key}, X-Key: abc}"
    )
    text = f'mcp: [{{url: "http://me:word@c", {server}}}]'
    file = msgspec.convert(yaml.safe_load(BASE + text), AgentFile)
    assert [(spell(path), name) for path, name in secrets(file)] == [
        ("mcp[0].headers.Authorization", "crm-key")
    ]
    assert [spell(path) for path in literal_secrets(file)] == ["mcp[0].headers.X-Key", "mcp[0].url"]


def test_a_greeting_for_anybody_names_nobody() -> None:
    text = GOOD.replace("Hello {name}.", "Hello.")
    file = msgspec.convert(yaml.safe_load(BASE.replace("Hello.", "Hello {name}.") + text), AgentFile)
    assert [(spell(path), reason) for path, reason in problems(file)] == [
        ("greeting", "is what anybody hears; {name} belongs into lookup.greeting")
    ]


def test_words_for_who_is_known_need_somebody_who_knows() -> None:
    assert found("languages: {de: {greeting: Hallo., lookup: {person: Es ruft jemand an.}}}") == [
        ("languages.de.lookup", "the agent asks nobody who calls: it has no lookup")
    ]


def test_without_a_lookup_braces_are_braces() -> None:
    assert found('curated: [{ask: ["Who?"], answer: "{me}"}]') == []


def test_a_field_is_not_named_as_the_sentence() -> None:
    text = "outcome: {fields: {summary: {ask: What.}, reason: {ask: Why., one_of: [order]}}}"
    assert found(text) == [("outcome.fields.summary", "is the name of the sentence: give it another one")]


def test_a_person_needs_a_target() -> None:
    assert found('keys: {"0": person}') == [("keys.0", "there are no targets, so there is no person")]
