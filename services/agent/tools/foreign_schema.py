"""What an MCP server says that a tool of it takes, as a JSON Schema that does no harm. Pure.

It comes from outside and is used in every answer, so it is small; it refers to nothing, since references can go round
in circles or double at each step; and it has no regular expressions, which may take for ever (CWE-1333). What a tool
takes is checked by its server as well.
"""

from typing import Any

import msgspec
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from agent.tools.call import Json

MOST_BYTES = 16_000
MOST_PARTS = 500
"""Schemas within schemas, once every reference is written out."""
_DEEPEST = 12
_MOST_OF_TEXT = 300
"""Characters of a description."""
_LEFT_OUT = frozenset(
    {
        "$schema",
        "$id",
        "$comment",
        "$anchor",
        "$defs",
        "definitions",
        "pattern",
        "patternProperties",
        "format",
        "title",
    }
)
_TEXTS = frozenset({"description"})
_VALUES = frozenset({"const", "default", "enum", "examples", "required", "type"})
"""What stands under these is no schema."""


def harmless(schema: object) -> Json:
    """The schema without what may do harm; ValueError tells why it cannot be used."""
    if not isinstance(schema, dict) or schema.get("type") != "object":
        raise ValueError("its parameters are no object")
    if len(msgspec.json.encode(schema)) > MOST_BYTES:
        raise ValueError(f"its parameters are described in more than {MOST_BYTES} bytes")
    written: Json = _Writer(schema).written(schema, 0)
    try:
        Draft202012Validator.check_schema(written)
    except SchemaError as error:
        raise ValueError(f"its parameters are no JSON Schema: {error.message[:200]}") from error
    return written


class _Writer:
    """Writes a schema out."""

    def __init__(self, root: Json) -> None:
        self._root = root
        self._parts = 0

    def written(self, part: Any, depth: int) -> Any:
        self._parts += 1
        if self._parts > MOST_PARTS or depth > _DEEPEST:
            raise ValueError("its parameters go too deep")
        if isinstance(part, list):
            return [self.written(each, depth + 1) for each in part]
        if not isinstance(part, dict):
            return part
        if "$dynamicRef" in part:
            raise ValueError("its parameters refer to what cannot be told")
        if "$ref" in part:
            beside = {name: value for name, value in part.items() if name != "$ref"}
            return self.written(self._found(part["$ref"]) | beside, depth + 1)
        return {
            name: self._value(name, value, depth) for name, value in part.items() if name not in _LEFT_OUT
        }

    def _value(self, name: str, value: Any, depth: int) -> Any:
        if name in _TEXTS:
            return " ".join(str(value).split())[:_MOST_OF_TEXT]
        if name in _VALUES:
            return value
        if name == "properties" and isinstance(value, dict):  # whose names are no keywords
            return {each: self.written(schema, depth + 1) for each, schema in value.items()}
        return self.written(value, depth + 1)

    def _found(self, reference: object) -> Json:
        """What a reference within the document means (RFC 6901)."""
        place, steps = self._root, str(reference)
        if steps == "#":
            return place
        if not steps.startswith("#/"):
            raise ValueError(f"its parameters refer to {steps[:100]!r}")
        for step in steps[2:].split("/"):
            name = step.replace("~1", "/").replace("~0", "~")
            if not isinstance(place, dict) or name not in place:
                raise ValueError(f"its parameters refer to {steps[:100]!r}, which is not there")
            place = place[name]
        if not isinstance(place, dict):
            raise ValueError(f"its parameters refer to {steps[:100]!r}, which is no schema")
        return place
