"""Reading a YAML file that others write: never more work than its size, however its parts name each other."""

from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

from parley.agents import places
from parley.errors import AgentFileError

MOST_BYTES = 256_000
"""Longest file; the longest of the agents here has 6000. Reading one of this size takes some seconds."""
MOST_VALUES = 50_000
"""Values of a file, each as often as it is named: twenty lines of aliases of aliases are a million (CWE-776)."""


def read(path: Path) -> tuple[yaml.Node | None, Any]:
    """Return what stands in a file, as nodes that know their lines and as values; AgentFileError says what is wrong."""
    try:
        text = _text(path)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        _check(path, root)
        return root, None if root is None else SafeConstructor().construct_document(root)
    except OSError as error:
        raise AgentFileError(path, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise AgentFileError(path, f"not UTF-8: {error.reason}") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise AgentFileError(path, f"not YAML: {error.problem}", line=line) from error
    except (yaml.YAMLError, ValueError) as error:  # a forbidden character; a date that is none
        raise AgentFileError(path, f"not YAML: {error}") from error
    except RecursionError as error:
        raise AgentFileError(path, "nested too deeply") from error


def _text(path: Path) -> str:
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise AgentFileError(path, f"longer than {MOST_BYTES} bytes")
    return data.decode()


def _check(path: Path, root: yaml.Node | None) -> None:
    if root is not None and _values(path, root, {}) > MOST_VALUES:
        raise AgentFileError(path, f"more than {MOST_VALUES} values; are there aliases (*name) of aliases?")
    if again := places.twice(root):
        place, line = again
        raise AgentFileError(path, "stands here for the second time", places.spell(place), line)


def _values(path: Path, node: yaml.Node, known: dict[int, int]) -> int:
    """How many values a node has, itself included. Each node is looked at once, however often it is named."""
    if id(node) in known:
        if not known[id(node)]:
            raise AgentFileError(path, "a value that holds itself", line=node.start_mark.line + 1)
        return known[id(node)]
    known[id(node)] = 0  # not known before its parts are
    parts: list[yaml.Node] = []
    if isinstance(node, yaml.MappingNode):
        parts = [part for pair in node.value for part in pair]
    elif isinstance(node, yaml.SequenceNode):
        parts = node.value
    known[id(node)] = 1 + sum(_values(path, part, known) for part in parts)
    return known[id(node)]
