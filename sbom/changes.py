"""What is another one in a later list of components. Pure."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]


def changes(before: Json, after: Json) -> list[str]:
    """Say what changed, a line each, sorted: a package with its versions and the images that have it."""
    old, new = _versions(before), _versions(after)
    images: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for key in sorted(old.keys() | new.keys()):
        image, name = key
        if image in _images(before) and image in _images(after) and old.get(key) != new.get(key):
            images[name, old.get(key, "-"), new.get(key, "-")].append(image)
    return sorted(
        f"{name}  {was} -> {now}  ({', '.join(found)})" for (name, was, now), found in images.items()
    )


def _images(document: Json) -> set[str]:
    return {component["name"] for component in _containers(document)}


def _versions(document: Json) -> dict[tuple[str, str], str]:
    """Versions by image and package; what an image has in several versions has them all."""
    packages = {component["bom-ref"]: component for component in document["components"]}
    depends = {entry["ref"]: entry.get("dependsOn", []) for entry in document["dependencies"]}
    found: dict[tuple[str, str], str] = {}
    for container in _containers(document):
        for ref in depends[container["bom-ref"]]:
            key = container["name"], packages[ref]["name"]
            found[key] = " ".join(filter(None, (found.get(key), packages[ref]["version"])))
    return found


def _containers(document: Json) -> Iterator[Json]:
    return (component for component in document["components"] if component["type"] == "container")
