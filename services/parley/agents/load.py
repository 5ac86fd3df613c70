"""Reading agents: `agents/<name>/agent.yaml` and `agents/<name>/knowledge/`."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import yaml

from parley.agents import defaults, document, places, references
from parley.agents.actions import parse_action
from parley.agents.agent import Agent
from parley.agents.dialogue import SAME
from parley.agents.pages import checks
from parley.agents.schema import AgentFile
from parley.errors import AgentFileError
from parley.experiment import choice
from parley.experiment.patch import merged
from parley.telephone import numbers

_STEP = re.compile(r"\[(\d+|\.\.\.)\]|\.?([A-Za-z_][A-Za-z0-9_]*)")
_UNKNOWN = re.compile(r"unknown field `([^`]*)`")
_MISSING = re.compile(r"missing required field `([^`]*)`")


MOST_ERRORS = 20
"""Errors of one file that are told at a time."""
_STAND_INS = {"company": "?", "extensions": ["0"], "greeting": "?", "persona": "?"}
"""For fields that must be there, so that what else is wrong can be found."""


def load_agent(folder: Path) -> Agent:
    """Load one agent's folder; raise AgentFileError naming file, line and field."""
    path = folder / "agent.yaml"
    document_ = document.read(path)
    for error in _errors(path, document_):
        raise error
    return _agent(folder, document_)


def review(folder: Path, data: bytes) -> list[AgentFileError]:
    """Everything that would be wrong with an agent's folder if its agent.yaml were this, beside the other agents there.

    What fields refer to is looked at when all types are right, the other version of an experiment when that is, the
    other agents when all of it is.
    """
    path = folder / "agent.yaml"
    try:
        document_ = document.parse(path, data)
    except AgentFileError as error:
        return [error]
    if errors := list(islice(_errors(path, document_), MOST_ERRORS)):
        return errors
    agent = _agent(folder, document_)
    others, _ = load_agents(folder.parent)
    others.pop(agent.name, None)
    names = {agent.name, *(other.name for other in folders(folder.parent))}
    return [
        _error(path, document_.root, where, reason) for where, reason in _among(agent, others.values(), names)
    ]


def _agent(folder: Path, document_: document.Document) -> Agent:
    """The agent of a file in which nothing is wrong, with its other version if it has one."""
    file, version = _converted(document_), document_.version
    if file.experiment is None:
        return Agent(name=folder.name, file=file, folder=folder, version=version)
    changed = _converted(_changed(document_))
    other = Agent(name=folder.name, file=changed, folder=folder, version=version, variant="b")
    return Agent(name=folder.name, file=file, folder=folder, version=version, variant="a", other=other)


def _errors(path: Path, document_: document.Document) -> Iterator[AgentFileError]:
    """What is wrong with a file; of the other version of an experiment only where all else is right."""
    wrong = False
    for error in _version_errors(path, document_):
        wrong = True
        yield error
    if not wrong and document_.raw.get("experiment") is not None:
        yield from _experiment_errors(path, document_)


def _version_errors(path: Path, document_: document.Document) -> Iterator[AgentFileError]:
    wrong = False
    for error in _type_errors(path, document_):
        wrong = True
        yield error
    if not wrong:
        file = _converted(document_)
        for where, reason in (
            *references.problems(file),
            *checks.problems(file.chat.page, file.all_languages, path.parent, chats=file.chat.enabled),
        ):
            yield _error(path, document_.root, where, reason)


_CHANGE = ("experiment", "change")


def _changed(document_: document.Document) -> document.Document:
    """The other version as if it stood in a file; its lines are those of `experiment.change`."""
    raw = merged(document_.raw, document_.raw["experiment"]["change"])
    return document.Document(places.inside(document_.root, _CHANGE), raw, document_.version)


def _experiment_errors(path: Path, document_: document.Document) -> Iterator[AgentFileError]:
    change = document_.raw["experiment"]["change"]
    if same := [name for name in change if name in SAME]:
        for name in same:
            yield _error(path, document_.root, (*_CHANGE, name), "is the same in both versions")
        return
    other, wrong = _changed(document_), False
    for error in _version_errors(path, other):
        wrong = True
        inside = re.split(r"[.\[]", error.field)[0] in change
        field = f"{places.spell(_CHANGE)}.{error.field}" if inside else places.spell(_CHANGE)
        reason = error.reason if inside or not error.field else f"{error.field}: {error.reason}"
        yield AgentFileError(path, reason, field, error.line)
    if wrong:
        return
    if other.raw == document_.raw:
        yield _error(path, document_.root, _CHANGE, "changes nothing")
    elif _converted(other).all_languages != _converted(document_).all_languages:
        where = (*_CHANGE, "languages")
        yield _error(path, document_.root, where, "has to have the languages that the agent has")


def _converted(document_: document.Document) -> AgentFile:
    return msgspec.convert(defaults.filled(document_.raw), AgentFile)


def _error(path: Path, root: yaml.Node | None, place: places.Path, reason: str) -> AgentFileError:
    return AgentFileError(path, reason, places.spell(place), places.line_of(root, place))


def _type_errors(path: Path, document_: document.Document) -> Iterator[AgentFileError]:
    """Values of a wrong type, one after the other: each is left out to find the next."""
    raw = defaults.filled(document_.raw)
    gone: list[places.Path] = []
    for _ in range(MOST_ERRORS):
        try:
            msgspec.convert(raw, AgentFile)
        except msgspec.ValidationError as error:
            place, reason = _place(raw, str(error))
        else:
            return
        written = _as_written(place, gone)
        lacking = _MISSING.search(reason)
        if lacking is None or (*written, lacking[1]) not in gone:
            yield _error(path, document_.root, written, reason)
        if place:
            raw = places.without(raw, place)
            gone.append(written)
        elif lacking is not None:
            raw = {**raw, lacking[1]: _STAND_INS[lacking[1]]}
        else:
            return


def _as_written(place: places.Path, gone: Sequence[places.Path]) -> places.Path:
    """Where a value stands in the file, of which some were left out of its lists."""
    written: places.Path = ()
    for step in place:
        before = sorted(p[-1] for p in gone if p[:-1] == written and isinstance(p[-1], int))
        for other in before:
            step = step + 1 if isinstance(step, int) and other <= step else step  # noqa: PLW2901
        written = (*written, step)
    return written


def _place(raw: Any, message: str) -> tuple[places.Path, str]:
    """The place and the reason of an error of msgspec, which calls every key of a mapping `...`."""
    reason, _, where = message.partition(" - at ")
    of_key = where.startswith("`key` in ")
    where = where.removeprefix("`key` in ").strip("`").removeprefix("$")
    template = [name or (None if index == "..." else int(index)) for index, name in _STEP.findall(where)] + (
        [None] if of_key else []
    )

    def fails(document: Any) -> bool:
        try:
            msgspec.convert(document, AgentFile)
        except msgspec.ValidationError as error:
            return str(error) == message
        return False

    place = places.find(raw, template, fails) or ()
    if unknown := _UNKNOWN.search(reason):
        place = (*place, unknown[1])
    return place, reason


def folders(root: Path) -> list[Path]:
    """The folders of agents, by name; hidden ones are none."""
    if not root.is_dir():
        return []
    return sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith("."))


def names(root: Path) -> list[str]:
    """Of the agents that have a folder, whether it is good or not."""
    return [folder.name for folder in folders(root)]


def missing(name: str, there: Iterable[str]) -> str:
    """What is told of an agent that is none of these, and which there are; empty: it is one."""
    known = sorted({*there} - {""})
    if name in known:
        return ""
    which = f"there are {', '.join(known)}" if known else "there is none at all"
    return f"there is no agent {name!r}; {which}" if name else f"which agent? {which}"


def files_of(folder: Path) -> list[Path]:
    """What stands in a knowledge folder, by name; no folders, hidden files, or what programs leave beside theirs."""
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.iterdir()
        if not path.is_dir() and not path.name.startswith((".", "~$")) and not path.name.endswith("~")
    )


def load_agents(root: Path) -> tuple[dict[str, Agent], list[AgentFileError]]:
    """All agents under `root` that are good, by name, and what is wrong with the others.

    Two agents with one extension are an error of the later one: a call must have one answer.
    """
    agents: dict[str, Agent] = {}
    errors: list[AgentFileError] = []
    found = folders(root)
    if not found:
        errors.append(AgentFileError(root, "there is no agent here"))
    names = {folder.name for folder in found}
    for folder in found:
        try:
            agent = load_agent(folder)
            for place, reason in _among(agent, agents.values(), names):
                raise _file_error(agent, place, reason)
            agents[agent.name] = agent
        except AgentFileError as error:
            errors.append(error)
    return agents, errors


def _among(agent: Agent, others: Iterable[Agent], names: Container[str]) -> Iterator[references.Problem]:
    """Extensions that another agent has, and other agents that are not there."""
    for other in others:
        for place, extension in enumerate(agent.file.extensions):
            if extension in other.file.extensions or other.answered_as(
                numbers.normal(extension, agent.country)
            ):
                yield ("extensions", place), f"{extension} is already answered by {other.name}"
    for path, text in _named_actions(agent):
        action = parse_action(text)
        if action.kind == "agent" and action.name and action.name not in names:
            yield path, f"there is no agent {action.name}"


def _named_actions(agent: Agent) -> Iterator[tuple[references.Path, str]]:
    yield from references.named_actions(agent.file)
    if agent.other is not None and agent.file.experiment is not None:
        for path, text in references.named_actions(agent.other.file):
            if path[0] in agent.file.experiment.change:
                yield (*_CHANGE, *path), text


def _file_error(agent: Agent, place: places.Path, reason: str) -> AgentFileError:
    path = agent.folder / "agent.yaml"
    return _error(path, document.read(path).root, place, reason)


def by_extension(agents: Mapping[str, Agent], extension: str) -> Agent | None:
    """Return the agent that answers `extension`, as it stands in its file or as the same telephone number.

    Of an experiment this is the version `a`, which knows who gets the other one.
    """
    them = [agent for agent in agents.values() if agent.variant != "b"]
    named = (a for a in them if extension in a.file.extensions)
    return next(named, None) or next((a for a in them if a.answered_as(extension)), None)


def versions(agents: Iterable[Agent]) -> dict[str, Agent]:
    """Agents and the other versions of their experiments, by their keys."""
    both = ((agent, agent.other) for agent in agents)
    return {version.key: version for pair in both for version in pair if version is not None}


def find(agents: Mapping[str, Agent], key: str) -> Agent | None:
    """The version of an agent that is called so; where there is no such version any more, the agent."""
    return agents.get(key) or agents.get(choice.name_of(key))
