"""What stands in images: the lines that scripts/setup/sbom.sh gathers from them. Pure.

    image   NAME  ID
    deb     NAME  VERSION  ARCHITECTURE
    python  NAME  VERSION  LICENCE
    npm     NAME  VERSION  LICENCE

Fields are separated by tabs; packages belong to the image above them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from sbom.locks import normalised

_FIELDS = {"image": 3, "deb": 4, "python": 4, "npm": 4}


@dataclass(frozen=True, slots=True)
class Package:
    """Something that is installed."""

    kind: Literal["deb", "python", "npm"]
    name: str
    version: str
    architecture: str = ""
    """Of a Debian package."""
    licence: str = ""
    """As the package itself names it; empty where it does not."""


@dataclass(frozen=True, slots=True)
class Image:
    """An image and what is installed in it."""

    name: str
    """With its tag."""
    digest: str
    """`sha256:` and the digest of its configuration."""
    packages: list[Package] = field(default_factory=list)


def parse(lines: Iterable[str]) -> list[Image]:
    """Read an inventory; raise ValueError that names the line which is none of it."""
    images: list[Image] = []
    for number, line in enumerate(lines, 1):
        fields = line.rstrip("\n").split("\t")
        if len(fields) != _FIELDS.get(fields[0]) or (fields[0] != "image" and not images):
            raise ValueError(f"line {number}: not of an inventory: {line.strip()[:100]!r}")
        match fields:
            case ["image", name, digest]:
                images.append(Image(name, digest))
            case ["deb", name, version, architecture]:
                images[-1].packages.append(Package("deb", name, version, architecture=architecture))
            case ["npm", name, version, licence]:
                images[-1].packages.append(Package("npm", name, version, licence=licence))
            case [_, name, version, licence]:
                images[-1].packages.append(Package("python", normalised(name), version, licence=licence))
    return images
