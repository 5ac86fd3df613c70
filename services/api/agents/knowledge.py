"""An agent's files of knowledge on the disk: which there are, and changing them. Blocking, but for what comes in."""

import hashlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from fastapi.concurrency import run_in_threadpool

from api.agents.files import Files, finish
from api.problems import Problem, unavailable
from parley import log
from parley.agents.load import files_of, load_agent
from parley.errors import AgentFileError

MOST_FILES = 200
"""In one folder."""
_LONGEST_NAME = 200
"""Bytes: file systems take 255."""

_log = log.get("knowledge")


@dataclass(frozen=True, slots=True)
class KnowledgeFile:
    """A file as it lies there."""

    name: str
    language: str
    path: Path
    inside: str
    """Its name in the agent's folder `knowledge`: `facts.md`, or `de/facts.md`."""
    bytes: int
    version: str
    """The first 16 figures of its SHA-256."""


class Knowledge:
    """The folders `knowledge` of all agents."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def all(self, agent: str) -> list[KnowledgeFile]:
        """The agent's files in all its languages, the main one's first."""
        return [
            _described(agent_folder, language, path)
            for agent_folder, language, folder in self._folders(agent)
            for path in files_of(folder)
            if path.is_file()
        ]

    def one(self, agent: str, name: str, language: str) -> KnowledgeFile:
        """One file; raise Problem when it is not there."""
        agent_folder, folder, code = self._place(agent, name, language)
        if not (folder / name).is_file():
            raise Problem(404, "no-such-file", f"{agent} has no file of this name")
        return _described(agent_folder, code, folder / name)

    async def put(
        self, agent: str, name: str, language: str, content: AsyncIterator[bytes], who: str
    ) -> KnowledgeFile:
        """Have a file be this, whole or not at all; raise Problem where that cannot be. `who`: the key's name."""
        agent_folder, folder, code = await run_in_threadpool(self._place, agent, name, language)
        await run_in_threadpool(_check_room, folder, name)
        with self._files.changing(folder) as place:
            begun = place / "whole"
            with begun.open("wb") as file:
                async for part in content:
                    await run_in_threadpool(file.write, part)
                if not file.tell():
                    raise Problem(400, "empty", "the file is empty")
            await run_in_threadpool(self._finish, agent, begun, folder / name, who)
        return await run_in_threadpool(_described, agent_folder, code, folder / name)

    def delete(self, agent: str, name: str, language: str, who: str) -> None:
        """Remove a file; raise Problem when it is not there, or must not be. `who`: the key's name."""
        found = self.one(agent, name, language)
        with self._files.changing(found.path.parent), self._files.lock:
            found.path.unlink(missing_ok=True)
            self._files.changed(agent, who)

    def _finish(self, agent: str, begun: Path, path: Path, who: str) -> None:
        with self._files.lock:
            finish(begun, path)
            self._files.changed(agent, who)

    def _folders(self, agent: str) -> list[tuple[Path, str, Path]]:
        """The agent's folder, with each of its languages and the folder of that."""
        folder = self._files.folder(agent)
        try:
            file = load_agent(folder).file
        except AgentFileError as error:
            raise Problem(
                409, "broken", f"the agent's file has to be mended first: {error.reason}"
            ) from error
        main = folder / "knowledge"
        return [(folder, code, main if code == file.language else main / code) for code in file.all_languages]

    def _place(self, agent: str, name: str, language: str) -> tuple[Path, Path, str]:
        """The agent's folder, the one of the language (empty: its main one) and that language's code."""
        folders = self._folders(agent)
        found = [place for place in folders if place[1] == (language or folders[0][1])]
        if not found:
            raise Problem(404, "no-such-language", f"{agent} does not speak {language}")
        folder = found[0][2]
        # The path's pattern leaves no way out of the folder; these are names that no reader looks at.
        if name.startswith("~$") or name.endswith("~") or len(os.fsencode(name)) > _LONGEST_NAME:
            raise Problem(422, "bad-name", "no reader looks at a file of such a name")
        if (folder / name).is_dir():
            raise Problem(409, "bad-name", "that is a folder")
        return found[0][0], folder, found[0][1]


def _check_room(folder: Path, name: str) -> None:
    there = files_of(folder)
    if len(there) >= MOST_FILES and folder / name not in there:
        raise Problem(409, "too-many-files", f"there are {MOST_FILES} files already, the most there may be")


def _described(agent_folder: Path, language: str, path: Path) -> KnowledgeFile:
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = path.stat().st_size
    except OSError as error:
        _log.warning("a file of knowledge cannot be read", error=str(error))
        raise unavailable("a file of the agent's knowledge cannot be read now") from error
    inside = path.relative_to(agent_folder / "knowledge").as_posix()
    return KnowledgeFile(path.name, language, path, inside, size, digest[:16])
