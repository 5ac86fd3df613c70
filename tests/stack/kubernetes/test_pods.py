"""How pods run: confined, asked whether they are ready and alive, and given time for calls when they stop."""

import re
from typing import Any

import pytest
from msgspec.structs import fields

from agent.worker import DRAIN_S
from gateway.settings import GatewaySettings
from tests.stack.kubernetes.rendered import (
    BASE,
    OVERLAYS,
    ROOT,
    compose,
    container,
    named,
    objects,
    pairs,
    pod,
    settings,
    workloads,
)

EVERYWHERE = [BASE, *OVERLAYS]
CALLERS = {"canary"}
"""They have their capability by a file, which no_new_privs would undo."""
WITH_CALLS = {"gateway", "asterisk"}
ON_ASTERISKS_MACHINE = {"gateway", "records", "api", "webhooks", "host-metrics"}


def is_python(service: dict[str, Any]) -> bool:
    return service["healthcheck"].get("test") == ["CMD", "healthcheck"]


@pytest.mark.parametrize("name", EVERYWHERE)
def test_every_pod_is_confined(name: str) -> None:
    for workload in objects(name):
        if "template" not in workload.get("spec", {}):
            continue
        who, spec = workload["metadata"]["name"], pod(workload)
        security = container(workload)["securityContext"]
        assert spec["automountServiceAccountToken"] is False, who
        # Else a Service "redis" would give a pod REDIS_PORT=tcp://..., the name of a setting.
        assert spec["enableServiceLinks"] is False, who
        assert spec["shareProcessNamespace"] is True, who
        assert spec["securityContext"]["runAsNonRoot"] is True, who
        assert spec["securityContext"]["runAsUser"] > 0, who
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, who
        assert security["readOnlyRootFilesystem"] is True, who
        assert security["capabilities"]["drop"] == ["ALL"], who
        assert security["allowPrivilegeEscalation"] is (who in CALLERS), who
        assert security["capabilities"].get("add", []) == (["NET_RAW"] if who in CALLERS else []), who
        assert container(workload)["resources"]["requests"].keys() == {"cpu", "memory"}, who
        assert spec.get("hostNetwork", False) is (who == "asterisk"), who
        assert not spec.keys() & {"hostPID", "hostIPC"}, who
        assert not any("hostPath" in volume for volume in spec.get("volumes", [])), who


def test_what_listens_on_the_machine_is_what_compose_publishes_and_ari() -> None:
    ports = container(workloads(objects(BASE))["asterisk"])["ports"]
    ours = settings()
    assert {(port["containerPort"], port["protocol"]) for port in ports} == {
        (int(ours["SIP_PORT"]), "UDP"),
        (int(ours["SIP_PORT"]), "TCP"),
        (int(ours["SIP_TLS_PORT"]), "TCP"),
        (8088, "TCP"),
    }
    (bound,) = (e for e in container(workloads(objects(BASE))["asterisk"])["env"] if e["name"] == "ARI_BIND")
    assert bound["valueFrom"] == {"fieldRef": {"fieldPath": "status.podIP"}}


def test_python_services_are_ready_by_healthz_and_alive_when_they_answer_at_all() -> None:
    assert '"/healthz"' in (ROOT / "services/parley/service.py").read_text()
    for name, service, workload in pairs():
        if not is_python(service) or name == "models":
            continue
        probes = container(workload)
        port = int(settings()["METRICS_PORT"])
        assert probes["readinessProbe"]["httpGet"] == {"path": "/healthz", "port": port}, name
        # /healthz says no while Redis is away: whoever is started anew for that loses calls.
        for alive in (probes["livenessProbe"], probes["startupProbe"]):
            assert alive["httpGet"] == {"path": "/metrics", "port": port}, name


def test_others_are_asked_what_compose_asks_them() -> None:
    there = workloads(objects(BASE))
    curled = re.search(r"http://127\.0\.0\.1:(\d+)(/\w+)", (ROOT / "llm/healthcheck").read_text())
    asked = re.search(r"http://127\.0\.0\.1:(\d+)(/[\w/]+)", str(compose()["grafana"]["healthcheck"]["test"]))
    assert curled
    assert asked
    for name, found in (("llm", curled), ("grafana", asked)):
        probe = container(there[name])["readinessProbe"]["httpGet"]
        assert probe == {"path": found[2], "port": int(found[1])}, name
    for name in ("prometheus", "alertmanager"):
        (url,) = re.findall(r"http://127\.0\.0\.1:(\d+)", str(compose()[name]["healthcheck"]["test"]))
        assert container(there[name])["readinessProbe"]["httpGet"] == {"path": "/-/ready", "port": int(url)}
    healthcheck = compose()["asterisk"]["healthcheck"]["test"][-1]
    assert container(there["asterisk"])["readinessProbe"]["exec"] == {"command": [healthcheck]}
    assert "redis-cli ping | grep -qx PONG" in str(container(there["redis"])["readinessProbe"])


def test_every_pod_that_stays_has_all_three_probes() -> None:
    for name, workload in workloads(objects(BASE)).items():
        if workload["kind"] == "Job":
            continue
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            assert probe in container(workload), (name, probe)


@pytest.mark.parametrize("name", EVERYWHERE)
def test_what_hangs_does_not_get_the_time_that_calls_get(name: str) -> None:
    """It would hang for an hour: without a limit of its own a probe's kill waits as long as any other end."""
    for who, workload in workloads(objects(name)).items():
        if who in WITH_CALLS:
            for probe in ("livenessProbe", "startupProbe"):
                assert container(workload)[probe]["terminationGracePeriodSeconds"] <= 10, (who, probe)


@pytest.mark.parametrize("name", EVERYWHERE)
def test_calls_have_time_to_end(name: str) -> None:
    (drain,) = (field for field in fields(GatewaySettings) if field.name == "drain_s")
    longest = drain.type.__metadata__[0].le
    there = workloads(objects(name))
    for who in WITH_CALLS:
        assert pod(there[who])["terminationGracePeriodSeconds"] >= longest + 60, who
    assert "core stop gracefully" in str(container(there["asterisk"])["lifecycle"]["preStop"])
    # SIGTERM is what a gateway drains by: nothing may stand before it.
    assert "lifecycle" not in container(there["gateway"])
    for who in ("stt", "agent"):
        assert pod(there[who])["terminationGracePeriodSeconds"] > DRAIN_S, who


def test_no_call_ends_because_something_is_applied() -> None:
    there = workloads(objects(BASE))
    assert there["asterisk"]["spec"]["updateStrategy"] == {"type": "OnDelete"}
    assert there["gateway"]["spec"]["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
    # A name with a digest would make pods anew for every change of an agent, and Redis for one of its rights.
    names = named(objects(BASE), "ConfigMap").keys()
    assert {"redis", *(f"agent-{path.parent.name}" for path in ROOT.glob("agents/*/agent.yaml"))} <= names
    assert "settings" not in names


def test_a_machine_is_not_emptied_of_what_calls_need_at_once() -> None:
    budgets = {name: each["spec"] for name, each in named(objects(BASE), "PodDisruptionBudget").items()}
    several = {n for n, w in workloads(objects(BASE)).items() if w["spec"].get("replicas", 1) > 1}
    assert budgets.keys() == several | {"asterisk", "redis"}
    for name, budget in budgets.items():
        assert budget["maxUnavailable"] == (1 if name in several else 0), name
        assert budget["selector"]["matchLabels"] == {"app": name}


def beside_asterisk(workload: dict[str, Any]) -> bool:
    affinity = pod(workload).get("affinity", {}).get("podAffinity", {})
    return affinity.get("requiredDuringSchedulingIgnoredDuringExecution") == [
        {"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"app": "asterisk"}}}
    ]


def test_who_shares_a_disk_or_audio_with_asterisk_is_on_its_machine() -> None:
    there = workloads(objects(BASE))
    assert {name for name, workload in there.items() if beside_asterisk(workload)} == ON_ASTERISKS_MACHINE
    claims = named(objects(BASE), "PersistentVolumeClaim")
    users: dict[str, set[str]] = {}
    for name, workload in there.items():
        for volume in pod(workload).get("volumes", []):
            if "persistentVolumeClaim" in volume:
                users.setdefault(volume["persistentVolumeClaim"]["claimName"], set()).add(name)
    assert users.keys() == claims.keys()
    for claim, names in users.items():
        if claims[claim]["spec"]["accessModes"] == ["ReadWriteOnce"] and len(names) > 1:
            assert names <= ON_ASTERISKS_MACHINE | {"asterisk"}, claim


@pytest.mark.parametrize("name", EVERYWHERE)
def test_one_file_of_sqlite_is_written_by_one_pod_at_a_time(name: str) -> None:
    for who in ("records", "api", "webhooks", "chat"):
        spec = workloads(objects(name))[who]["spec"]
        assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"}), who
