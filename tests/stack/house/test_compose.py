"""The Compose files: every combination of overlays merges, and every service keeps to the house's rules."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from msgspec.structs import fields

from agent.worker import DRAIN_S
from gateway.settings import GatewaySettings

ROOT = Path(__file__).parents[3]
OVERLAYS: tuple[tuple[str, ...], ...] = (
    (),
    ("host",),
    ("airgap",),
    ("airgap", "host"),
    ("test",),
    ("airgap", "test"),
    ("gpu",),
    ("gpu", "host"),
    ("sentinel",),
    ("oidc",),
    ("oidc", "host"),
    ("database",),
    ("database", "oidc", "airgap"),
)
SENTINELS = {"sentinel-1", "sentinel-2", "sentinel-3"}
# Containers for developers: they end by themselves, and are not part of the running stack.
TOOLS = {"tests", "lock"}
ONE_SHOT = {"models", "caller", "doctor", "report", "simulate"} | TOOLS
CALLERS = {"caller", "canary", "doctor"}
OF_THE_CALLERS_IMAGE = CALLERS | {"simulate"}
UIS = {"grafana", "prometheus", "api", "chat"}
GATEWAYS = ("gateway", "gateway-2")


@pytest.fixture(scope="session")
def env_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("env") / "env"
    subprocess.run(["scripts/setup/env.sh", "create", str(file)], cwd=ROOT, check=True, capture_output=True)
    return file


def merged(overlays: tuple[str, ...], env_file: Path, **environ: str) -> dict[str, Any]:
    """Return what Compose makes of the stack with `overlays`, all profiles on."""
    files = ["docker-compose.yml", *(f"compose.{name}.yml" for name in overlays)]
    command = ["docker", "compose", "--env-file", str(env_file), "--profile", "*"]
    for file in files:
        command += ["--file", file]
    # Only .env's settings: the tests container has some of its own.
    surroundings = {"PATH": os.environ["PATH"], "HOME": "/tmp", **environ}
    done = subprocess.run(
        [*command, "config"], cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "variable is not set" not in done.stderr, done.stderr
    loaded: dict[str, Any] = yaml.safe_load(done.stdout)
    return loaded


@pytest.fixture(params=OVERLAYS, ids=lambda overlays: "+".join(overlays) or "plain")
def stack(request: pytest.FixtureRequest, env_file: Path) -> dict[str, Any]:
    return merged(request.param, env_file)


def services(stack: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: service for name, service in stack["services"].items() if name not in TOOLS}


def test_recognition_and_the_language_model_get_the_gpu_and_nobody_else(env_file: Path) -> None:
    stack = merged(("gpu",), env_file)
    with_gpu = {
        name
        for name, service in stack["services"].items()
        for device in service.get("deploy", {})
        .get("resources", {})
        .get("reservations", {})
        .get("devices", [])
        if device["driver"] == "nvidia" and device["capabilities"] == ["gpu"]
    }
    assert with_gpu == {"stt", "llm"}
    assert stack["services"]["stt"]["environment"]["STT_DEVICE"] == "cuda"
    assert stack["services"]["stt"]["build"]["args"]["VARIANT"] == "-gpu"
    assert (ROOT / "requirements" / "stt-gpu.txt").is_file()
    assert stack["services"]["llm"]["build"]["args"]["BACKEND"] == "vulkan"


def test_every_service_is_confined(stack: dict[str, Any]) -> None:
    for name, service in services(stack).items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["read_only"] is True, name
        assert service["deploy"]["resources"]["limits"]["memory"], name
        assert service["deploy"]["resources"]["limits"]["pids"], name
        assert service["logging"]["options"]["max-size"], name
        assert not service.get("privileged"), name
        # They have their capability by a file, which no-new-privileges would undo.
        if name in OF_THE_CALLERS_IMAGE:
            assert service["cap_add"] == ["NET_RAW"]
        else:
            assert "cap_add" not in service, name
            assert service["security_opt"] == ["no-new-privileges:true"], name


def test_every_service_says_when_it_is_ready(stack: dict[str, Any]) -> None:
    for name, service in services(stack).items():
        if name in ONE_SHOT:
            assert service["restart"] == "no", name
        else:
            assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL"), name
            assert service["restart"] == "unless-stopped", name


def test_nothing_waits_for_less_than_health(stack: dict[str, Any]) -> None:
    for name, service in services(stack).items():
        for other, wait in service.get("depends_on", {}).items():
            assert wait["condition"] == "service_healthy", f"{name} on {other}"


@pytest.mark.parametrize(
    "setting",
    [
        {"LLM_BASE_URL": "https://api.example/v1"},
        {"LLM_API_KEY": "another-key"},
        {"LLM_MODEL_FILE": "another.gguf"},
        {"LLM_FALLBACK": "true"},
        {"TTS_VOICE": "another"},
        {"CALLER_VOICE": "another"},
    ],
    ids=lambda setting: next(iter(setting)),
)
def test_no_call_ends_for_another_model_or_voice(env_file: Path, setting: dict[str, str]) -> None:
    """Compose makes a container anew whose settings have changed, and all that depend on it."""
    before, after = (services(merged((), env_file, **environ)) for environ in ({}, setting))
    anew = {name for name in after if before[name] != after[name]}
    assert anew
    while more := {n for n, s in after.items() if anew & s.get("depends_on", {}).keys()} - anew:
        anew |= more
    assert anew.isdisjoint({"asterisk", *GATEWAYS, "stt", "redis"}), anew


def test_only_telephony_is_open_to_the_outside(stack: dict[str, Any]) -> None:
    for name, service in services(stack).items():
        for port in service.get("ports", []):
            if name == "edge" and port["host_ip"] == "127.0.0.1":
                assert port["target"] == 9101
            elif name in {"asterisk", "edge", "turn"}:
                assert int(port["published"]) == port["target"] not in {8088, 9101}
            else:
                assert name in {*UIS, "redis", "postgresql"}
                assert port["host_ip"] == "127.0.0.1", name


def test_settings_that_an_older_env_lacks_have_defaults(env_file: Path, tmp_path: Path) -> None:
    older = tmp_path / "env"
    needed = re.compile(r"\w*(?:PASSWORD|SECRET)\w*=|GATEWAY_ID=")
    older.write_text("".join(line for line in env_file.open() if needed.match(line)))
    assert merged((), older)["services"]["api"]["environment"]["TURN_URLS"] == ""


@pytest.mark.parametrize(
    ("service", "setting"),
    [("records", "PRICES"), ("api", "RECORDINGS_IDENTITY"), ("api", "CONSOLE_OIDC_CLIENT_SECRET")],
)
def test_another_file_makes_its_service_anew(env_file: Path, service: str, setting: str) -> None:
    # Compose compares what stands under the service; the file of a secret stands elsewhere.
    one, other = (merged(("oidc",), env_file, **{setting: file})["services"][service] for file in "ab")
    assert one != other


def test_secrets_go_only_where_they_are_used(stack: dict[str, Any]) -> None:
    holders: dict[str, set[str]] = {}
    for name, service in services(stack).items():
        for variable in service.get("environment") or {}:
            holders.setdefault(variable, set()).add(name)
    assert holders["ARI_PASSWORD"] == {"asterisk", "gateway", "gateway-2", "doctor", "chat"}
    # Asterisk has those of users and of the trunk in a file: they change while calls go on.
    assert holders["SIP_PASSWORD_1001"] == {"caller"}
    assert holders["SIP_PASSWORD_CANARY"] == {"caller", "canary"}
    assert holders["SIP_PASSWORD_WEB"] == {"api"}
    assert holders["TURN_SECRET"] == {"api", "turn"}
    assert "TRUNK_PASSWORD" not in holders
    assert holders["SMTP_PASSWORD"] == holders["ALERT_WEBHOOK_URL"] == {"alertmanager"}
    assert holders["REDIS_PASSWORD"] - SENTINELS - {"redis-2"} == {"redis"}
    assert holders["DATABASE_URL"] == {"records", "api"}
    assert holders.get("DATABASE_PASSWORD", {"postgresql"}) == {"postgresql"}
    assert holders["LLM_API_KEY"] == {"agent", "llm"}
    assert holders["SMS_TOKEN"] == {"chat", "webhooks"}
    assert holders["SMS_SECRET"] == {"chat"}
    assert holders["SMS_AUTHORIZATION"] == {"webhooks"}


def test_browsers_are_told_of_a_turn_server_here_or_of_those_elsewhere(env_file: Path) -> None:
    told = {
        (host, urls): merged((), env_file, TURN_HOST=host, TURN_URLS=urls, TURN_PORT="3500")["services"][
            "api"
        ]["environment"]["TURN_URLS"]
        for host in ("", "parley.example")
        for urls in ("", "turns:elsewhere.example")
    }
    here = "turn:parley.example:3500?transport=udp,turn:parley.example:3500?transport=tcp"
    assert told == {
        ("", ""): "",
        ("", "turns:elsewhere.example"): "turns:elsewhere.example",
        ("parley.example", ""): here,
        ("parley.example", "turns:elsewhere.example"): "turns:elsewhere.example",
    }


def test_the_models_are_only_written_by_the_models_container(stack: dict[str, Any]) -> None:
    for name, service in services(stack).items():
        for volume in service.get("volumes", []):
            if volume.get("source") == "models" and name != "models":
                assert volume["read_only"] is True, name


def test_a_test_stack_publishes_nothing(env_file: Path) -> None:
    for overlays in (("test",), ("airgap", "test")):
        stack = merged(overlays, env_file)
        assert stack["name"] == "parley-test"
        assert [name for name, service in stack["services"].items() if service.get("ports")] == []


def test_with_sentinels_every_service_asks_them_where_redis_is(env_file: Path) -> None:
    stack, before = (merged(overlays, env_file)["services"] for overlays in (("sentinel",), ()))
    for name, service in before.items():
        if url := (service.get("environment") or {}).get("REDIS_URL"):
            by_sentinel = url.replace("redis://", "redis+sentinel://").replace("redis:6379", "sentinel")
            assert stack[name]["environment"]["REDIS_URL"] == by_sentinel, name
    assert [stack[name]["environment"]["NAME"] for name in sorted(SENTINELS)] == sorted(SENTINELS)
    assert {mount["source"] for mount in stack["redis-2"]["volumes"] if mount["target"] == "/data"} == {
        "redis-2"
    }


def test_the_database_of_all_cells_is_published_where_it_is_said_and_starts_by_itself_alone(
    env_file: Path,
) -> None:
    stack = merged(("database",), env_file, DATABASE_ADDRESS="10.0.0.5", DATABASE_PORT="5433")["services"]
    (port,) = stack["postgresql"]["ports"]
    assert (port["host_ip"], port["published"], port["target"]) == ("10.0.0.5", "5433", 5432)
    assert stack["postgresql"]["profiles"] == ["database"]
    assert not any("postgresql" in service.get("depends_on", {}) for service in stack.values())


def test_a_cluster_publishes_nothing_and_leaves_the_models_alone(env_file: Path) -> None:
    stack = merged(("bench", "cluster"), env_file, PUBLIC_IP="10.79.0.11")
    parts = ("asterisk", "edge", "gateway", "gateway-2", "redis", "stt", "agent", "bench")
    assert [name for name in parts if stack["services"][name].get("ports")] == []
    joined = {name for name in parts if "cluster" in stack["services"][name]["networks"]}
    assert joined == {"asterisk", "edge", "bench"}
    assert stack["services"]["asterisk"]["networks"]["cluster"]["ipv4_address"] == "10.79.0.11"
    assert set(stack["services"]["agent"]["networks"]) == set(stack["services"]["stt"]["networks"]) == {"bus"}
    assert stack["volumes"]["models"]["external"] is True


def test_without_a_registry_no_image_is_pulled(env_file: Path) -> None:
    for name, service in services(merged(("airgap",), env_file)).items():
        assert "build" in service or name == "grafana", name
    assert merged(("airgap",), env_file)["services"]["grafana"]["profiles"] == ["grafana"]


def test_on_the_host_network_only_sip_and_rtp_listen_outside(env_file: Path) -> None:
    stack = merged(("host",), env_file, BRIDGE_SUBNET="10.99.1")["services"]
    assert {stack[name]["network_mode"] for name in ("asterisk", *GATEWAYS)} == {"host"}
    assert "ports" not in stack["asterisk"]
    assert stack["asterisk"]["environment"]["ARI_BIND"] == "10.99.1.1"
    for name in GATEWAYS:
        assert stack[name]["environment"]["ARI_URL"] == "http://10.99.1.1:8088"
        assert stack[name]["environment"]["METRICS_HOST"] == "10.99.1.1"
    for name in ("prometheus", "api", "caller", "canary", "doctor", "simulate"):
        assert stack[name]["extra_hosts"] == ["asterisk=10.99.1.1", "gateway=10.99.1.1"], name


def test_every_service_is_on_the_networks_that_it_needs_and_no_other(stack: dict[str, Any]) -> None:
    on: dict[str, set[str]] = {}
    for name, service in services(stack).items():
        if service.get("network_mode") == "host":
            assert name in {"asterisk", *GATEWAYS}
            continue
        for network in service["networks"]:
            on.setdefault(network, set()).add(name)
    host = {"asterisk", *GATEWAYS} if stack["services"]["asterisk"].get("network_mode") else set()
    carrier = {"carrier"} & stack["services"].keys()  # of tests alone
    assert on == {
        "edge": {"asterisk", "turn", *GATEWAYS, "prometheus", "api", "chat", *OF_THE_CALLERS_IMAGE, *carrier}
        - host,
        "front": {"edge"},
        "bus": {
            *("redis", *GATEWAYS, "stt", "agent", "records", "api"),
            *("chat", "webhooks", "tracing", "doctor", "simulate", "prometheus"),
            *({"redis-2", *SENTINELS} & stack["services"].keys()),
        }
        - host,
        "model": {"llm", "agent", "doctor", "simulate", "prometheus"},
        "probe": {"agent", "canary"},
        "board": {"prometheus", "grafana", "alertmanager", "host-metrics", "doctor", "api", "chat"},
        "egress": {"stt", "agent", "webhooks", "tracing", "models", "alertmanager", "report", "simulate"},
        **({"loopback": {"redis"}} if host else {}),
        **({"accounts": {"api"}} if "accounts" in stack["networks"] else {}),
        **({"archive": {"records", "api", "postgresql"}} if "archive" in stack["networks"] else {}),
    }
    internal = {name for name, network in stack["networks"].items() if network.get("internal")}
    assert internal == {"bus", "model", "probe"}


def test_what_is_published_on_loopback_has_its_default_route_where_nothing_leaves(
    stack: dict[str, Any],
) -> None:
    """Docker takes the first by name of a container's networks that are not internal."""
    networks = stack["networks"]
    for name, service in services(stack).items():
        if {port["host_ip"] for port in service.get("ports", [])} == {"127.0.0.1"}:
            first = min(n for n in service["networks"] if not networks[n].get("internal"))
            if out := {"accounts", "archive"} & set(service["networks"]):
                assert first == min(out)  # who asks a provider, or the database of all cells, gets there
                continue
            translates = networks[first]["driver_opts"]["com.docker.network.bridge.enable_ip_masquerade"]
            assert translates == "false", name


def test_the_rtp_range_is_big_enough_for_60_calls(env_file: Path) -> None:
    ports = merged((), env_file)["services"]["asterisk"]["ports"]
    assert sum(port["protocol"] == "udp" and port["target"] != 5060 for port in ports) >= 60 * 4


def test_a_gateway_has_time_to_serve_its_calls_to_their_end(env_file: Path) -> None:
    longest = (
        next(field for field in fields(GatewaySettings) if field.name == "drain_s").type.__metadata__[0].le
    )
    stack = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    for name in GATEWAYS:
        assert int(stack[name]["stop_grace_period"].removesuffix("s")) >= longest + 60


def test_gateways_are_alike_and_found_under_one_name(env_file: Path) -> None:
    stack = merged((), env_file, GATEWAY_ID="shop")["services"]
    first, second = (dict(stack[name]) for name in GATEWAYS)
    assert second.pop("networks") == {key: {"aliases": ["gateway"]} for key in ("bus", "edge")}
    assert first.pop("networks").keys() == {"bus", "edge"}
    names = [each["environment"].pop("GATEWAY_ID") for each in (first, second)]
    assert names == ["shop", "shop-2"]  # and without a name of theirs, those of their hosts
    assert merged((), env_file)["services"]["gateway-2"]["environment"]["GATEWAY_ID"] == ""
    assert first == second


def test_gateways_on_one_host_have_ports_and_names_of_their_own(env_file: Path) -> None:
    stack = merged(("host",), env_file)["services"]
    first, second = (stack[name]["environment"] for name in GATEWAYS)
    assert stack["gateway-2"]["network_mode"] == "host"
    for name in ("GATEWAY_ID", "METRICS_PORT", "MEDIA_PORT"):
        assert second[name] != first.get(name), name
    targets = yaml.safe_load((ROOT / "prometheus/host/gateway.yml").read_text())[0]["targets"]
    assert targets == ["gateway:9100", f"gateway:{second['METRICS_PORT']}"]
    assert f"SECOND_MEDIA_PORT={second['MEDIA_PORT']} " in (ROOT / "scripts/setup/firewall.sh").read_text()


def test_workers_have_time_for_the_job_in_hand(env_file: Path) -> None:
    services = merged((), env_file)["services"]
    for name in ("agent", "stt"):
        assert int(services[name]["stop_grace_period"].removesuffix("s")) > DRAIN_S
