"""The repository's own files, as ConfigMaps: all of them, as they are, where the services look for them."""

import base64
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from tests.stack.kubernetes.rendered import BASE, ROOT, container, named, objects, pod, workloads

# What `kubectl apply` may keep of an object beside it (256 KiB), and what a ConfigMap may be.
APPLIED = 262_144
READERS = ["agent", "api", "canary", "chat", "gateway", "stt"]
# For simulated callers (`make simulate`), which are for one machine: nobody in the cluster reads them.
SIMULATED = "*/tests/*"


def seen(name: str) -> dict[PurePosixPath, bytes]:
    """The files from ConfigMaps that a workload's container finds, by path."""
    workload = workloads(objects(BASE))[name]
    found: dict[PurePosixPath, bytes] = {}
    volumes = {volume["name"]: volume for volume in pod(workload).get("volumes", [])}
    for mount in container(workload).get("volumeMounts", []):
        volume = volumes.get(mount["name"], {})
        for source in volume.get("projected", {}).get("sources", [volume]):
            if "configMap" in source:
                for path, data in files(source["configMap"]):
                    found[PurePosixPath(mount["mountPath"]) / path] = data
    return found


def files(source: dict[str, Any]) -> list[tuple[str, bytes]]:
    """(path, content) of what a volume takes from a ConfigMap."""
    each = named(objects(BASE), "ConfigMap")[source["name"]]
    data = {key: text.encode() for key, text in each.get("data", {}).items()}
    data |= {key: base64.b64decode(text) for key, text in each.get("binaryData", {}).items()}
    items = source.get("items", [{"key": key, "path": key} for key in data])
    assert {item["key"] for item in items} == data.keys(), source["name"]
    return [(item["path"], data[item["key"]]) for item in items]


def repository(folder: str, *patterns: str) -> dict[PurePosixPath, bytes]:
    """The files of a folder of the repository, by their paths in it."""
    root = ROOT / folder
    found = [path for pattern in patterns for path in root.glob(pattern) if path.is_file()]
    return {PurePosixPath(path.relative_to(root)): path.read_bytes() for path in found}


def below(found: dict[PurePosixPath, bytes], folder: str) -> dict[PurePosixPath, bytes]:
    """Those below a folder, by their paths in it."""
    return {path.relative_to(folder): data for path, data in found.items() if path.is_relative_to(folder)}


@pytest.mark.parametrize("name", READERS)
def test_who_reads_agents_finds_them_all(name: str) -> None:
    simulated = repository("agents", SIMULATED).keys()
    expected = {path: data for path, data in repository("agents", "*/**/*").items() if path not in simulated}
    assert below(seen(name), "/agents") == expected


def test_redis_grafana_and_alertmanager_have_their_files() -> None:
    assert below(seen("redis"), "/etc/redis") == repository("redis", "entrypoint", "redis.conf", "users.acl")
    assert below(seen("alertmanager"), "/etc/alertmanager") == repository("prometheus/alertmanager", "*")
    grafana = below(seen("grafana"), "/etc/grafana")
    assert grafana == repository("grafana", "dashboards/*.json", "provisioning/*/*.yml")


def test_prometheus_has_its_configuration_and_its_rules() -> None:
    found = below(seen("prometheus"), "/etc/prometheus")
    assert found == repository("prometheus", "prometheus.yml", "rules/*.yml")


@pytest.mark.parametrize("name", ["redis", "alertmanager"])
def test_a_program_among_them_can_be_started(name: str) -> None:
    volumes = {volume["name"]: volume for volume in pod(workloads(objects(BASE))[name])["volumes"]}
    assert volumes["configuration"]["configMap"]["defaultMode"] & 0o111 == 0o111
    entrypoint = Path(container(workloads(objects(BASE))[name])["command"][0])
    assert PurePosixPath(entrypoint) in seen(name)


def test_no_configmap_is_too_large_to_be_applied() -> None:
    for name, each in named(objects(BASE), "ConfigMap").items():
        size = sum(
            len(text.encode()) for part in ("data", "binaryData") for text in each.get(part, {}).values()
        )
        # What is kept is JSON, in which quotes and lines have a character more.
        assert size * 1.25 < APPLIED, name
