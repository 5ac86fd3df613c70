"""Runs a script of the repository's."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[3]

Run = subprocess.CompletedProcess[str]


def run(*command: str, user: int | None = None, **environ: str) -> Run:
    surroundings = {"PATH": os.environ["PATH"], "HOME": "/tmp", **environ}
    return subprocess.run(
        command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False, user=user
    )
