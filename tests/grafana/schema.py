"""Grafana's dashboard schema, strictly: what its types do not know, or know otherwise, is an error."""

import enum
import json
import typing
from typing import Any

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

register_default_plugins()


def again(plain: dict[str, Any]) -> dict[str, Any]:
    """Read a dashboard as Grafana's types and write it: unknown fields are gone, forgotten ones there."""
    return _plain(Dashboard.from_json(plain))


def wrong(plain: dict[str, Any]) -> list[str]:
    """Say where a value is none that Grafana's types allow: another type, or no member of an enumeration."""
    return list(_wrong(Dashboard.from_json(plain), "dashboard"))


def _plain(thing: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(JSONEncoder().encode(thing))
    return found


def _wrong(thing: Any, where: str) -> typing.Iterator[str]:
    if isinstance(thing, list):
        for i, part in enumerate(thing):
            yield from _wrong(part, f"{where}[{i}]")
        return
    if not type(thing).__module__.startswith("grafana_foundation_sdk.models"):
        return
    if isinstance(thing, enum.Enum):
        return
    hints = typing.get_type_hints(type(thing))
    for name, value in vars(thing).items():
        at = f"{where}.{name}"
        if name in hints and not _allows(hints[name], value):
            yield f"{at}: {value!r} is no {hints[name]}"
        yield from _wrong(value, at)


def _allows(hint: Any, value: Any) -> bool:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint in (Any, object):
        return True
    if origin is typing.Union:
        return any(_allows(argument, value) for argument in arguments)
    if origin is typing.Literal:
        return value in arguments
    if origin is list:
        return isinstance(value, list) and all(_allows(arguments[0], part) for part in value)
    if origin is dict:
        return isinstance(value, dict) and all(_allows(arguments[1], part) for part in value.values())
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return value in set(hint)
    if isinstance(value, dict) and hasattr(hint, "from_json"):
        # Some lists are left as they are when a dashboard is read.
        read = hint.from_json(value)
        return _plain(read) == value and not list(_wrong(read, ""))
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, hint)
