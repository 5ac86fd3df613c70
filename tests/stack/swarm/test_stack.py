"""The stack for Swarm: what Compose has, said so that Swarm takes it, and no password where it could be read."""

import json
import os
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deploy.swarm.stack import LEFT_OUT, UnfitError, translate
from tests.stack.swarm.stacks import GIVEN, PROJECT, ROOT, at_home, compose, made, plain, services, settings

WITH_CALLS = ("gateway", "gateway-2")
TELEPHONY = "asterisk"
WORKERS = {"stt", "agent", "llm", "canary", "tracing", "models"}
CELL = f"node.labels.parley.cell=={PROJECT}"
THERE = "node.labels.parley.asterisk==true"
HIDDEN = re.compile(r"PASSWORD|(_KEY|_TOKEN|_SECRET|AUTHORIZATION|HEADERS|ALERT_WEBHOOK_URL|HEARTBEAT_URL)$")


def test_every_service_is_there() -> None:
    assert services().keys() == at_home().keys()
    assert compose(profiles=())["services"].keys() == {
        name for name, service in at_home().items() if "profiles" not in service
    }


def test_swarm_takes_it(tmp_path: Path) -> None:
    (tmp_path / "stack.json").write_text(json.dumps(made().document))
    (tmp_path / "secrets").mkdir()
    for name, content in made().secrets.items():
        (tmp_path / "secrets" / name).write_bytes(content)
    done = subprocess.run(
        ["docker", "stack", "config", "--compose-file", str(tmp_path / "stack.json")],
        env={"PATH": os.environ["PATH"], "HOME": "/tmp"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for name, service in services().items():
        assert not service.keys() & LEFT_OUT.keys(), name
        assert "tmpfs" not in service, name


def test_only_telephony_is_published_and_on_its_own_machine() -> None:
    with_ports = {name: service["ports"] for name, service in services().items() if "ports" in service}
    assert with_ports.keys() == {TELEPHONY, "turn"}
    for name, ports in with_ports.items():
        theirs = plain()["services"][name]["ports"]
        assert {(p["protocol"], p["published"], p["target"], p["mode"]) for p in ports} == {
            (p["protocol"], int(p["published"]), p["target"], "host") for p in theirs
        }
    assert len(with_ports[TELEPHONY]) >= 300


def test_names_lead_to_containers_on_machines_of_the_cell() -> None:
    for name, service in services().items():
        assert service["deploy"]["endpoint_mode"] == "dnsrr", name
        constraints = service["deploy"]["placement"]["constraints"]
        assert constraints == ([CELL] if name in WORKERS else [CELL, THERE]), name


def test_what_is_kept_is_on_asterisks_machine() -> None:
    for name, service in services().items():
        for mount in service.get("volumes", []):
            if mount["type"] == "volume" and mount["source"] not in {"models", "llm"}:
                assert name not in WORKERS, mount


def test_what_starts_again_and_what_is_done_once() -> None:
    for name, service in services().items():
        once = name == "models"
        assert service["deploy"].get("mode") == ("global-job" if once else None), name
        assert service["deploy"]["restart_policy"]["condition"] == ("on-failure" if once else "any"), name


def test_limits_are_those_of_compose() -> None:
    for name, service in plain()["services"].items():
        deploy = services()[name]["deploy"]
        assert deploy["resources"] == service["deploy"]["resources"], name
        assert deploy["resources"]["limits"].keys() == {"memory", "pids"}, name
        assert deploy.get("replicas") == service["deploy"].get("replicas"), name
        for key in ("read_only", "init", "cap_drop", "cap_add", "user", "logging"):
            assert services()[name].get(key) == service.get(key), (name, key)


def test_calls_have_time_to_end() -> None:
    for name in (*WITH_CALLS, "stt", "agent"):
        assert services()[name]["deploy"]["update_config"]["order"] == "start-first", name
        assert services()[name]["stop_grace_period"] == plain()["services"][name]["stop_grace_period"], name
    asterisk = services()[TELEPHONY]
    assert asterisk["entrypoint"][-2:] == ["/opt/parley/gracefully", "/opt/parley/entrypoint"]
    assert asterisk["stop_grace_period"] == "10m0s"
    longer = compose(DRAIN_S="1200")["services"][TELEPHONY]["stop_grace_period"]
    assert longer == "20m0s"
    # Two of them have not room on one machine's ports.
    assert "update_config" not in asterisk["deploy"]


def test_no_password_can_be_read() -> None:
    told = {name: f"leak{name}" for name, _ in settings() if HIDDEN.search(name)}
    told |= {"HTTPS_PROXY": "http://me:leakproxy@proxy:3128"}
    config = compose(**told)
    assert "leakproxy" in json.dumps(config)
    assert json.dumps(config).count("leak") > 20
    assert "leak" not in json.dumps(translate(config, GIVEN).document)
    everything = json.dumps(made().document)
    for name, value in settings():
        # Whether there are passwords is none.
        hidden = HIDDEN.search(name) and value not in ("", "true", "false")
        assert not hidden or value not in everything, name


def test_a_service_finds_in_its_file_what_compose_gives_it() -> None:
    for name, service in plain()["services"].items():
        told = service.get("environment") or {}
        theirs = {key: value for key, value in told.items() if value is not None}
        content = made().secrets.get(f"settings-{name}", b"").decode()
        hidden = dict(line.split("=", 1) for line in content.splitlines())
        assert services()[name].get("environment", {}) | hidden == theirs, name
        granted = {each["source"]: each["target"] for each in services()[name].get("secrets", [])}
        assert granted.pop(f"settings-{name}", None) == ("settings" if hidden else None), name
        assert granted == {"ca": "ca"} or not granted, name
        before = services()[name].get("entrypoint", [""])[0]
        assert (before == "/opt/parley/with-settings") is bool(hidden), name
    assert b"REDIS_URL=redis://gateway:" in made().secrets["settings-gateway"]


def test_a_dollar_in_a_password_is_one() -> None:
    config = compose(SMS_TOKEN="'two$$dollars'")
    assert b"SMS_TOKEN=two$$dollars\n" in translate(config, GIVEN).secrets["settings-chat"]


def test_what_says_that_it_is_not_ready_is_not_ended_for_it() -> None:
    for name, service in at_home().items():
        asked = " ".join(service["healthcheck"].get("test", []))
        here = services()[name]["healthcheck"].get("test", [])
        ends_itself = asked == "CMD healthcheck" or "/opt/parley/unanswered" in asked
        assert (here[1:2] == ["/opt/parley/alive"]) is ends_itself, name
        if ends_itself:
            start = services()[name]["healthcheck"]["start_period"]
            assert re.fullmatch(r"(10|60)m0s|1h0m0s", start), name
    redis = services()["redis"]["healthcheck"]["test"]
    assert redis[:5] == ["CMD", "/opt/parley/alive", "/opt/parley/with-settings", "sh", "-c"]
    assert "$$REDIS_PASSWORD" in redis[5]


def test_memory_that_belongs_to_somebody_does() -> None:
    volumes = made().document["volumes"]
    for name, service in plain()["services"].items():
        mounts = {each["target"]: each for each in services()[name].get("volumes", [])}
        for entry in service.get("tmpfs", []):
            target, _, options = entry.partition(":")
            if "uid=" in options:
                drive = volumes[mounts[target]["source"]]["driver_opts"]
                assert drive["type"] == "tmpfs"
                assert drive["o"].startswith(options), name
                # Two containers would share it.
                assert service["deploy"].get("replicas", 1) == 1, name
                assert "update_config" not in service["deploy"], name
            else:
                assert mounts[target]["type"] == "tmpfs", name


def test_networks_reach_from_machine_to_machine() -> None:
    networks, theirs = made().document["networks"], plain()["networks"]
    assert {name for name, each in networks.items() if each.get("internal")} == {
        name for name, each in theirs.items() if each.get("internal")
    }
    for name, each in networks.items():
        assert each.keys() <= {"name", "driver", "internal"}, name
        assert each["driver"] == "overlay", name
    for name, service in plain()["services"].items():
        assert services()[name]["networks"] == service["networks"], name
    assert services()["gateway-2"]["networks"]["edge"] == {"aliases": ["gateway"]}


def test_another_content_is_another_secret_and_what_is_empty_is_none() -> None:
    names = [
        translate(plain(), replace(GIVEN, files={"ca": content})).document["secrets"]["ca"]["name"]
        for content in (b"one", b"other")
    ]
    assert len(set(names)) == 2
    assert all(name.startswith(f"{PROJECT}_ca_") for name in names)
    without = translate(plain(), replace(GIVEN, files={"ca": b""}))
    assert "ca" not in without.document["secrets"]
    granted = [each for service in services(without).values() for each in service.get("secrets", [])]
    assert granted
    assert not [each for each in granted if each["source"] == "ca"]


def test_an_image_built_anew_is_taken_over_and_may_come_from_a_registry() -> None:
    assert services()["gateway"]["labels"] == {"parley.image": "sha256:1"}
    assert "labels" not in services()["stt"]
    stack = translate(plain(), replace(GIVEN, registry="registry.example/parley"))
    assert services(stack)["stt"]["image"] == "registry.example/parley/parley-stt:latest"
    assert services(stack)["redis"]["image"] == plain()["services"]["redis"]["image"]


def test_machines_of_workers_need_their_images_and_files_alone() -> None:
    images = {each.split(":")[0] for each in made().worker_images()}
    assert images == {f"parley-{name}" for name in WORKERS - {"canary"} | {"caller"}}
    found = [Path(path).relative_to(ROOT) for path in made().worker_files()]
    assert [str(path) for path in found] == [
        "agents",
        "scripts/inside/alive",
        "scripts/inside/unanswered",
        "scripts/inside/with-settings",
        "secrets",
    ]


def with_service(**changed: Any) -> dict[str, Any]:
    config = plain()
    return {**config, "services": {"stt": {**config["services"]["stt"], **changed}}}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"network_mode": "host"}, "stt: network_mode is not known to Swarm"),
        ({"deploy": {}}, "stt: deploy.placement is missing"),
        ({"command": None}, "stt: command must be said in compose.swarm.yml"),
        ({"tmpfs": ["/run:mode=0700"]}, "stt: tmpfs /run:mode=0700 has an owner or a mode"),
        ({"environment": {"STT_API_KEY": "two\nlines"}}, "stt: STT_API_KEY must be one line"),
    ],
)
def test_what_swarm_has_not_is_named(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(UnfitError, match=re.escape(said)):
        translate(with_service(**changed), GIVEN)


@pytest.mark.parametrize(("overlay", "said"), [("host", "network_mode"), ("gpu", "no GPU")])
def test_overlays_that_do_not_go_with_it_are_refused(overlay: str, said: str) -> None:
    with pytest.raises(UnfitError, match=said):
        translate(compose(overlay), GIVEN)


def test_without_a_registry_it_goes() -> None:
    stack = translate(compose("airgap"), GIVEN)
    assert services(stack)["redis"]["image"].startswith("parley-redis:")
    assert "grafana" not in services(stack)


def test_with_the_database_of_all_cells_records_get_there_and_its_password_is_hidden() -> None:
    told = {"DATABASE_URL": "postgresql://parley:secret@10.0.0.5/parley", "CELL_NAME": "berlin"}
    stack = translate(compose("database", **told), GIVEN)
    assert "postgresql" not in services(stack)
    for name in ("records", "api"):
        assert "archive" in services(stack)[name]["networks"]
        assert b"DATABASE_URL=postgresql://parley:secret@" in stack.secrets[f"settings-{name}"]
    assert "secret@" not in json.dumps(stack.document)
    assert stack.document["networks"]["archive"].get("driver", "overlay") == "overlay"
