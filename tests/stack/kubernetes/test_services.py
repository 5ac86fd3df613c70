"""Kubernetes beside Compose: the same services, images, settings, ports, volumes and limits."""

import re
from typing import Any

import pytest
import yaml

from tests.stack.kubernetes.rendered import (
    BASE,
    OVERLAYS,
    ROOT,
    WITHOUT,
    compose,
    container,
    named,
    networks,
    objects,
    pairs,
    pod,
    settings,
    workloads,
)

# Told by the component ca-bundle alone, which has the file.
BUNDLE = {"SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "PIP_CERT"}
# Follows from where a pod is or what it is called; the port is in probes, Services and prometheus.yml.
OWN = {"GATEWAY_ID", "METRICS_PORT"}
# Settings of Kubernetes' alone.
MORE = {"asterisk": {"ARI_BIND"}}
UNITS = {"m": "Mi", "g": "Gi"}
NOT_MOUNTED = {"/opt/parley/unanswered"}
"""The liveness probe does what that does."""


def environment(name: str) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in container(workloads(objects(BASE))[name]).get("env", [])}


def image(service: dict[str, Any]) -> str:
    return str(service["image"]).replace("${IMAGE_TAG:-latest}", "latest")


def test_every_service_has_a_workload_or_a_reason_to_have_none() -> None:
    there = workloads(objects(BASE)).keys()
    assert compose().keys() - there == WITHOUT.keys()
    assert there - compose().keys() == set()
    assert all(WITHOUT.values())


def test_two_gateways_and_workers_and_one_of_all_else() -> None:
    replicas = {n: w["spec"].get("replicas", 1) for n, w in workloads(objects(BASE)).items()}
    several = {name: int(settings()[f"{name.upper()}_WORKERS"]) for name in ("stt", "agent")}
    assert replicas == {**dict.fromkeys(replicas, 1), **several, "gateway": 2, "tracing": 0}


@pytest.mark.parametrize("name", [BASE, *OVERLAYS])
def test_no_image_is_unknown(name: str) -> None:
    known = {image(service) for service in compose().values()}
    if name == "gpu":
        gpu = compose("compose.gpu.yml")
        known |= {image(service) for service in gpu.values()}
        assert {container(workloads(objects(name))[n])["image"] for n in gpu} <= known
    used = {container(workload)["image"] for workload in workloads(objects(name)).values()}
    assert used - known == set()


def test_every_image_and_command_is_that_of_compose() -> None:
    for name, service, workload in pairs():
        here = container(workload)
        assert here["image"] == image(service), name
        said = [word.replace("$$", "$") for word in service.get("command") or []]
        assert here.get("args", []) == said, name
        assert here.get("command", []) == service.get("entrypoint", []), name


def test_every_setting_that_compose_passes_on_is_passed_on() -> None:
    for name, service, _ in pairs():
        here = environment(name)
        user = {key for key in here if key.startswith("REDIS_PASSWORD_")} if name != "redis" else set()
        expected = (service.get("environment") or {}).keys() - BUNDLE
        assert here.keys() - user - MORE.get(name, set()) == expected, name
        for key, value in (service.get("environment") or {}).items():
            if key in BUNDLE | OWN or key == "REDIS_URL":
                continue
            source = re.match(r"\$\{(\w+)", str(value or ""))
            if value is None or source:
                told = here[key]["valueFrom"]["secretKeyRef"]
                assert (told["name"], told["key"]) == ("settings", source[1] if source else key), name
            else:
                assert here[key]["value"] == value, (name, key)


def test_every_setting_is_one_of_the_example_and_passwords_have_to_be_there() -> None:
    for name in workloads(objects(BASE)):
        for key, each in environment(name).items():
            told = each.get("valueFrom", {}).get("secretKeyRef")
            if told is None:
                continue
            assert told["key"] in settings(), (name, key)
            needed = told["key"].startswith("REDIS_PASSWORD") or told["key"] in {
                "ARI_PASSWORD",
                "GRAFANA_PASSWORD",
            }
            assert told.get("optional", False) is not needed, (name, key)


def test_each_service_is_the_user_of_redis_that_it_is_in_compose() -> None:
    for name, service, _ in pairs():
        there = (service.get("environment") or {}).get("REDIS_URL")
        if not there:
            continue
        user = re.match(r"redis://(\w+):", there)
        assert user
        here = environment(name)
        password = f"REDIS_PASSWORD_{user[1].upper()}"
        assert here["REDIS_URL"]["value"] == f"redis://{user[1]}:$({password})@redis:6379/0"
        # Only what stands before it can be used in it.
        assert list(here).index(password) < list(here).index("REDIS_URL")


def test_memory_and_weight_are_those_of_compose() -> None:
    for name, service, workload in pairs():
        resources = container(workload)["resources"]
        limit = service["deploy"]["resources"]["limits"]["memory"]
        assert resources["limits"]["memory"] == limit[:-1] + UNITS[limit[-1]], name
        assert resources["requests"]["cpu"] == f"{service.get('cpu_shares', 1024) * 100 // 1024}m", name


def test_users_are_those_of_compose() -> None:
    for name, service, workload in pairs():
        user, _, group = service.get("user", "10001:10001").partition(":")
        security = pod(workload)["securityContext"]
        assert (security["runAsUser"], security["runAsGroup"]) == (int(user), int(group)), name


def test_who_stops_has_the_time_that_it_has_in_compose() -> None:
    for name, service, workload in pairs():
        if name in {"asterisk", "models"}:  # the one has longer, the other ends by itself
            continue
        grace = int(service["stop_grace_period"].removesuffix("s"))
        assert pod(workload)["terminationGracePeriodSeconds"] == grace, name


def mounts(workload: dict[str, Any], kind: str) -> dict[str, tuple[str, bool]]:
    """Path → (volume, whether it is only read) of a workload's volumes of a kind."""
    volumes = {volume["name"] for volume in pod(workload).get("volumes", []) if kind in volume}
    if kind == "persistentVolumeClaim":
        volumes |= {each["metadata"]["name"] for each in workload["spec"].get("volumeClaimTemplates", [])}
    return {
        mount["mountPath"]: (mount["name"], mount.get("readOnly", False))
        for mount in container(workload).get("volumeMounts", [])
        if mount["name"] in volumes
    }


def of_compose(service: dict[str, Any]) -> tuple[dict[str, tuple[str, bool]], set[str]]:
    """Its volumes as `mounts` has them, and where folders of the repository are mounted."""
    volumes, folders = {}, set()
    for each in service.get("volumes", []):
        if isinstance(each, str):
            source, target, *rest = each.split(":")
            each = {"source": source, "target": target, "read_only": bool(rest)}  # noqa: PLW2901
        if re.fullmatch(r"[a-z]+", each["source"]):
            volumes[each["target"]] = (each["source"], each.get("read_only", False))
        else:
            folders.add(each["target"])
    return volumes, folders - NOT_MOUNTED


def test_volumes_are_those_of_compose() -> None:
    for name, service, workload in pairs():
        volumes, folders = of_compose(service)
        assert mounts(workload, "persistentVolumeClaim") == volumes, name
        mounted = {mount["mountPath"] for mount in container(workload).get("volumeMounts", [])}
        others = mounted - volumes.keys()
        for folder in folders:
            assert any(path == folder or path.startswith(f"{folder}/") for path in others), (name, folder)
        memory = {path.split(":")[0] for path in service.get("tmpfs", [])}
        assert mounts(workload, "emptyDir").keys() == memory, name


def test_files_of_the_operators_are_objects_that_may_be_missing_and_that_the_page_tells_of() -> None:
    page = (ROOT / "docs/scaling.md").read_text()
    for name, service, workload in pairs():
        # The component ca-bundle has the other one.
        secrets = set(service.get("secrets", [])) - {"ca"}
        volumes = {volume["name"]: volume for volume in pod(workload).get("volumes", [])}
        mounts = {each["mountPath"]: each for each in container(workload).get("volumeMounts", [])}
        assert ("/run/secrets" in mounts) is bool(secrets), name
        for secret in secrets:
            mount = mounts["/run/secrets"]
            theirs = secret.replace("_", "-")
            assert mount["readOnly"] is True, name
            assert volumes[mount["name"]]["secret"] == {"secretName": theirs, "optional": True}, name
            assert f"| Secret `{theirs}` | `{secret}`, " in page
        for each in (volume.get("configMap", {}) for volume in volumes.values()):
            assert not each.get("optional") or f"| ConfigMap `{each['name']}` | " in page, name


def test_the_networks_are_those_of_compose() -> None:
    for name, service, workload in pairs():
        assert networks(workload) == set(service["networks"]), name


def test_what_is_published_and_what_is_scraped_has_a_port_of_a_service() -> None:
    ports = {
        name: {port["port"] for port in service["spec"]["ports"]}
        for name, service in named(objects(BASE), "Service").items()
    }
    for name, service, _ in pairs():
        for port in service.get("ports", []):
            inner = port.rsplit(":", 1)[1].split("/")[0]
            # Asterisk's are those of its machine, and the range for RTP is in no Service.
            if name != "asterisk":
                assert int(inner) in ports[name], name
    configuration = yaml.safe_load((ROOT / "prometheus/prometheus.yml").read_text())
    for job in configuration["scrape_configs"]:
        for found in job.get("dns_sd_configs", []):
            assert all(found["port"] in ports[name] for name in found["names"]), job["job_name"]
        for target in (t for static in job.get("static_configs", []) for t in static["targets"]):
            name, port = target.split(":")
            assert name == "localhost" or int(port) in ports[name], target


def test_copies_are_found_by_name_each_for_itself() -> None:
    """Prometheus looks up every address behind a name, also of those that are not ready."""
    configuration = yaml.safe_load((ROOT / "prometheus/prometheus.yml").read_text())
    services = named(objects(BASE), "Service")
    for job in configuration["scrape_configs"]:
        for name in (name for found in job.get("dns_sd_configs", []) for name in found["names"]):
            assert services[name]["spec"]["clusterIP"] == "None", name
            assert services[name]["spec"]["publishNotReadyAddresses"] is True, name


def test_every_service_has_pods_that_it_means() -> None:
    labels = {n: w["spec"]["template"]["metadata"]["labels"] for n, w in workloads(objects(BASE)).items()}
    for name, service in named(objects(BASE), "Service").items():
        meant = [n for n, own in labels.items() if service["spec"]["selector"].items() <= own.items()]
        assert meant == [name]
