"""Who reaches whom: nobody from outside, and within only who has a reason to; looked at from containers of our own."""

import os
import re
import secrets
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import docker
import pytest
from docker.models.containers import Container
from docker.models.networks import Network

from tests.e2e.stack import addresses, containers, gateways

pytestmark = pytest.mark.stack

PROJECT = os.environ.get("COMPOSE_PROJECT_NAME", "")
REACHED = {
    "edge": {"asterisk", "turn", "gateway", "gateway-2", "api", "chat", "prometheus"},
    "bus": {
        "redis",
        "gateway",
        "gateway-2",
        "stt",
        "agent",
        "records",
        "api",
        "chat",
        "webhooks",
        "prometheus",
    },
    "model": {"llm", "agent", "prometheus"},
    "probe": {"agent"},
    "board": {"prometheus", "host-metrics", "alertmanager", "api", "chat"},
    "egress": {"stt", "agent", "webhooks", "alertmanager"},
}
SOMETIMES = {"canary", "grafana", "tracing"}
"""Not in every stack under test."""
EPHEMERAL = 32_768
OPEN = {"tcp": "0A", "udp": "07"}
"""How the kernel writes that a socket listens, or receives from everybody."""
KNOCK = """
import asyncio, sys
async def knock(where):
    host, port = where.split(":")
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(host, int(port)), 20)
    except ConnectionRefusedError:
        print(where, "refused")
    except OSError:
        return
    else:
        print(where, "open")
        writer.close()
async def all_of_them():
    await asyncio.gather(*map(knock, sys.argv[1:]))
asyncio.run(all_of_them())
"""
"""Prints those of its arguments, `address:port`, where anything came back, and whether it was a refusal."""


def of_the_stack() -> dict[str, list[Container]]:
    """The containers that run, by service, but for this one."""
    label = f"com.docker.compose.project={PROJECT}"
    found: dict[str, list[Container]] = {}
    for container in docker.from_env().containers.list(filters={"label": label}):
        service = container.labels["com.docker.compose.service"]
        if service != "tests":
            found.setdefault(service, []).append(container)
    return found


def sockets(container: Container, protocol: str) -> set[tuple[str, int]]:
    """Where it listens or receives, as (address, port); loopback is left out. See proc_net_tcp in the kernel."""
    told = container.exec_run(["cat", f"/proc/net/{protocol}", f"/proc/net/{protocol}6"]).output.decode()
    found = set()
    for host, port, state in re.findall(r"\d+: ([0-9A-F]+):([0-9A-F]{4}) \S+ ([0-9A-F]{2}) ", told):
        packed = bytes.fromhex(host)
        address = socket.inet_ntoa(packed[::-1]) if len(packed) == 4 else "::"
        if not address.startswith("127.") and state == OPEN[protocol]:
            found.add((address, int(port, 16)))
    return found


def answers(network: str, targets: list[str]) -> dict[str, str]:
    """What comes back to a container that is on one network only: "open" or "refused", by target."""
    client = docker.from_env()
    image = client.containers.get(socket.gethostname()).image.id
    told: bytes = client.containers.run(
        image, ["python", "-c", KNOCK, *targets], network=network, remove=True
    )
    return dict(line.split() for line in told.decode().splitlines())


@contextmanager
def network(**options: Any) -> Iterator[Network]:
    made = docker.from_env().networks.create(f"{PROJECT}-{secrets.token_hex(4)}", **options)
    try:
        yield made
    finally:
        made.remove()


def test_nobody_reaches_the_stack_from_outside_and_within_only_who_has_to() -> None:
    doors = {
        f"{address}:{port}": service
        for service, some in of_the_stack().items()
        for container in some
        for address in addresses(container)
        for _, port in sockets(container, "tcp")
    }

    def reached(name: str) -> set[str]:
        come_back = answers(f"{PROJECT}_{name}", list(doors))
        return {doors[where] for where, how in come_back.items() if how == "open"} - SOMETIMES

    with network() as outside, ThreadPoolExecutor() as at_once:
        from_outside = at_once.submit(answers, str(outside.name), list(doors))
        assert dict(zip(REACHED, at_once.map(reached, REACHED), strict=True)) == REACHED
        assert from_outside.result() == {}


def test_what_needs_nothing_from_outside_has_no_way_there() -> None:
    client = docker.from_env()
    for service in ("redis", "llm", "records"):
        (container,) = containers(service)
        for name in container.attrs["NetworkSettings"]["Networks"]:
            assert client.networks.get(name).attrs["Internal"], service
    (prometheus,) = containers("prometheus")
    routes = prometheus.exec_run(["cat", "/proc/net/route"]).output.decode()
    (way,) = re.findall(r"(?m)^\S+\t00000000\t([0-9A-F]{8})\t", routes)
    board = prometheus.attrs["NetworkSettings"]["Networks"][f"{PROJECT}_board"]
    assert socket.inet_ntoa(bytes.fromhex(way)[::-1]) == board["Gateway"]


def test_with_two_addresses_asterisk_gives_only_sip_to_the_outer_one() -> None:
    """As on the host's network, where the second one is the inner bridge's."""
    (running,) = containers("asterisk")
    inner_address = "10.213.77.9"
    pool = docker.types.IPAMPool(subnet="10.213.77.0/24")
    passwords = {f"SIP_PASSWORD_{user}": secrets.token_hex(12) for user in (1000, 1001, 1002)}
    with network() as outer, network(ipam=docker.types.IPAMConfig(pool_configs=[pool])) as inner:
        asterisk = docker.from_env().containers.create(
            running.image.id,
            network=outer.name,
            environment={"ARI_PASSWORD": secrets.token_hex(12), "ARI_BIND": inner_address, **passwords},
            tmpfs={"/etc/asterisk": "uid=10001,gid=10001,mode=0700"},
        )
        try:
            inner.connect(asterisk, ipv4_address=inner_address)
            asterisk.start()
            told = asterisk.exec_run(
                [
                    "timeout",
                    "60",
                    "bash",
                    "-c",
                    "until asterisk -rx 'core waitfullybooted'; do sleep 0.2; done",
                ]
            )
            assert told.exit_code == 0, told.output
            # Those of the kernel's choice are pjproject's, for the answers of DNS.
            assert {port for _, port in sockets(asterisk, "udp") if port < EPHEMERAL} == {5060}
            (outer_address,) = set(addresses(asterisk)) - {inner_address}
            ports = {port for _, port in sockets(asterisk, "tcp")}
            come_back = answers(str(outer.name), [f"{outer_address}:{port}" for port in ports])
            assert {where.split(":")[1] for where, how in come_back.items() if how == "open"} == {
                "5060",
                "5061",
            }
            assert 8088 in ports
        finally:
            asterisk.remove(force=True, v=True)


def test_gateways_hear_asterisk_only() -> None:
    """The socket of their audio is bound to the way to Asterisk, on the host's network, too."""
    for gateway in gateways():
        (host,) = {address for address, port in sockets(gateway, "udp") if port == 40_000}
        assert host == gateway.attrs["NetworkSettings"]["Networks"][f"{PROJECT}_edge"]["IPAddress"]
