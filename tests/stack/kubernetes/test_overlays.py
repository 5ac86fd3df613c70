"""What each overlay changes of a cell, and what the components bring."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.grafana.promql import selectors
from tests.stack.kubernetes.rendered import (
    BASE,
    DEPLOY,
    OVERLAYS,
    ROOT,
    compose,
    container,
    named,
    networks,
    objects,
    pod,
    render,
    workloads,
)
from tests.stack.kubernetes.test_pods import beside_asterisk

SCALED = {"stt", "agent"}
BEHIND_THE_PROXY = {"stt", "agent", "webhooks", "alertmanager", "models", "tracing"}


def test_there_are_the_overlays_that_the_page_tells_of() -> None:
    page = (ROOT / "docs/scaling.md").read_text()
    for name in OVERLAYS:
        assert f"deploy/kubernetes/overlays/{name}" in page, name


def test_one_cell_is_on_one_machine_and_needs_no_disk_that_several_have() -> None:
    there = workloads(objects("one-cell"))
    assert {name for name, workload in there.items() if not beside_asterisk(workload)} == {"asterisk"}
    claims = named(objects("one-cell"), "PersistentVolumeClaim").values()
    assert {mode for claim in claims for mode in claim["spec"]["accessModes"]} == {"ReadWriteOnce"}


def test_several_cells_are_whole_and_share_nothing() -> None:
    def without_place(each: dict[str, Any]) -> str:
        stripped = {key: value for key, value in each["metadata"].items() if key != "namespace"}
        return json.dumps({**each, "metadata": stripped}, sort_keys=True)

    cells: dict[str, set[str]] = {}
    for each in objects("several-cells"):
        if each["kind"] != "Namespace":
            cells.setdefault(each["metadata"]["namespace"], set()).add(without_place(each))
    assert cells.keys() == named(objects("several-cells"), "Namespace").keys() == {"parley-a", "parley-b"}
    one = {without_place(each) for each in objects(BASE) if each["kind"] != "Namespace"}
    assert all(cell == one for cell in cells.values())


def test_the_gpu_is_for_whom_compose_gives_it_to() -> None:
    there, gpu = workloads(objects("gpu")), compose("compose.gpu.yml")
    cards = {n for n, w in there.items() if container(w)["resources"]["limits"].get("nvidia.com/gpu")}
    assert cards == gpu.keys()
    for name, service in gpu.items():
        here = container(there[name])
        assert here["image"] == f"parley-{name}-gpu:latest"
        told = {each["name"]: each.get("value") for each in here["env"]}
        assert service["environment"].items() <= told.items(), name
        assert all(len(each) == 2 for each in here["env"]), "a value and where it comes from"
        assert pod(there[name])["nodeSelector"], name
        assert there[name]["spec"]["replicas"] == 1, name
    before = workloads(objects(BASE))
    assert {name for name in there if there[name] != before[name]} == gpu.keys()


@pytest.mark.parametrize("name", OVERLAYS)
def test_who_is_scaled_has_one_autoscaler_and_no_number_of_its_own(name: str) -> None:
    scalers = [
        each["spec"]["scaleTargetRef"]["name"]
        for each in objects(name)
        if each["kind"] in ("HorizontalPodAutoscaler", "ScaledObject")
    ]
    assert len(scalers) == len(set(scalers))
    assert set(scalers) == (SCALED if name.startswith("autoscaling") else set())
    for who in scalers:
        assert "replicas" not in workloads(objects(name))[who]["spec"]


def scaled_objects() -> list[dict[str, Any]]:
    return [each["spec"] for each in objects("autoscaling-keda") if each["kind"] == "ScaledObject"]


def test_keda_asks_for_figures_that_prometheus_records() -> None:
    rules = yaml.safe_load((ROOT / "prometheus/rules/recording.yml").read_text())["groups"]
    recorded = {rule["record"] for group in rules for rule in group["rules"]}
    streams = {rule.get("labels", {}).get("stream") for group in rules for rule in group["rules"]}
    for spec in scaled_objects():
        assert spec["minReplicaCount"] == 2
        waiting, busy = (trigger["metadata"]["query"] for trigger in spec["triggers"])
        for query in (waiting, busy):
            (asked,) = selectors(query)
            assert asked.name in recorded
            # No figure, as while nobody calls, is none that KEDA can read.
            assert query.endswith(" or vector(0)")
        stream = f"jobs:{spec['scaleTargetRef']['name']}"
        assert stream in streams
        assert f'stream="{stream}"' in waiting
        assert f"parley_{spec['scaleTargetRef']['name']}_" in busy


def test_keda_finds_prometheus_in_the_namespace_and_is_let_in() -> None:
    (namespace,) = named(objects("autoscaling-keda"), "Namespace")
    for spec in scaled_objects():
        for trigger in spec["triggers"]:
            assert trigger["type"] == "prometheus"
            assert trigger["metadata"]["serverAddress"] == f"http://prometheus.{namespace}.svc:9090"
    policy = named(objects("autoscaling-keda"), "NetworkPolicy")["keda"]["spec"]
    assert policy["podSelector"]["matchLabels"] == {"app": "prometheus"}


def with_component(folder: Path, name: str) -> dict[str, dict[str, Any]]:
    """The base's workloads with a component, put together in a folder."""
    up = "../" * (len(folder.resolve().parts) - 1) + str(DEPLOY.resolve()).lstrip("/")
    kustomization = {"resources": [f"{up}/base"], "components": [f"{up}/components/{name}"]}
    (folder / "kustomization.yaml").write_text(yaml.safe_dump(kustomization))
    return workloads(render(folder))


def test_a_provider_of_openid_connect_is_the_apis_alone(tmp_path: Path) -> None:
    before = workloads(objects(BASE))
    for name, workload in with_component(tmp_path, "oidc").items():
        if name != "api":
            assert workload == before[name], name
            continue
        assert networks(workload) == {*networks(before[name]), "egress"}
        (identity,) = (each for each in pod(workload)["volumes"] if each["name"] == "identity")
        sources = [each["secret"] for each in identity["projected"]["sources"]]
        assert [each["name"] for each in sources] == ["recordings-identity", "oidc-client-secret"]
        assert all(each["optional"] for each in sources)
        assert "secret" not in identity


def test_the_database_of_all_cells_is_reached_by_who_reaches_it_in_compose(tmp_path: Path) -> None:
    before = workloads(objects(BASE))
    there = {name for name, each in compose("compose.database.yml").items() if "profiles" not in each}
    for name, workload in with_component(tmp_path, "database").items():
        assert networks(workload) == networks(before[name]) | ({"egress"} if name in there else set()), name


def test_a_bundle_is_for_those_that_have_it_in_compose(tmp_path: Path) -> None:
    for name, workload in with_component(tmp_path, "ca-bundle").items():
        environment = (compose()[name].get("environment") or {}).items()
        expected = {key for key, value in environment if value == "${CA_BUNDLE:+/run/secrets/ca}"}
        here = container(workload)
        told = {each["name"] for each in here.get("env", []) if each.get("value") == "/run/secrets/ca"}
        assert told == expected, name
        mounted = {mount["mountPath"] for mount in here.get("volumeMounts", []) if mount["name"] == "ca"}
        assert mounted == ({"/run/secrets"} if name in BEHIND_THE_PROXY else set()), name
