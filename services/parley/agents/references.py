"""What the types of agent.yaml cannot say: names that must exist, fields that exclude each other, words to be given."""

from collections.abc import Iterator, Mapping
from string import Formatter
from typing import get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from parley import languages
from parley.agents.actions import parse_action
from parley.agents.dialogue import Collect, Target
from parley.agents.hours import days_of
from parley.agents.schema import AgentFile, Hours
from parley.languages import PLACEHOLDERS, LineName
from parley.telephone import numbers

_TAKEN = {"600": "the echo test"} | dict.fromkeys(("1000", "1001", "1002"), "a user's number")
"""What telephones reach before any agent; further users are not known here."""

Path = tuple[str | int, ...]
"""Where a value stands: keys of mappings, places in lists."""
Problem = tuple[Path, str]
"""Where something is wrong, and what."""


def problems(file: AgentFile) -> Iterator[Problem]:
    """Everything that is wrong with a file whose types are right."""
    yield from _actions(file)
    for place, extension in enumerate(file.extensions):
        if extension in _TAKEN:
            yield (
                ("extensions", place),
                f"{extension} is {_TAKEN[extension]}: no telephone would reach an agent there",
            )
    if file.country is not None and not numbers.known(file.country):
        yield ("country",), f"there is no country {file.country}"
    if file.menu is not None and file.menu not in file.menus:
        yield ("menu",), f"there is no menu {file.menu}"
    if file.person is not None and file.person not in file.targets:
        yield ("person",), f"there is no target {file.person}"
    for name, target in file.targets.items():
        yield from _target(("targets", name), target)
    for name, step in file.collect.items():
        yield from _collect(("collect", name), step)
    if file.hours is not None:
        yield from _hours(file.hours)
    yield from _languages(file)
    yield from _lines(("lines",), file.lines)
    yield from _tools(file)


def _tools(file: AgentFile) -> Iterator[Problem]:
    names = [tool.name for tool in file.tools]
    for place, name in enumerate(names):
        if name in names[:place]:
            yield ("tools", place, "name"), f"there are two tools {name}"


def _actions(file: AgentFile) -> Iterator[Problem]:
    for path, text in named_actions(file):
        action = parse_action(text)
        known: dict[str, object] = {
            "menu": file.menus,
            "target": file.targets,
            "collect": file.collect,
            "language": [*file.languages, file.language],
        }
        if action.kind in known and action.name not in known[action.kind]:  # type: ignore[operator]
            yield path, f"there is no {action.kind} {action.name}"
        if action.kind == "person" and not file.targets:
            yield path, "there are no targets, so there is no person"


def named_actions(file: AgentFile) -> Iterator[tuple[Path, str]]:
    """Every action that the file names, with where."""
    for name, menu in file.menus.items():
        yield ("menus", name, "then"), menu.then
        for key, option in menu.options.items():
            yield ("menus", name, "options", key, "to"), option.to
            if option.language is not None:
                yield ("menus", name, "options", key, "language"), f"language:{option.language}"
    for key, to in file.keys.items():
        yield ("keys", key), to
    for name, step in file.collect.items():
        yield ("collect", name, "then"), step.then
    for place, answer in enumerate(file.curated):
        yield ("curated", place, "then"), answer.then
    for code, translation in file.languages.items():
        for place, answer in enumerate(translation.curated):
            yield ("languages", code, "curated", place, "then"), answer.then
    if file.hours is not None and file.hours.closed is not None:
        yield ("hours", "closed", "then"), file.hours.closed.then
    yield ("overflow", "to"), file.overflow.to


def _target(path: Path, target: Target) -> Iterator[Problem]:
    ways = [w for w in (target.extension, target.trunk, target.queue) if w is not None]
    if len(ways) != 1:
        yield path, f"needs exactly one of extension, trunk and queue, not {len(ways)}"


def _collect(path: Path, step: Collect) -> Iterator[Problem]:
    if step.digits.min > step.digits.max:
        yield (*path, "digits"), f"min {step.digits.min} is more than max {step.digits.max}"
    if step.accept == step.again:
        yield (*path, "again"), f"the key {step.again} is already that of accept"
    yield from _placeholders((*path, "confirm"), step.confirm, ("digits",))


def _hours(hours: Hours) -> Iterator[Problem]:
    try:
        ZoneInfo(hours.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield ("hours", "timezone"), f"there is no time zone {hours.timezone!r}"
    named: dict[int, str] = {}
    for days, spans in hours.week.items():
        for day in days_of(days):
            if day in named:
                yield ("hours", "week", days), f"has a day of {named[day]} again"
                break
            named[day] = days
        for place, span in enumerate(spans):
            first, _, last = span.partition("-")
            if first == last:
                yield ("hours", "week", days, place), "ends when it begins; a whole day is 00:00-24:00"


def _languages(file: AgentFile) -> Iterator[Problem]:
    for code, new in file.languages.items():
        path: Path = ("languages", code)
        if code == file.language:
            yield path, "is the agent's main language"
        for field, there in (("menus", file.menus), ("collect", file.collect), ("targets", file.targets)):
            for name in getattr(new, field):
                if name not in there:
                    yield (*path, field, name), f"there is none of this name under {field} of the agent"
        for name in file.menus:
            if name not in new.menus and code not in languages.codes():
                yield path, f"menu {name} has no words in this language"
        if code not in languages.codes():
            missing = [
                n for n in ("farewell", "apology", "prompt", "unknown", "fillers") if not getattr(new, n)
            ]
            missing += [f"lines.{n}" for n in get_args(LineName) if n not in new.lines]
            if missing:
                yield path, f"there are no built-in words in this language, so it needs {', '.join(missing)}"
        for name, step in new.collect.items():
            yield from _placeholders((*path, "collect", name, "confirm"), step.confirm, ("digits",))
        yield from _lines((*path, "lines"), new.lines)


def _lines(path: Path, lines: Mapping[LineName, str]) -> Iterator[Problem]:
    for name, text in lines.items():
        yield from _placeholders((*path, name), text, PLACEHOLDERS)


def _placeholders(path: Path, text: str, known: tuple[str, ...]) -> Iterator[Problem]:
    try:
        fields = [field for _, field, _, _ in Formatter().parse(text) if field is not None]
    except ValueError as error:
        yield path, f"a brace is wrong: {error}"
        return
    for field in fields:
        if field not in known:
            yield path, f"there is no {{{field}}} here, only {', '.join(f'{{{name}}}' for name in known)}"
