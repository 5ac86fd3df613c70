# Needs no Asterisk: a program of its name notes what it is asked, and another one is DNS.
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.stack.asterisk.test_entrypoint import CERTIFICATES, ENTRYPOINT, GOOD

TRUNK = {"TRUNK_HOST": "sip.provider.example", "TRUNK_MATCH": "sip.provider.example,10.1.0.0/16"}
RELOADED = "module reload res_pjsip_endpoint_identifier_ip.so"


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def program(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/bash\n{script}\n")
    (folder / name).chmod(0o755)


class Names:
    """An Asterisk whose trunk has a name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.dns, self.asked = folder / "dns", folder / "asked"
        self.asked.touch()

    def known(self, *addresses: str) -> None:
        lines = "".join(f"{address} STREAM\n{address} DGRAM\n" for address in addresses)
        (self.folder / "new").write_text(lines)
        (self.folder / "new").replace(self.dns)

    def trunk(self) -> str:
        return (self.folder / "etc" / "pjsip_trunk.conf").read_text()


@contextmanager
def running(names: Names) -> Iterator[None]:
    program(names.folder, "getent", f'[[ $2 == sip.provider.example ]] && cat "{names.dns}"')
    program(
        names.folder, "asterisk", f'[[ $1 != -f ]] || exec sleep 300; printf "%s\\n" "$4" >>"{names.asked}"'
    )
    environment = {
        **GOOD,
        **CERTIFICATES,
        **TRUNK,
        "PATH": f"{names.folder}:/usr/bin:/bin",
        "CONFIGURATION": str(names.folder / "etc"),
        "RENEWAL_S": "0.2",
    }
    process = subprocess.Popen([str(ENTRYPOINT)], env=environment, start_new_session=True)
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_a_provider_that_moves_is_known_where_it_is(tmp_path: Path) -> None:
    names = Names(tmp_path)
    names.known("198.51.100.7", "198.51.100.8")
    with running(names):
        until((tmp_path / "etc" / "queues_all.conf").exists)
        assert "\n; 198.51.100.7 198.51.100.8 \n" in names.trunk()
        names.known()
        names.known("198.51.100.8", "203.0.113.9")
        until(lambda: RELOADED in names.asked.read_text())
        assert "\n; 198.51.100.8 203.0.113.9 \n" in names.trunk()
        assert "match = sip.provider.example,10.1.0.0/16\n" in names.trunk()


def test_a_name_that_dns_did_not_know_at_the_start_is_looked_up_later(tmp_path: Path) -> None:
    names = Names(tmp_path)
    names.known()
    with running(names):
        until((tmp_path / "etc" / "queues_all.conf").exists)
        names.known("198.51.100.7")
        until(lambda: RELOADED in names.asked.read_text())
        assert "\n; 198.51.100.7 \n" in names.trunk()
