"""The folder of agents, as the API reads and writes it: at every moment a file is whole or not there. Blocking."""

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from api.problems import Problem, unavailable
from parley import log
from parley.agents import document
from parley.agents.load import folders

FILE = "agent.yaml"
NAME = "^[a-z0-9][a-z0-9_-]{0,31}$"
"""What an agent may be called."""
_REFUSED = (errno.EROFS, errno.EACCES, errno.EPERM)
_BEGUN = ".api-"
"""What is not finished yet lies beside the agents' folders, hidden: nobody reads it there."""

_log = log.get("agents")


class Files:
    """The agents' folders."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.lock = RLock()
        """Held by whoever changes what lies there, for as long as what was looked at has to stay so."""
        self.changed: Callable[[str, str], None] = lambda _agent, _who: None
        """Is told of each change that was asked of the API: which agent, and the name of the key."""
        for left in root.glob(f"{_BEGUN}*"):  # what ended with the service before us
            shutil.rmtree(left, ignore_errors=True)

    def names(self) -> list[str]:
        """All agents, whether they can be used or not."""
        try:
            return [folder.name for folder in folders(self.root)]
        except OSError as error:
            _log.warning("the agents cannot be read", error=str(error))
            raise unavailable("the agents' folder cannot be read now") from error

    def folder(self, agent: str) -> Path:
        """An agent's folder; raise Problem when there is none."""
        folder = self.root / agent
        if not folder.is_dir():
            raise Problem(404, "no-such-agent", f"there is no agent {agent}")
        return folder

    def text(self, agent: str) -> bytes:
        """What stands in an agent's agent.yaml; empty: there is none."""
        path = self.folder(agent) / FILE
        try:
            with path.open("rb") as file:
                return file.read(document.MOST_BYTES)
        except FileNotFoundError:
            return b""
        except OSError as error:
            _log.warning("an agent's file cannot be read", agent=agent, error=str(error))
            raise unavailable("the agent's file cannot be read now") from error

    def write(self, agent: str, data: bytes) -> None:
        """Have this stand in an agent's agent.yaml; of a new agent, in a folder of its own."""
        folder = self.root / agent
        with self.begun(folder) as place:
            if folder.is_dir():
                put(place / FILE, folder / FILE, data)
                return
            put(place / "whole", place / FILE, data)
            (place / "knowledge").mkdir()
            place.chmod(0o755)
            place.rename(folder)

    @contextmanager
    def begun(self, folder: Path) -> Iterator[Path]:
        """A folder for what is not finished; raise Problem where nothing may be written."""
        place = None
        try:
            place = Path(tempfile.mkdtemp(prefix=_BEGUN, dir=self.root))
            yield place
        except OSError as error:
            _log.warning("an agent's file cannot be written", folder=folder.name, error=str(error))
            if error.errno in _REFUSED:
                raise read_only(error) from error
            raise unavailable("the agents' folder cannot be written to now") from error
        finally:
            if place is not None:
                shutil.rmtree(place, ignore_errors=True)

    @contextmanager
    def changing(self, folder: Path) -> Iterator[Path]:
        """Where to put a file for a folder together, and that folder, which is made; raise Problem as `write` does."""
        with self.begun(folder) as place:
            folder.mkdir(exist_ok=True)
            yield place


def put(begun: Path, path: Path, data: bytes) -> None:
    """Write a file under another name and give it its own when all of it is on the disk."""
    with begun.open("wb") as file:
        file.write(data)
    finish(begun, path)


def finish(begun: Path, path: Path) -> None:
    """Give a file its name, in place of one that has it, when all of it is on the disk."""
    with begun.open("rb") as file:
        os.fsync(file.fileno())
    # The services that read it are other users of the host, or may be.
    begun.chmod(0o644)
    begun.replace(path)


def read_only(error: OSError) -> Problem:
    """The operator does not want agents to be changed from here, or the folder is not this service's to write to."""
    if error.errno == errno.EROFS:
        return Problem(
            409, "read-only", "the API may not change agents: API_AGENTS_READ_ONLY=false in .env allows it"
        )
    return Problem(
        409, "read-only", "the API may not write to the agents' folder: it must belong to user or group 10001"
    )
