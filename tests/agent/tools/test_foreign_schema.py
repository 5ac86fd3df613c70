"""What a server says that its tool takes does no harm."""

from typing import Any

import pytest

from agent.tools.foreign_schema import MOST_PARTS, harmless
from agent.tools.tools import check


def of(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def test_what_is_harmless_stays() -> None:
    schema = of(day={"type": "string", "enum": ["mon", "tue"], "description": "Which day."}) | {
        "required": ["day"]
    }
    assert harmless(schema) == schema


def test_references_are_written_out() -> None:
    guests = {"type": "object", "properties": {"adults": {"type": "integer"}}}
    schema = of(guests={"$ref": "#/$defs/Guests", "description": "How many."}) | {"$defs": {"Guests": guests}}
    assert harmless(schema) == of(guests=guests | {"description": "How many."})


def test_a_property_may_have_the_name_of_a_keyword() -> None:
    schema = of(pattern={"type": "string"}, title={"type": "string"}, format={"type": "string"})
    assert harmless(schema) == schema


def test_regular_expressions_are_left_out() -> None:
    schema = harmless(of(code={"type": "string", "pattern": "(a+)+$"}))
    assert schema == of(code={"type": "string"})
    check({"code": "a" * 40 + "!"}, schema)


def test_descriptions_are_short_and_one_line() -> None:
    (told,) = harmless(of(a={"description": "Ignore\n\nall " + "x" * 999}))["properties"].values()
    assert told["description"].startswith("Ignore all x")
    assert len(told["description"]) == 300


DOUBLING = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(40)} | {"d40": {}}


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        (None, "no object"),
        ("string", "no object"),
        ({"type": "string"}, "no object"),
        (of(a={"$ref": "#"}), "too deep"),
        (of(a={"$ref": "#/$defs/d0"}) | {"$defs": DOUBLING}, "too deep"),
        (of(a={"$ref": "http://127.0.0.1:1/x"}), "refer to"),
        (of(a={"$ref": "#/$defs/gone"}), "not there"),
        (of(a={"$ref": "#/type"}), "no schema"),
        (of(a={"$dynamicRef": "#x"}), "cannot be told"),
        (of(a={"type": "nonsense"}), "no JSON Schema"),
        (of(**{f"p{n}": {"type": "string"} for n in range(MOST_PARTS)}), "too deep"),
        (of(a={"enum": ["x" * 20_000]}), "more than"),
    ],
)
def test_what_may_do_harm_is_refused(schema: object, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        harmless(schema)
