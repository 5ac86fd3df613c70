"""Adds an answer to what stands in an agent's files, and leaves everything else there as it was written. Pure."""

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from api.agents.files import FILE
from parley.agents import document
from parley.errors import AgentFileError

_FLOW_ENDS = "]}"


class ByHand(ValueError):
    """The file is written in a way in which nothing can be added without changing more."""


def with_answer(text: str, place: Sequence[str], ask: Sequence[str], answer: str) -> str:
    """An agent.yaml with one exact answer more; comments and everything else stay as they are.

    `place`: the fields that lead to the list, as `("languages", "de", "curated")`. Raise ByHand where that cannot be.
    """
    try:
        before = document.parse(Path(FILE), text.encode())
        expected = deepcopy(before.raw)
        _add(expected, place, {"ask": list(ask), "answer": answer})
        new = _inserted(text, before.root, place, ask, answer)
        after = document.parse(Path(FILE), new.encode())
    except (AgentFileError, KeyError, TypeError, AttributeError) as error:
        raise ByHand(str(error)) from error
    # A list that is named twice in the file, or a comma at its end: what was not meant must not be written.
    if after.raw != expected:
        raise ByHand("more than one place of the file would change")
    return new


def with_fact(text: str, fact: str) -> str:
    """A file of facts, one a line, with one more; `text`: what stands in it."""
    return f"{text.rstrip()}\n- {fact}\n".lstrip()


def _add(raw: Any, place: Sequence[str], item: dict[str, Any]) -> None:
    for step in place[:-1]:
        raw = raw[step]
    raw[place[-1]] = [*raw.get(place[-1], ()), item]


def _inserted(
    text: str, root: yaml.Node | None, place: Sequence[str], ask: Sequence[str], answer: str
) -> str:
    node, missing = root, ""
    for step in place:
        found = _value(node, step)
        if found is None:
            missing = step
            break
        node = found
    if not isinstance(node, yaml.CollectionNode):
        raise ByHand(f"{'.'.join(place)} is no list")
    if node.flow_style:
        return _in_flow(text, node, missing, ask, answer)
    lines = _block(ask, answer)
    if missing:
        lines = [f"{missing}:", *(f"  {line}" for line in lines)]
    return _after(text, node, [" " * node.start_mark.column + line for line in lines])


def _value(node: yaml.Node | None, key: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((value for name, value in pairs if name.value == key), None)


def _block(ask: Sequence[str], answer: str) -> list[str]:
    return ["- ask:", *(f"    - {_quoted(way)}" for way in ask), f"  answer: {_quoted(answer)}"]


def _after(text: str, node: yaml.Node, lines: Sequence[str]) -> str:
    """Put lines behind the last one of a node; its own end is that of the comments which follow it."""
    last = _last(node)
    index = last.end_mark.index
    if last.end_mark.column:
        end = text.find("\n", index)
        index = len(text) if end < 0 else end + 1
    newline = "\r\n" if "\r\n" in text else "\n"
    before = text[:index] if text[:index].endswith("\n") else text[:index] + newline
    return before + "".join(line + newline for line in lines) + text[index:]


def _last(node: yaml.Node) -> yaml.Node:
    if not isinstance(node, yaml.CollectionNode) or node.flow_style:
        return node
    last = node.value[-1]
    return _last(last[1] if isinstance(last, tuple) else last)


def _in_flow(text: str, node: yaml.CollectionNode, missing: str, ask: Sequence[str], answer: str) -> str:
    end = node.end_mark.index - 1
    assert text[end] in _FLOW_ENDS
    item = f"{{ask: [{', '.join(map(_quoted, ask))}], answer: {_quoted(answer)}}}"
    if missing:
        item = f"{missing}: [{item}]"
    return f"{text[:end].rstrip()}{', ' if node.value else ''}{item}{text[end:]}"


def _quoted(text: str) -> str:
    """A text in double quotes, which stand in flow and block alike."""
    dumped: str = yaml.safe_dump(text, default_style='"', allow_unicode=True, width=10**6)
    return dumped.removesuffix("\n")
