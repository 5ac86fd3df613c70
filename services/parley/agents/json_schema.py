"""The JSON Schema of agent.yaml, for editors: the types, described by the docstrings of the fields."""

import ast
import inspect
import json
from typing import Any

import msgspec

from parley.agents import dialogue, schema
from parley.agents.dialogue import SAME
from parley.agents.pages import page
from parley.agents.schema import AgentFile


def json_schema() -> str:
    """Build the text of agents/agent.schema.json."""
    document: dict[str, Any] = msgspec.json.schema(AgentFile)
    for name, fields in _descriptions().items():
        properties = document["$defs"].get(name, {}).get("properties", {})
        for field, text in fields.items():
            if field in properties:
                properties[field] = {"description": text, **properties[field]}
    _name_changes(document["$defs"])
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "An agent of Parley"}
    return json.dumps(head | document, indent=2, ensure_ascii=False) + "\n"


def _name_changes(types: dict[str, Any]) -> None:
    """Have editors offer what the other version of an experiment may change; values are checked on reading."""
    fields = types["AgentFile"]["properties"]
    offered = {
        name: {"description": fields[name].get("description", "")} for name in fields if name not in SAME
    }
    types["Experiment"]["properties"]["change"] |= {"properties": offered, "additionalProperties": False}


def _descriptions() -> dict[str, dict[str, str]]:
    """Docstring of every field, by class and name."""
    found: dict[str, dict[str, str]] = {}
    for module in (schema, dialogue, page):
        for node in ast.parse(inspect.getsource(module)).body:
            if isinstance(node, ast.ClassDef):
                found[node.name] = dict(_fields(node))
    return found


def _fields(node: ast.ClassDef) -> list[tuple[str, str]]:
    pairs = zip(node.body, node.body[1:], strict=False)
    return [
        (field.target.id, doc.value.value)
        for field, doc in pairs
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(doc, ast.Expr)
        and isinstance(doc.value, ast.Constant)
        and isinstance(doc.value.value, str)
    ]
