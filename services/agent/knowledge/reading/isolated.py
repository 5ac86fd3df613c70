"""Reading files in a process of their own, which has limits of time and memory."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from agent.knowledge.reading.facts.passages import Passage
from parley.errors import AgentFileError

_TIMEOUT_S = 150.0
"""For each file: more than the process takes that it is read in."""


class Result(msgspec.Struct, frozen=True):
    """What became of a file: passages or an error."""

    passages: list[Passage] = []
    error: str = ""


def read(paths: Sequence[Path]) -> dict[Path, list[Passage] | AgentFileError]:
    """Read files; what is wrong with one of them is its error, and nobody else's. Blocks."""
    if not paths:
        return {}
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    asked = b"".join(os.fsencode(path) + b"\0" for path in paths)
    command = [sys.executable, "-m", "agent.knowledge.reading"]
    why = "its reader ended before its turn"
    try:
        done = subprocess.run(
            command,
            input=asked,
            capture_output=True,
            env=environment,
            timeout=_TIMEOUT_S * len(paths),
            check=False,
        )
        lines, said = done.stdout.splitlines(), done.stderr.decode(errors="replace").strip()
        why = f"{why}: {said.splitlines()[-1]}" if said else why
    except subprocess.TimeoutExpired as error:
        lines = (error.stdout or b"").splitlines()
    except OSError as error:
        lines, why = [], f"no process to read it in: {error.strerror or error}"
    results = [msgspec.json.decode(line, type=Result) for line in lines]
    results += [Result(error=why)] * (len(paths) - len(results))
    return {
        path: AgentFileError(path, result.error) if result.error else result.passages
        for path, result in zip(paths, results, strict=True)
    }
