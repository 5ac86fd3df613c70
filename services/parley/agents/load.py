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
from parley.agents.schema import AgentFile
from parley.errors import AgentFileError
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
    for error in _type_errors(path, document_):
        raise error
    file = _converted(document_)
    for where, reason in references.problems(file):
        raise _error(path, document_.root, where, reason)
    return Agent(name=folder.name, file=file, folder=folder, version=document_.version)


def review(folder: Path, data: bytes) -> list[AgentFileError]:
    """Everything that would be wrong with an agent's folder if its agent.yaml were this, beside the other agents there.

    What fields refer to is looked at when all types are right, the other agents when that is.
    """
    path = folder / "agent.yaml"
    try:
        document_ = document.parse(path, data)
    except AgentFileError as error:
        return [error]
    if errors := list(_type_errors(path, document_)):
        return errors
    file = _converted(document_)
    if found := list(islice(references.problems(file), MOST_ERRORS)):
        return [_error(path, document_.root, where, reason) for where, reason in found]
    agent = Agent(name=folder.name, file=file, folder=folder)
    others, _ = load_agents(folder.parent)
    others.pop(agent.name, None)
    names = {agent.name, *(other.name for other in folders(folder.parent))}
    return [
        _error(path, document_.root, where, reason) for where, reason in _among(agent, others.values(), names)
    ]


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
    for path, text in references.named_actions(agent.file):
        action = parse_action(text)
        if action.kind == "agent" and action.name and action.name not in names:
            yield path, f"there is no agent {action.name}"


def _file_error(agent: Agent, place: places.Path, reason: str) -> AgentFileError:
    path = agent.folder / "agent.yaml"
    return _error(path, document.read(path).root, place, reason)


def by_extension(agents: Mapping[str, Agent], extension: str) -> Agent | None:
    """Return the agent that answers `extension`, as it stands in its file or as the same telephone number."""
    named = (a for a in agents.values() if extension in a.file.extensions)
    return next(named, None) or next((a for a in agents.values() if a.answered_as(extension)), None)
