"""Reading a YAML file that others write: never more work than its size, however its parts name each other."""

import hashlib
import re
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from yaml.constructor import SafeConstructor

from parley.agents import places
from parley.errors import AgentFileError

MOST_BYTES = 256_000
"""Longest file; the longest of the agents here has 6000. Reading one of this size takes some seconds."""
MOST_VALUES = 50_000
"""Values of a file, each as often as it is named: twenty lines of aliases of aliases are a million (CWE-776)."""


_STRANGE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""Control characters, marks that turn what is written around (CVE-2021-42574), and halves of pairs, which no message
can carry: an escape in quotes may stand for any of them."""


class Document(NamedTuple):
    """What stands in a file."""

    root: yaml.Node | None
    """As nodes, which know their lines."""
    raw: Any
    """As values."""
    version: str
    """Names the file's bytes, see `version`."""


def version(data: bytes) -> str:
    """The name of a file's content: the first 16 figures of its SHA-256."""
    return hashlib.sha256(data).hexdigest()[:16]


def read(path: Path) -> Document:
    """Return what stands in a file; AgentFileError says what is wrong."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise AgentFileError(path, error.strerror or str(error)) from error
    return parse(path, data)


def parse(path: Path, data: bytes) -> Document:
    """Return what would stand in a file with this content; AgentFileError says what is wrong."""
    try:
        if len(data) > MOST_BYTES:
            raise AgentFileError(path, f"longer than {MOST_BYTES} bytes")
        root = yaml.compose(data.decode(), Loader=yaml.SafeLoader)
        _check(path, root)
        raw = None if root is None else SafeConstructor().construct_document(root)
        return Document(root, raw, version(data))
    except UnicodeDecodeError as error:
        raise AgentFileError(path, f"not UTF-8: {error.reason}") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise AgentFileError(path, f"not YAML: {error.problem}", line=line) from error
    except (yaml.YAMLError, ValueError) as error:  # a forbidden character; a date that is none
        raise AgentFileError(path, f"not YAML: {error}") from error
    except RecursionError as error:
        raise AgentFileError(path, "nested too deeply") from error


def _check(path: Path, root: yaml.Node | None) -> None:
    if root is not None and _values(path, root, {}) > MOST_VALUES:
        raise AgentFileError(path, f"more than {MOST_VALUES} values; are there aliases (*name) of aliases?")
    if strange := places.first(root, lambda text: _STRANGE.search(text) is not None):
        place, line, text = strange
        codes = " ".join(f"U+{ord(one):04X}" for one in dict.fromkeys(_STRANGE.findall(text)))
        where = _STRANGE.sub("?", places.spell(place))
        raise AgentFileError(path, f"holds {codes}, which nobody can say or write", where, line)
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
