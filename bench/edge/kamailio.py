"""The edge as it is: its entrypoint's Kamailio on a loopback address, and what its processes use."""

import os
import re
import signal
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Self

ENTRYPOINT = Path(__file__).parents[2] / "edge" / "entrypoint"
EDGE = "127.0.0.1"
PORT, TLS_PORT, METRICS_PORT = 5060, 5061, 9101
CELLS = ("127.0.1.1", "127.0.1.2")
USERS = range(2000, 3000)
PASSWORD = "a-password-of-the-benchmark"
_TICKS_S = os.sysconf("SC_CLK_TCK")
_STARTS_WITHIN_S = 30


class Kamailio:
    """One that runs for as long as its context; its files are in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._environment = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "CONFIGURATION": str(folder / "etc"),
            "RUN": str(folder / "run"),
            "DATA": str(folder / "data"),
            "SETTINGS": str(folder / "settings.env"),
            "ADDRESSES": EDGE,
            # All telephones have one address.
            "EDGE_REQUESTS_PER_S": "30000",
            "LOG_LEVEL": "warning",
        }

    def __enter__(self) -> Self:
        for name in ("run", "data"):
            (self._folder / name).mkdir()
        lines = [f"SIP_PASSWORD_{user}={PASSWORD}" for user in USERS]
        (self._folder / "settings.env").write_text("\n".join([f"EDGE_CELLS={','.join(CELLS)}", *lines, ""]))
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(ENTRYPOINT)], env=self._environment, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + _STARTS_WITHIN_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                raise RuntimeError(f"the edge does not start:\n{(self._folder / 'log').read_text()}")
            time.sleep(0.2)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait()

    def _answers(self) -> bool:
        health = [str(ENTRYPOINT.with_name("healthcheck"))]
        return not subprocess.run(health, env=self._environment, capture_output=True, check=False).returncode

    def cpu_s(self) -> float:
        """Processor time of all its processes until now, user and system, in seconds."""
        assert self._process is not None
        return sum(
            (int(fields[11]) + int(fields[12])) / _TICKS_S
            for fields in _processes()
            if int(fields[2]) == self._process.pid
        )

    def figure(self, name: str) -> float:
        """One of those that it tells Prometheus, without labels; raises LookupError where there is none."""
        with urllib.request.urlopen(f"http://{EDGE}:{METRICS_PORT}/metrics", timeout=10) as answer:
            told = answer.read().decode()
        found = re.search(rf"(?m)^{name} (\S+)", told)
        if found is None:
            raise LookupError(name)
        return float(found[1])


def _processes() -> list[list[str]]:
    """What stands in /proc/*/stat after the name: state, parent, process group, …"""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            found.append(stat.read_text().rpartition(")")[2].split())
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found
