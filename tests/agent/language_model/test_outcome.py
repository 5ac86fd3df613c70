"""What is to be known after a call: how it is asked for, and what of an answer counts."""

import json
from typing import Any

import msgspec
import pytest

from agent.language_model.outcome import Taken, asked, taken
from parley.agents import Agent
from parley.agents.schema import Outcome, OutcomeField

WANTED = Outcome(
    fields={
        "reason": OutcomeField(ask="Why they called.", one_of=("order", "repair")),
        "order": OutcomeField(ask="The number of the order."),
    }
)
TALK = [
    {"role": "known", "text": '{"name":"Mrs. Doe"}'},
    {"role": "assistant", "text": "Hello, Shop."},
    {"role": "user", "text": "My order 4711 is late, please call me back tomorrow."},
    {"role": "note", "text": "Be brief."},
    {"role": "assistant", "text": "It comes on Friday."},
]


def test_the_model_reads_what_was_said_and_which_fields_there_are(shop: Agent) -> None:
    head, talk = asked(shop, WANTED, TALK)
    assert '- "reason": Why they called. One of: ["order", "repair"].\n' in head["content"]
    assert '- "order": The number of the order.\n- "summary"' in head["content"]
    assert "English" in head["content"]
    assert talk["content"] == (
        "Agent: Hello, Shop.\n"
        "Caller: My order 4711 is late, please call me back tomorrow.\n"
        "Agent: It comes on Friday."
    )


def test_a_summary_is_asked_for_where_it_is_wanted(shop: Agent) -> None:
    head, _ = asked(shop, msgspec.structs.replace(WANTED, summary=False), TALK)
    assert "summary" not in head["content"]


def test_of_a_caller_who_said_nothing_nothing_is_asked(shop: Agent) -> None:
    assert asked(shop, WANTED, TALK[:2]) == []


@pytest.mark.parametrize(
    ("told", "known"),
    [
        (
            {"reason": "Order", "order": 4711, "summary": "Order 4711 is late."},
            Taken({"reason": "order", "order": "4711"}, "Order 4711 is late."),
        ),
        ({"reason": "complaint", "order": "4712"}, Taken()),
        ({"order": "my order 4711"}, Taken({"order": "my order 4711"})),
        ({"order": "the missing order"}, Taken()),
        ({"reason": None, "order": ["4711"], "summary": None}, Taken()),
        ({"order": "", "more": "repair"}, Taken()),
        ({"summary": "Order 4812 is late."}, Taken()),
        ({"summary": "The order  is\nlate."}, Taken(summary="The order is late.")),
    ],
)
def test_what_was_not_said_is_not_known(told: dict[str, Any], known: Taken) -> None:
    answer = f"Here it is: ```json\n{json.dumps(told)}\n```"
    assert taken(answer, WANTED, TALK) == known


def test_a_summary_that_nobody_wanted_is_none() -> None:
    found = taken('{"summary": "It is late."}', msgspec.structs.replace(WANTED, summary=False), TALK)
    assert found == Taken()


@pytest.mark.parametrize(
    "answer",
    [
        *("", "I cannot.", "{", "}{", '{"reason": }', "{reason: order}"),
        r'{"reason": "order \ud83d"}',
        '{"reason": ' + "[" * 5000 + "}",
    ],
)
def test_what_is_no_object_is_nothing(answer: str) -> None:
    assert taken(answer, WANTED, TALK) is None
