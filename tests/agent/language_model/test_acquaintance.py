"""What the company knows of a caller, in what is found and in what a person is told."""

from typing import Any

import msgspec
import pytest

from agent.knowledge.library import Found
from agent.language_model.acquaintance import introduced, told
from parley.agents import Agent
from parley.agents.dialogue import LookupTexts, Translation
from parley.agents.schema import Lookup

KNOWN = [{"role": "known", "text": '{"name": "Mrs. Doe"}'}]


@pytest.fixture
def crm(shop: Agent) -> Agent:
    lookup = Lookup(
        url="https://crm.example/",
        fields={"name": "", "order": "no order"},
        greeting="Hello {name}.",
        person="{name} is calling.",
    )
    texts = LookupTexts(greeting="Hallo {name}.", person="Es ruft {name} an.")
    languages = {"de": Translation(greeting="Hallo.", lookup=texts), "fr": Translation(greeting="Salut.")}
    file = msgspec.structs.replace(shop.file, lookup=lookup, languages=languages)
    return msgspec.structs.replace(shop, file=file)


def test_answers_name_what_is_known_and_say_what_stands_for_the_rest(crm: Agent) -> None:
    found = Found(line="{name}, I see {order}. {else}", register="say", instead="{order}")
    filled = told(found, crm, KNOWN)
    assert (filled.line, filled.instead) == ("Mrs. Doe, I see no order. {else}", "no order")
    grounded = told(Found(passages=("{name}: {order}",), sources=("{order}",), register="ground"), crm, KNOWN)
    assert (grounded.passages, grounded.sources) == (("Mrs. Doe: no order",), ("no order",))


def test_an_agent_that_looks_nobody_up_says_its_braces(shop: Agent) -> None:
    found = Found(line="{name}", register="say")
    assert told(found, shop, []) == found


def test_an_unknown_question_may_be_about_what_is_known(crm: Agent) -> None:
    found = told(Found(line="I do not know.", register="unknown"), crm, KNOWN)
    assert (found.register, found.sources, found.instead) == ("ground", ("name: Mrs. Doe",), "I do not know.")
    assert told(Found(line="I do not know.", register="unknown"), crm, []).register == "unknown"


@pytest.mark.parametrize(
    ("language", "history", "said"),
    [
        ("en", KNOWN, "Mrs. Doe is calling."),
        ("de", KNOWN, "Es ruft Mrs. Doe an."),
        ("fr", KNOWN, ""),
        ("en", [], ""),
        ("en", [{"role": "known", "text": '{"order": "4711"}'}], ""),
    ],
)
def test_a_person_is_told_who_calls(crm: Agent, language: str, history: Any, said: str) -> None:
    assert introduced(crm.in_language(language), history) == said
