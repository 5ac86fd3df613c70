"""Where a value stands in a YAML file, so that an error can name line and field."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import yaml

Path = tuple[str | int, ...]


def line_of(root: yaml.Node | None, path: Path) -> int | None:
    """Line of a value, from 1; of the nearest one around it where it is missing."""
    line = None if root is None else root.start_mark.line + 1
    node = root
    for step in path:
        node, found = _child(node, step)
        if node is None:
            break
        line = found
    return line


def inside(root: yaml.Node | None, path: Path) -> yaml.Node | None:
    """The node at a path; None: there is none."""
    node = root
    for step in path:
        node, _ = _child(node, step)
    return node


def _child(node: yaml.Node | None, step: str | int) -> tuple[yaml.Node | None, int]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return value, key.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step].start_mark.line + 1
    return None, 0


def twice(node: yaml.Node | None, path: Path = ()) -> tuple[Path, int] | None:
    """Find a key that stands twice in a mapping, and its second line: the reader would silently take the last."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            inner = (*path, str(key.value))
            if isinstance(key, yaml.ScalarNode):  # the reader refuses others
                if key.value in seen:
                    return inner, key.start_mark.line + 1
                seen.add(key.value)
            if found := twice(value, inner):
                return found
    if isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            if found := twice(value, (*path, place)):
                return found
    return None


def first(
    node: yaml.Node | None, wanted: Callable[[str], bool], path: Path = ()
) -> tuple[Path, int, str] | None:
    """Find the first text, of a key or a value, that is wanted: its path, its line and itself."""
    if isinstance(node, yaml.ScalarNode) and wanted(node.value):
        return path, node.start_mark.line + 1, node.value
    pairs: list[tuple[Path, yaml.Node]] = []
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*path, str(key.value))
            pairs += [(inner, key), (inner, value)]
    if isinstance(node, yaml.SequenceNode):
        pairs = [((*path, place), value) for place, value in enumerate(node.value)]
    return next((found for inner, part in pairs if (found := first(part, wanted, inner))), None)


def spell(path: Path) -> str:
    """Write a path as `menus.main.options.1.to` and `extensions[0]`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")


def without(raw: Any, path: Path) -> Any:
    """The document without the value at a path, which must be there; what it shares with other places stays there."""
    step, rest = path[0], path[1:]
    if isinstance(raw, dict):
        return {
            key: without(value, rest) if str(key) == str(step) else value
            for key, value in raw.items()
            if rest or str(key) != str(step)
        }
    return [
        without(value, rest) if place == step else value
        for place, value in enumerate(raw)
        if rest or place != step
    ]


def find(raw: Any, template: Sequence[str | int | None], fails: Callable[[Any], bool]) -> Path | None:
    """Find the path behind a template in which None stands for a key that is not known.

    `fails` tells whether the document is still wrong in the same way; each candidate is tried alone.
    """
    for path in _candidates(raw, tuple(template)):
        if fails(_alone(raw, path, template)):
            return _named(raw, path)
    return None


def _named(raw: Any, path: Path) -> Path:
    """The path with the keys of mappings as text: YAML may have read one as a number."""
    steps: list[str | int] = []
    for step in path:
        steps.append(str(step) if isinstance(raw, dict) else step)
        raw = raw[step]
    return tuple(steps)


def _candidates(value: Any, template: Sequence[str | int | None]) -> Iterator[Path]:
    if not template:
        yield ()
        return
    step, *rest = template
    if step is None and isinstance(value, dict):
        steps = list(value)
    else:
        there = step in value if isinstance(value, dict) else step in range(len(value))
        steps = [step] if there else []
    for one in steps:
        for path in _candidates(value[one], rest):
            yield (one, *path)


def _alone(value: Any, path: Path, template: Sequence[str | int | None]) -> Any:
    """The document with only the candidate's keys where the template has None."""
    if not path:
        return value
    step, *rest = path
    inner = _alone(value[step], tuple(rest), template[1:])
    if isinstance(value, dict):
        return {step: inner} if template[0] is None else {**value, step: inner}
    return [*value[:step], inner, *value[int(step) + 1 :]]
