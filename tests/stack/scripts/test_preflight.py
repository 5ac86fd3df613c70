"""What would keep the stack from starting is said before."""

import os
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.stack.scripts.run import Run, run


@contextmanager
def listening(kind: socket.SocketKind) -> Iterator[int]:
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("0.0.0.0", 0))
        if kind == socket.SOCK_STREAM:
            taken.listen()
        yield taken.getsockname()[1]


def preflight(env_file: Path, **environ: str) -> Run:
    # A project of its own: a running stack would hold its ports by right.
    surroundings = {"DISK_GB": "0", "PROJECT": "parley-nowhere", "ENV_FILE": str(env_file), **environ}
    # High ports that nobody else here has.
    surroundings = {
        "SIP_PORT": "15060",
        "SIP_TLS_PORT": "15061",
        "RTP_START": "15100",
        "RTP_END": "15399",
    } | surroundings
    surroundings = {
        "GRAFANA_PORT": "15400",
        "PROMETHEUS_PORT": "15401",
        "API_PORT": "15402",
        "CHAT_PORT": "15403",
        "CONSOLE_PORT": "15404",
    } | surroundings
    return run("scripts/setup/preflight.sh", **surroundings)


def test_nothing_stands_in_the_way(env_file: Path) -> None:
    done = preflight(env_file)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("kind", "protocol"), [(socket.SOCK_DGRAM, "udp"), (socket.SOCK_STREAM, "tcp")])
def test_a_port_that_is_taken(env_file: Path, kind: socket.SocketKind, protocol: str) -> None:
    with listening(kind) as port:
        done = preflight(env_file, SIP_PORT=str(port))
    assert done.returncode == 1
    assert f"port {port}/{protocol} is taken by" in done.stderr
    assert f"(process {os.getpid()})" in done.stderr
    assert "pytest" in done.stderr
    assert "give SIP_PORT another value" in done.stderr


def test_of_the_rtp_range_one_port_is_named(env_file: Path) -> None:
    with listening(socket.SOCK_DGRAM) as port:
        done = preflight(env_file, RTP_START=str(port - 10), RTP_END=str(port + 10))
    assert done.stderr.count("is taken by") == 1
    assert f"port {port}/udp" in done.stderr
    assert "give RTP_START another value" in done.stderr


def test_no_disk(env_file: Path, docker: Callable[[str, str], dict[str, str]]) -> None:
    done = preflight(env_file, **docker("info", "/\n"), DISK_GB="1000000")
    assert done.returncode == 1
    assert re.search(r"only \d+ GB of disk are free at /; 1000000 GB are needed", done.stderr)


def test_little_memory_is_a_warning(env_file: Path, docker: Callable[[str, str], dict[str, str]]) -> None:
    done = preflight(env_file, **docker("info", "2000000000\n"))
    assert "Docker has 2000 MB of memory" in done.stderr
    assert done.returncode == 0


def test_an_address_that_this_machine_lost(env_file: Path) -> None:
    done = preflight(env_file, PUBLIC_IP="192.168.254.253")
    assert "PUBLIC_IP=192.168.254.253 is not an address of this machine" in done.stderr
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("files", "user", "in_force", "told"),
    [
        ("docker-compose.yml:compose.host.yml", 0, False, True),
        ("docker-compose.yml:compose.host.yml", 0, True, False),
        ("docker-compose.yml:compose.host.yml", 1000, False, False),
        ("docker-compose.yml", 0, False, False),
    ],
)
def test_on_the_hosts_network_a_firewall_that_is_not_in_force_is_told(
    env_file: Path, tmp_path: Path, files: str, user: int, in_force: bool, told: bool
) -> None:
    for name, text in (("nft", f"exit {0 if in_force else 1}"), ("id", f"echo {user}")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    done = preflight(
        env_file, COMPOSE_FILE=files, REDIS_PORT="15405", PATH=f"{tmp_path}:{os.environ['PATH']}"
    )
    assert done.returncode == 0, done.stderr
    assert ("neighbours with a route to 172.29.80.0/24" in done.stderr) == told
