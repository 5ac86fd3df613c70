"""The digests of Python packages, from the locks in requirements/. Pure but for reading them."""

import re
from collections.abc import Iterable
from pathlib import Path

_PACKAGE = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)")
_DIGEST = re.compile(r"--hash=sha256:([0-9a-f]{64})")

Digests = dict[tuple[str, str], tuple[str, ...]]
"""By normalised name and version: the sha256 of each file that may be installed, in hexadecimal."""


def normalised(name: str) -> str:
    """Return a package's name as the index writes it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def digests(texts: Iterable[str]) -> Digests:
    """Read the texts of locks, as `uv pip compile --generate-hashes` writes them."""
    found: Digests = {}
    for text in texts:
        for entry in text.replace("\\\n", " ").splitlines():
            if package := _PACKAGE.match(entry):
                key = normalised(package[1]), package[2]
                found[key] = tuple(sorted({*found.get(key, ()), *_DIGEST.findall(entry)}))
    return found


def read(folder: Path) -> Digests:
    """Read all locks of a folder."""
    return digests(file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.txt")))
