"""A stack for Swarm, made of what `docker compose config --format json` says of the same services.

Swarm's idea of a Compose file is older than Compose's own, and its services differ: nothing waits for another
service, a container that is unhealthy is ended, a port is published on all addresses of a machine, and what a
service's environment holds can be read by whoever may ask a manager. What follows of that is here; where services
run, and how they are replaced, is in compose.swarm.yml.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Service = dict[str, Any]

VERSION = "3.9"
"""Of the format; the oldest that knows all that is used here."""
PINNED = "node.labels.parley.asterisk"
"""A constraint that begins so keeps a service on Asterisk's machine."""
TAKEN = {
    *("cap_add", "cap_drop", "command", "entrypoint", "extra_hosts", "hostname", "image", "init", "labels"),
    *("logging", "networks", "read_only", "stop_grace_period", "stop_signal", "ulimits", "user"),
}
MADE = {"deploy", "environment", "healthcheck", "ports", "secrets", "tmpfs", "volumes"}
"""Swarm has another way of saying it."""
LEFT_OUT = {
    "build": "images are built before",
    "cpu_shares": "Swarm gives no weight to a container",
    "depends_on": "who finds another one missing ends, and is started again",
    "profiles": "those that are off are not in it",
    "pull_policy": "given to the whole stack",
    "restart": "deploy.restart_policy",
    "security_opt": "only a machine's engine can be told so for all of its containers",
}
SECRET = re.compile(r"PASSWORD|(KEY|TOKEN|SECRET|AUTHORIZATION|HEADERS|WEBHOOK_URL|HEARTBEAT_URL)$")
WITH_PASSWORD = re.compile(r"://[^/\s]*@")
INSIDE = "/opt/parley"
"""Where services find programs of scripts/inside."""
ENDS_ITSELF = {"healthcheck", f"{INSIDE}/unanswered"}
"""Health checks that end what hangs; who only says that it is not ready has to be left alone."""
UNITS = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


class UnfitError(Exception):
    """Something of a service that Swarm has not, or that nobody has said how to translate."""

    def __init__(self, service: str, key: str, reason: str) -> None:
        super().__init__(f"{service}: {key} {reason}")


@dataclass(frozen=True)
class Given:
    """What is known beside the Compose files."""

    root: str
    """Folder of the repository, on the machines."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Contents of the operator's files by the names of their secrets; what is missing or empty is left out."""
    images: Mapping[str, str] = field(default_factory=dict)
    """Ids of images by their names, as far as they are known."""
    registry: str = ""
    """What the names of Parley's own images begin with, as registry.example/parley; empty: they are on the machines."""


@dataclass(frozen=True)
class Stack:
    """A file for `docker stack deploy`, and what its secrets hold."""

    document: dict[str, Any]
    secrets: Mapping[str, bytes]
    """Contents by name; the document looks for them in the folder `secrets` beside it."""

    def of_workers(self) -> Iterator[Service]:
        """Those that need not be on Asterisk's machine."""
        for service in self.document["services"].values():
            constraints = service["deploy"]["placement"]["constraints"]
            if not any(each.startswith(PINNED) for each in constraints):
                yield service

    def worker_images(self) -> list[str]:
        """The images that a machine of workers needs."""
        return sorted({service["image"] for service in self.of_workers()})

    def worker_files(self) -> list[str]:
        """The files and folders of the repository that a machine of workers needs, as absolute paths."""
        mounts = [mount for service in self.of_workers() for mount in service.get("volumes", [])]
        return sorted({mount["source"] for mount in mounts if mount["type"] == "bind"})


def translate(config: Mapping[str, Any], given: Given) -> Stack:
    """Make a stack of Compose's configuration; raises UnfitError for what Swarm could not do of it."""
    project = config["name"]
    secrets: dict[str, bytes] = {}
    volumes: dict[str, Any] = {name: dict(volume or {}) for name, volume in config["volumes"].items()}
    services = {}
    for name, service in config["services"].items():
        check(name, service)
        own, settings = split(name, service.get("environment") or {})
        asked = [each["source"] for each in service.get("secrets", [])]
        granted = {source: given.files[source] for source in asked if given.files.get(source)}
        secrets |= granted
        if settings:
            secrets[f"settings-{name}"] = settings
        mounts = [mount(each) for each in service.get("volumes", [])]
        memory, made = in_memory(name, service.get("tmpfs", []))
        volumes |= made
        translated = {key: value for key, value in service.items() if key in TAKEN and value is not None}
        translated |= {
            "environment": own,
            "deploy": deploy(name, service),
            "ports": ports(service),
            "secrets": [{"source": each, "target": each} for each in granted],
            "volumes": [*mounts, *memory],
        }
        services[name] = finish(name, service, translated, bool(settings), given)
    return Stack(
        {
            "version": VERSION,
            "services": services,
            "networks": {name: network(each) for name, each in config["networks"].items()},
            "volumes": volumes,
            "secrets": {name: secret(project, name, content) for name, content in secrets.items()},
        },
        secrets,
    )


def check(name: str, service: Service) -> None:
    """Raise UnfitError for a key that nobody has thought of."""
    for key, value in service.items():
        if key not in TAKEN | MADE | LEFT_OUT.keys() and value:
            raise UnfitError(name, key, "is not known to Swarm: say in deploy/swarm what becomes of it")


def split(name: str, environment: Mapping[str, str | None]) -> tuple[dict[str, str], bytes]:
    """What of an environment may be seen, and lines NAME=value of what may not."""
    own, hidden = {}, []
    for variable, value in environment.items():
        if value is None:
            continue
        if not value or not (SECRET.search(variable) or WITH_PASSWORD.search(value)):
            own[variable] = value
        elif "\n" in value:
            raise UnfitError(name, variable, "must be one line")
        else:
            hidden.append(f"{variable}={value.replace('$$', '$')}\n")
    return own, "".join(hidden).encode()


def secret(project: str, name: str, content: bytes) -> dict[str, str]:
    """A secret's declaration. It cannot be changed: another content has another name, and goes to new containers."""
    return {
        "name": f"{project}_{name}_{hashlib.sha256(content).hexdigest()[:12]}",
        "file": f"./secrets/{name}",
    }


def network(each: Mapping[str, Any]) -> dict[str, Any]:
    """A network's declaration; Compose adds an empty `ipam`."""
    return {key: value for key, value in each.items() if value and key != "ipam"}


def deploy(name: str, service: Service) -> dict[str, Any]:
    """Where and how often it runs; compose.swarm.yml has to say where."""
    told: dict[str, Any] = service.get("deploy") or {}
    if not told.get("placement", {}).get("constraints"):
        raise UnfitError(name, "deploy.placement", "is missing: say in compose.swarm.yml where it runs")
    if told.get("resources", {}).get("reservations", {}).get("devices"):
        raise UnfitError(name, "deploy.resources.reservations.devices", "is nothing that Swarm has: no GPU")
    return told


def ports(service: Service) -> list[dict[str, Any]]:
    """What is open on its machine. Swarm publishes nothing on 127.0.0.1 alone: what is there in Compose is left out."""
    return [
        {
            "target": port["target"],
            "published": int(port["published"]),
            "protocol": port["protocol"],
            "mode": "host",
        }
        for port in service.get("ports", [])
        if not port.get("host_ip", "").startswith("127.")
    ]


def mount(each: Mapping[str, Any]) -> dict[str, Any]:
    """A volume or a folder, without what Compose alone says of it."""
    kept = {key: value for key, value in each.items() if key in {"type", "source", "target", "read_only"}}
    if each.get("volume", {}).get("nocopy"):
        kept["volume"] = {"nocopy": True}
    return kept


def in_memory(name: str, entries: list[str]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Mounts for a service's `tmpfs`, and the volumes of those that must belong to somebody.

    A tmpfs of Swarm's is root's, with the mode that the folder has in the image, as /tmp. A volume whose file system
    is in memory can have another owner, and is empty whenever its container starts.
    """
    mounts: list[dict[str, Any]] = []
    volumes: dict[str, Any] = {}
    for entry in entries:
        target, _, text = entry.partition(":")
        options = dict(option.split("=") for option in text.split(",") if option)
        if "uid" in options:
            volume = f"{name}{target.replace('/', '-')}"
            volumes[volume] = {
                "driver": "local",
                "driver_opts": {"type": "tmpfs", "device": "tmpfs", "o": f"{text},noexec,nosuid,nodev"},
            }
            mounts.append({"type": "volume", "source": volume, "target": target, "volume": {"nocopy": True}})
        elif target == "/tmp" and options.keys() <= {"mode", "size"}:
            mounts.append({"type": "tmpfs", "target": target, "tmpfs": {"size": size(options["size"])}})
        else:
            raise UnfitError(name, "tmpfs", f"{entry} has an owner or a mode that Swarm could not give it")
    return mounts, volumes


def size(text: str) -> int:
    """Bytes of "64m"."""
    return int(text[:-1]) * UNITS[text[-1]]


def finish(name: str, service: Service, made: Service, has_settings: bool, given: Given) -> Service:
    """Add what stands before the service's own program and health check."""
    programs = []
    if has_settings:
        if not service.get("entrypoint") and not service.get("command"):
            raise UnfitError(name, "command", "must be said in compose.swarm.yml, as its image has it")
        made["entrypoint"] = [f"{INSIDE}/with-settings", *(service.get("entrypoint") or [])]
        made["secrets"].append({"source": f"settings-{name}", "target": "settings"})
        programs.append("with-settings")
    if health := service.get("healthcheck"):
        made["healthcheck"] = dict(health)
        if ENDS_ITSELF & set(re.split(r"\s+", " ".join(health.get("test") or []))):
            words = health["test"][1:]
            asked = ["sh", "-c", *words] if health["test"][0] == "CMD-SHELL" else words
            before = [f"{INSIDE}/with-settings"] if has_settings else []
            made["healthcheck"]["test"] = ["CMD", f"{INSIDE}/alive", *before, *asked]
            programs.append("alive")
    for program in programs:
        source = f"{given.root}/scripts/inside/{program}"
        made["volumes"].append(
            {"type": "bind", "source": source, "target": f"{INSIDE}/{program}", "read_only": True}
        )
    image = service["image"]
    if image in given.images:
        # Else an image that was built anew under the same name would change nothing.
        made["labels"] = {**made.get("labels", {}), "parley.image": given.images[image]}
    if given.registry and image.startswith("parley-"):
        made["image"] = f"{given.registry}/{image}"
    return {key: value for key, value in made.items() if value not in ([], {})}
