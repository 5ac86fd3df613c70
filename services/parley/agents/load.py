"""Reading agents: `agents/<name>/agent.yaml` and `agents/<name>/knowledge/`."""

import re
from collections.abc import Container, Iterable, Mapping
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


def load_agent(folder: Path) -> Agent:
    """Load one agent's folder; raise AgentFileError naming file, line and field."""
    path = folder / "agent.yaml"
    root, raw = document.read(path)
    try:
        raw = defaults.filled(raw)
        file = msgspec.convert(raw, AgentFile)
    except msgspec.ValidationError as error:
        raise _type_error(path, root, raw, str(error)) from error
    for where, reason in references.problems(file):
        raise _error(path, root, where, reason)
    return Agent(name=folder.name, file=file, folder=folder)


def _error(path: Path, root: yaml.Node | None, place: places.Path, reason: str) -> AgentFileError:
    return AgentFileError(path, reason, places.spell(place), places.line_of(root, place))


def _type_error(path: Path, root: yaml.Node | None, raw: Any, message: str) -> AgentFileError:
    """Name the place of an error of msgspec, which calls every key of a mapping `...`."""
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
    return _error(path, root, place, reason)


def load_agents(root: Path) -> tuple[dict[str, Agent], list[AgentFileError]]:
    """All agents under `root` that are good, by name, and what is wrong with the others.

    Two agents with one extension are an error of the later one: a call must have one answer.
    """
    agents: dict[str, Agent] = {}
    errors: list[AgentFileError] = []
    folders = sorted(p for p in root.iterdir() if p.is_dir()) if root.is_dir() else []
    if not folders:
        errors.append(AgentFileError(root, "there is no agent here"))
    names = {folder.name for folder in folders}
    for folder in folders:
        try:
            agent = load_agent(folder)
            _check_among(agent, agents.values(), names)
            agents[agent.name] = agent
        except AgentFileError as error:
            errors.append(error)
    return agents, errors


def _check_among(agent: Agent, others: Iterable[Agent], names: Container[str]) -> None:
    """Raise AgentFileError for an extension that another agent has, and for another agent that is not there."""
    for other in others:
        for place, extension in enumerate(agent.file.extensions):
            if extension in other.file.extensions or other.answered_as(
                numbers.normal(extension, agent.country)
            ):
                raise _file_error(
                    agent, ("extensions", place), f"{extension} is already answered by {other.name}"
                )
    for path, text in references.named_actions(agent.file):
        action = parse_action(text)
        if action.kind == "agent" and action.name and action.name not in names:
            raise _file_error(agent, path, f"there is no agent {action.name}")


def _file_error(agent: Agent, place: places.Path, reason: str) -> AgentFileError:
    path = agent.folder / "agent.yaml"
    return _error(path, document.read(path)[0], place, reason)


def by_extension(agents: Mapping[str, Agent], extension: str) -> Agent | None:
    """Return the agent that answers `extension`, as it stands in its file or as the same telephone number."""
    named = (a for a in agents.values() if extension in a.file.extensions)
    return next(named, None) or next((a for a in agents.values() if a.answered_as(extension)), None)
