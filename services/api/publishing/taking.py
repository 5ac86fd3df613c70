"""Puts a release into an agent's folder: looked through first, and whole or begun again. Blocking."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from api.agents.desk import spelt
from api.agents.files import FILE, Files, put
from api.problems import Problem
from api.publishing.bundle import MOST_BYTES, Bundle, NotShared, wanted
from parley.agents.load import folders, review


class Taking:
    """A release beside an agent's folder, on its way there."""

    def __init__(self, files: Files, agent: str, release: Mapping[str, str], place: Path) -> None:
        """`release`: its files as in a Bundle; `place`: a folder for what is not finished."""
        self._folder = files.root / agent
        self._release = release
        self._whole = place / "whole"
        # Under its name among the others: what is wrong with it may be about them.
        self._staged = place / "agents" / agent
        self._staged.mkdir(parents=True)
        for other in folders(files.root):
            if other.name != agent:
                (place / "agents" / other.name).symlink_to(other.absolute())

    def fetch(self, here: Bundle | None, content: Callable[[str], bytes | None]) -> None:
        """Get the files that are other ones here; raise NotShared where the release cannot be used."""
        had = here.files if here else {}
        size = 0
        for name, digest in self._release.items():
            staged = self._staged / name
            staged.parent.mkdir(parents=True, exist_ok=True)
            if had.get(name) == digest:
                staged.symlink_to((self._folder / name).absolute())
                continue
            data = content(digest)
            if data is None or hashlib.sha256(data).hexdigest() != digest:
                raise NotShared(f"{name} is not kept any more, or is another file")
            size += len(data)
            if size > MOST_BYTES:
                raise NotShared(f"its files have more than {MOST_BYTES // 1_000_000} MB")
            put(self._whole, staged, data)
        errors = review(self._staged, (self._staged / FILE).read_bytes())
        if errors:
            raise NotShared(f"it cannot be used here: {spelt(errors[0])}: {errors[0].reason}")

    def apply(self, here: Bundle | None) -> None:
        """Have the agent's folder be it. What ends with half of it done is done again from the beginning."""
        if here is None and not self._folder.exists():
            self._staged.chmod(0o755)
            self._staged.rename(self._folder)
            return
        # The agent's file names others: it comes when they are there, and they go when it does not name them.
        for name in sorted(self._release, key=lambda name: name == FILE):
            staged, path = self._staged / name, self._folder / name
            if not staged.is_symlink():
                path.parent.mkdir(parents=True, exist_ok=True)
                staged.replace(path)
        for name in here.files.keys() - self._release.keys() if here else ():
            (self._folder / name).unlink(missing_ok=True)


@contextmanager
def begun(files: Files, agent: str, release: Mapping[str, str]) -> Iterator[Taking]:
    """A release that is being taken; raise NotShared where it cannot be."""
    _check(files.root / agent, release)
    try:
        with files.begun(files.root / agent) as place:
            yield Taking(files, agent, release, place)
    except Problem as problem:
        raise NotShared(problem.body.detail) from problem


def _check(folder: Path, release: Mapping[str, str]) -> None:
    """Another cell's word is not believed: nothing leads out of the folder."""
    if FILE not in release:
        raise NotShared(f"there is no {FILE} in it, or it is not kept any more")
    for name in release:
        if not wanted(name):
            raise NotShared("a file in it has a name that no agent's file may have")
        path = folder
        for part in name.split("/"):
            path /= part
            if path.is_symlink():
                raise NotShared(f"{path.relative_to(folder)} is a link here")
