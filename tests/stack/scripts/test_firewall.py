"""The rules for the host's firewall: what they say, and in network namespaces of their own what they do."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.stack.scripts.run import run

SCRIPT = "scripts/setup/firewall.sh"
HOST, PHONE, STRANGER = "pf-host", "pf-phone", "pf-stranger"
ADDRESS = "10.77.1.1"


def rules(env_file: Path, **settings: str) -> str:
    done = run(SCRIPT, "print", ENV_FILE=str(env_file), **settings)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_everybody_may_try_unless_addresses_are_told(env_file: Path) -> None:
    assert "elements = { 0.0.0.0/0 }" in rules(env_file)
    told = rules(env_file, SIP_ALLOW_NETS="192.0.2.0/24, 198.51.100.7", TRUNK_HOST="203.0.113.5:5070")
    assert "elements = { 192.0.2.0/24,198.51.100.7,203.0.113.5 }" in told


def test_the_ports_are_those_of_the_settings(
    env_file: Path, docker: Callable[[str, str], dict[str, str]]
) -> None:
    settings = {"SIP_PORT": "5070", "RTP_START": "30000", "RTP_END": "30499", "BRIDGE_SUBNET": "172.30.1"}
    told = rules(env_file, **settings, **docker("network-ls", ""))
    assert "udp dport 5070 jump sip" in told
    assert "tcp dport { 5070, 5061 } jump sip_by_tcp" in told
    assert "udp dport 30000-30499 ip saddr != @allowed drop" in told
    assert "elements = { 172.30.1.0/24 }" in told


def test_nobody_from_outside_reaches_a_container_by_its_own_address(
    env_file: Path, docker: Callable[[str, str], dict[str, str]]
) -> None:
    docker("network-ls", "n1\nn2\n")
    surroundings = docker("network-inspect", "172.20.0.0/16\n\nfd00::/64\n172.21.0.0/16\n")
    told = rules(env_file, **surroundings)
    assert "elements = { 172.29.80.0/24, 172.20.0.0/16, 172.21.0.0/16 }" in told
    assert "ip daddr @own drop" in told


def test_an_unknown_word_is_named(env_file: Path) -> None:
    done = run(SCRIPT, "aply", ENV_FILE=str(env_file))
    assert (done.returncode, done.stderr) == (1, "error: usage: firewall.sh [print|apply|remove]\n")


def may_make_networks() -> bool:
    if not (shutil.which("nft") and shutil.which("ip")):
        return False
    made = subprocess.run(["ip", "netns", "add", "pf-try"], capture_output=True, check=False).returncode == 0
    if made:
        subprocess.run(["ip", "netns", "delete", "pf-try"], check=True)
    return made


def inside(namespace: str, *command: str, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["ip", "netns", "exec", namespace, *command],
        input=text,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


SEND = """
import socket, sys, time
kind, count, pause = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
opened, answered = [], 0
for number in range(count):
    one = socket.socket(socket.AF_INET, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM)
    one.settimeout(0)
    try:
        one.connect(("{address}", 5060 if kind == "tcp" else int(kind)))
    except BlockingIOError:
        pass
    if kind != "tcp":
        one.send(b"?")
    opened.append(one)
    time.sleep(pause)
time.sleep(1)
for one in opened:
    try:
        answered += one.recv(9) == b"!"
    except OSError:
        pass
print(answered)
""".replace("{address}", ADDRESS)

SERVE = """
import selectors, socket
kept = []
wait = selectors.DefaultSelector()
for port in (5060, 20000, 40000):
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); one.bind(("{address}", port))
    wait.register(one, selectors.EVENT_READ)
tcp = socket.create_server(("", 5060), backlog=200)
wait.register(tcp, selectors.EVENT_READ)
print("ready", flush=True)
while True:
    for key, _ in wait.select():
        if key.fileobj is tcp: kept.append(tcp.accept()[0]); kept[-1].send(b"!")
        else: key.fileobj.sendto(b"!", key.fileobj.recvfrom(99)[1])
""".replace("{address}", ADDRESS)


@pytest.fixture
def networks(env_file: Path) -> Iterator[Path]:
    """A host with something that answers on its ports, and two neighbours: 10.77.1.2 and 10.77.2.2."""
    if not may_make_networks():
        pytest.skip("needs root, ip and nft")
    names = (HOST, PHONE, STRANGER)
    for name in names:
        subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        for number, name in enumerate((PHONE, STRANGER), 1):
            link = ["link", "add", f"v{number}", "type", "veth", "peer", "name", "out", "netns", name]
            subprocess.run(["ip", "-n", HOST, *link], check=True)
            for where, device, last in ((HOST, f"v{number}", 1), (name, "out", 2)):
                address = ["address", "add", f"10.77.{number}.{last}/24", "dev", device]
                subprocess.run(["ip", "-n", where, *address], check=True)
                subprocess.run(["ip", "-n", where, "link", "set", device, "up"], check=True)
            subprocess.run(
                ["ip", "-n", name, "route", "add", "default", "via", f"10.77.{number}.1"], check=True
            )
        server = subprocess.Popen(
            ["ip", "netns", "exec", HOST, "python3", "-c", SERVE], stdout=subprocess.PIPE, text=True
        )
        assert server.stdout is not None
        assert server.stdout.readline() == "ready\n"
        yield env_file
        server.kill()
        server.wait()
        server.stdout.close()
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "delete", name], check=True)


def answers(namespace: str, kind: str, count: int = 1, pause_s: float = 0.0) -> int:
    return int(inside(namespace, "python3", "-c", SEND, kind, str(count), str(pause_s)).stdout)


def test_only_who_is_allowed_reaches_sip_and_rtp_and_nobody_the_inner_audio(networks: Path) -> None:
    assert answers(STRANGER, "5060") == answers(STRANGER, "40000") == 1  # without rules
    told = rules(networks, SIP_ALLOW_NETS="10.77.1.0/24")
    assert inside(HOST, "nft", "-f", "-", text=told).stderr == ""
    assert inside(HOST, "nft", "-f", "-", text=told).stderr == ""  # once more, in place of the first
    assert [answers(PHONE, kind) for kind in ("5060", "20000", "tcp", "40000")] == [1, 1, 1, 0]
    assert [answers(STRANGER, kind) for kind in ("5060", "20000", "tcp", "40000")] == [0, 0, 0, 0]


def test_who_sends_without_a_pause_is_slowed_down_and_others_are_not(networks: Path) -> None:
    assert inside(HOST, "nft", "-f", "-", text=rules(networks)).stderr == ""
    assert answers(PHONE, "5060", count=20, pause_s=0.03) == 20
    assert answers(STRANGER, "5060", count=300) < 300
    assert answers(PHONE, "5060", count=5, pause_s=0.03) == 5
    assert 0 < answers(STRANGER, "tcp", count=60) <= 30
