"""An Asterisk of the benchmark's own: Parley's image, in a network in which there is nobody else."""

import os
import re
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import docker
import httpx

NAME = "torture"
_WRITTEN = ("etc/asterisk", "run/asterisk", "var/log/asterisk", "var/spool/asterisk", "var/cache/asterisk")
_TMPFS = {f"/{path}": "uid=10001,gid=10001,mode=0700" for path in _WRITTEN} | {"/tmp": "mode=1777"}
_READY_S = 60.0


class Exchange:
    """Asterisk, as it is seen from outside and by Docker."""

    def __init__(self, container: Any, address: str) -> None:
        self._container = container
        self.address = address

    def runs(self) -> bool:
        """Whether it is there, and was never started again."""
        self._container.reload()
        return bool(self._container.status == "running" and self._container.attrs["RestartCount"] == 0)

    def memory(self) -> float:
        """Megabytes that cannot be freed at once."""
        usage = self._container.stats(stream=False)["memory_stats"]
        found = usage.get("stats", {})
        idle = found.get("total_inactive_file", found.get("inactive_file", 0))
        return (usage.get("usage", 0) - idle) / 1e6

    def metric(self, name: str) -> float:
        """A figure of its own; raises httpx.HTTPError when it does not answer."""
        text = httpx.get(f"http://{self.address}:8088/metrics", timeout=10.0, trust_env=False).text
        found = re.search(rf"^{name}{{[^}}]*}} (\S+)", text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    def answers(self, times: int = 5) -> float | None:
        """Seconds until it answers an OPTIONS, which goes out again every second; None: it does not."""
        for number in range(times):
            if (took := self._answers()) is not None:
                return number + took
        return None

    def _answers(self) -> float | None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.settimeout(1.0)
            probe.connect((self.address, 5060))
            host, port = probe.getsockname()
            call = secrets.token_hex(8)
            text = (
                f"OPTIONS sip:{self.address} SIP/2.0\r\nVia: SIP/2.0/UDP {host}:{port};rport;branch=z9hG4bK{call}\r\n"
                f"Max-Forwards: 70\r\nFrom: <sip:probe@{host}>;tag=1\r\nTo: <sip:{self.address}>\r\n"
                f"Call-ID: {call}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
            )
            began = time.monotonic()
            try:
                probe.send(text.encode())
                while call.encode() not in probe.recv(65_536):
                    pass
            except OSError:
                return None
            return time.monotonic() - began


@contextmanager
def exchange() -> Iterator[Exchange]:
    """Start it, with this container as its trunk; in the end nothing of it is left."""
    client = docker.from_env()
    network = client.networks.create(f"{NAME}-{secrets.token_hex(4)}", internal=True)
    own = client.containers.get(socket.gethostname())
    container = None
    try:
        network.connect(own)
        own.reload()
        address = own.attrs["NetworkSettings"]["Networks"][network.name]["IPAddress"]
        passwords = {f"SIP_PASSWORD_{user}": secrets.token_hex(12) for user in (1000, 1001, 1002)}
        container = client.containers.run(
            f"parley-asterisk:{os.environ.get('IMAGE_TAG') or 'latest'}",
            detach=True,
            network=network.name,
            environment={"ARI_PASSWORD": secrets.token_hex(12), "TRUNK_HOST": address, **passwords},
            tmpfs=_TMPFS,
            read_only=True,
            cap_drop=["ALL"],
            mem_limit="1g",
            pids_limit=512,
        )
        container.reload()
        it = Exchange(container, container.attrs["NetworkSettings"]["Networks"][network.name]["IPAddress"])
        _wait(it)
        yield it
    finally:
        if container is not None:
            container.remove(force=True, v=True)
        network.disconnect(own, force=True)
        network.remove()


def _wait(it: Exchange) -> None:
    until = time.monotonic() + _READY_S
    while it.answers(1) is None:
        if time.monotonic() > until:
            raise SystemExit("the Asterisk of the benchmark does not answer")
