"""Every object of every overlay is one that Kubernetes knows: no unknown kind, field or type."""

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource

from tests.stack.kubernetes.rendered import BASE, OVERLAYS, Objects, objects

# The oldest that is meant, those between, the newest that the schemas know.
VERSIONS = ("1.29", "1.33", "1.37")
# Kinds that come with what a cluster was given beside Kubernetes.
FOREIGN = {"ScaledObject"}


@cache
def schema(version: str, name: str) -> dict[str, Any]:
    folder = files("kubernetes_validate") / "kubernetes-json-schema" / f"v{version}.0-local-strict"
    loaded: dict[str, Any] = json.loads((folder / f"{name}.json").read_text())
    return loaded


@cache
def definitions(version: str) -> Registry[Any]:
    return (Resource.from_contents(schema(version, "_definitions")) @ Registry()).crawl()


@cache
def validator(version: str, kind: str, api: str) -> jsonschema.Draft202012Validator:
    group, _, number = api.rpartition("/")
    name = "-".join(part for part in (kind.lower(), group.split(".")[0], number) if part)
    own = schema(version, name)
    return jsonschema.Draft202012Validator(own, registry=Resource.from_contents(own) @ definitions(version))


def faults(version: str, objects: Objects) -> list[str]:
    return [
        f"{each['kind']} {each['metadata']['name']}: {error.json_path}: {error.message}"
        for each in objects
        if each["kind"] not in FOREIGN
        for error in validator(version, each["kind"], each["apiVersion"]).iter_errors(each)
    ]


def distinct() -> Iterator[dict[str, Any]]:
    """Overlays have most objects in common."""
    seen = set()
    for name in (BASE, *OVERLAYS):
        for each in objects(name):
            text = json.dumps({**each, "metadata": {**each["metadata"], "namespace": ""}}, sort_keys=True)
            if text not in seen:
                seen.add(text)
                yield each


@pytest.mark.parametrize("version", VERSIONS)
def test_every_object_is_one_that_kubernetes_knows(version: str) -> None:
    assert faults(version, list(distinct())) == []


def test_what_kubernetes_does_not_know_is_found_out() -> None:
    probe: dict[str, Any] = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "x"}, "spec": {}}
    for wrong in ({"ports": [{"port": "http"}]}, {"port": [1]}, {"selector": "x"}):
        assert faults(VERSIONS[-1], [{**probe, "spec": wrong}]), wrong
    assert faults(VERSIONS[-1], [{**probe, "spec": {"ports": [{"port": 1}]}}]) == []


@pytest.mark.parametrize("name", [BASE, *OVERLAYS])
def test_what_an_object_refers_to_is_there(name: str) -> None:
    """ConfigMaps and volumes; Secrets are somebody's own, and so are ConfigMaps that may be missing."""
    there = {
        (each["metadata"].get("namespace"), each["kind"], each["metadata"]["name"]) for each in objects(name)
    }
    assert len(there) == len(objects(name))
    for each in objects(name):
        where = each["metadata"].get("namespace")
        for kind, other in references(each):
            assert (where, kind, other) in there, f"{each['metadata']['name']} refers to {kind} {other}"


def references(node: Any) -> Iterator[tuple[str, str]]:
    """Yield (kind, name) of what is named anywhere in an object."""
    if isinstance(node, list):
        for each in node:
            yield from references(each)
    elif isinstance(node, dict):
        if "configMap" in node and not node["configMap"].get("optional"):
            yield "ConfigMap", node["configMap"]["name"]
        if "persistentVolumeClaim" in node:
            yield "PersistentVolumeClaim", node["persistentVolumeClaim"]["claimName"]
        for each in node.values():
            yield from references(each)
