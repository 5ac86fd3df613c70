"""The files of agents' knowledge folders, each read once as long as it stays the same."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import partial
from pathlib import Path

from prometheus_client import Gauge

from agent.knowledge.reading import isolated
from agent.knowledge.reading.facts.passages import Passage
from parley.agents import Agent
from parley.agents.load import files_of
from parley.errors import AgentFileError

MAX_BYTES = 50_000_000
"""Largest file that is read."""
_files = Gauge(
    "parley_knowledge_files",
    "Files of agents' knowledge, now, by agent and state: read, or unusable.",
    ["agent", "state"],
)
Folder = tuple[str, str]
"""An agent's name and the code of a language."""
_Version = tuple[Path, str]
Known = tuple[str, int | AgentFileError]
"""A file's digest, and how many facts it has or why it has none."""


class Shelf:
    """What has been read, by file and digest. Blocks: it belongs on a thread."""

    def __init__(self) -> None:
        self._read: dict[_Version, list[Passage] | AgentFileError] = {}

    def read(self, agents: Iterable[Agent]) -> tuple[dict[Folder, list[Passage]], list[AgentFileError]]:
        """Passages of some agents in all their languages, and what is wrong with each file that has none."""
        agents = list(agents)
        errors: list[AgentFileError] = []
        versions = {
            (agent.name, code): _versions(agent, code, errors)
            for agent in agents
            for code in agent.file.all_languages
        }
        self._read_new([version for found in versions.values() for version in found])
        passages: dict[Folder, list[Passage]] = {folder: [] for folder in versions}
        read: Counter[str] = Counter()
        for folder, found in versions.items():
            for result in (self._read[version] for version in found):
                if isinstance(result, AgentFileError):
                    errors.append(result)
                else:
                    passages[folder] += result
                    read[folder[0]] += 1
        for agent in agents:
            _count(agent, read[agent.name], sum(error.path.is_relative_to(agent.folder) for error in errors))
        return passages, errors

    def known(self, folder: Path) -> dict[str, Known]:
        """What was read last of the files in a folder and in its folders, by their names there."""
        return {
            path.relative_to(folder).as_posix(): (digest, len(read) if isinstance(read, list) else read)
            for (path, digest), read in list(self._read.items())
            if path.is_relative_to(folder)
        }

    def passages(self, path: Path) -> list[Passage]:
        """What was read last in a file; none where that was nothing."""
        found = [read for (known, _), read in list(self._read.items()) if known == path]
        return found[-1] if found and isinstance(found[-1], list) else []

    def _read_new(self, versions: Collection[_Version]) -> None:
        new = {path: digest for path, digest in versions if (path, digest) not in self._read}
        self._read = {version: known for version, known in self._read.items() if version[0] not in new}
        self._read.update({(path, new[path]): result for path, result in isolated.read(list(new)).items()})


def _count(agent: Agent, read: int, unusable: int) -> None:
    for state, count in (("read", read), ("unusable", unusable)):
        # An agent that is removed is not read again: its files are gone with its folder.
        _files.labels(agent.name, state).set_function(partial(_as_long_as, agent.folder, count))


def _as_long_as(folder: Path, count: int) -> float:
    return count if folder.is_dir() else 0


def folder_of(agent: Agent, language: str) -> Path:
    """Where an agent's knowledge in a language stands."""
    folder = agent.folder / "knowledge"
    return folder if language == agent.file.language else folder / language


def _versions(agent: Agent, language: str, errors: list[AgentFileError]) -> list[_Version]:
    found: list[_Version] = []
    folder = folder_of(agent, language)
    try:
        errors += _strange_folders(folder, agent.file.languages if language == agent.file.language else {})
        paths = files_of(folder)
    except OSError as error:
        errors.append(AgentFileError(folder, f"cannot be read: {error.strerror or error}"))
        return []
    for path in paths:
        try:
            found.append((path, _digest(path)))
        except OSError as error:
            errors.append(AgentFileError(path, f"cannot be read: {error.strerror or error}"))
        except AgentFileError as error:
            errors.append(error)
    return found


def _strange_folders(folder: Path, languages: Mapping[str, object]) -> list[AgentFileError]:
    """Folders of none of the agent's languages, whose files nobody reads."""
    inside = sorted(folder.iterdir()) if folder.is_dir() else []
    return [
        AgentFileError(path, "a folder of none of the agent's languages: its files are not read")
        for path in inside
        if path.is_dir() and not path.name.startswith(".") and path.name not in languages
    ]


def _digest(path: Path) -> str:
    if not path.is_file():  # a pipe would keep whoever opens it waiting
        raise AgentFileError(
            path, "cannot be read: not a file" if path.exists() else "cannot be read: a link to nothing"
        )
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise AgentFileError(path, f"has {size / 1e6:.0f} MB, more than {MAX_BYTES / 1e6:.0f} MB")
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
