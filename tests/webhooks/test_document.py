"""The receiver of docs/webhooks.md, as it stands there, gets what `python -m webhooks.commands` asks for."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

from parley.bus import Bus
from parley.outside.spool import Spool
from tests.webhooks.test_delivery import at_work, until
from webhooks import commands

PAGE = (Path(__file__).parents[2] / "docs/webhooks.md").read_text()


def test_the_page_names_every_event() -> None:
    from parley.outside.endpoints import EVENTS

    assert {kind for kind in EVENTS if f"| `{kind}` |" not in PAGE} == set()


def make(folder: Path, *arguments: str) -> str:
    """What a command prints; it must succeed."""
    environ = {
        **os.environ,
        "PYTHONPATH": "services",
        "REDIS_URL": "redis://x/0",
        "WEBHOOKS_DIR": str(folder),
    }
    done = subprocess.run(
        [sys.executable, "-m", commands.__name__, *arguments],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


async def test_the_receiver_of_the_page_checks_and_prints_what_it_gets(
    bus: Bus, spool: Spool, tmp_path: Path
) -> None:
    (tmp_path / "receiver.py").write_text(re.findall(r"(?s)```python\n(.*?)```", PAGE)[0])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path / "webhooks"
    secret = make(folder, "put", "try", f"http://127.0.0.1:{port}/", "--events", "alert", "--agents", "")
    assert secret.startswith("whsec_")
    program = subprocess.Popen(  # noqa: ASYNC220  # it is begun, not waited for
        [sys.executable, str(tmp_path / "receiver.py")],
        env={**os.environ, "SECRET": secret, "PORT": str(port)},
        stdout=(tmp_path / "log").open("w"),
        stderr=subprocess.DEVNULL,
    )
    try:
        make(folder, "test", "try")
        async with at_work(bus, spool):
            await until(lambda: " test {}" in (tmp_path / "log").read_text())
    finally:
        program.terminate()
        program.wait()
    assert "0 waiting, 0 not taken" in make(folder, "list")
    make(folder, "again", "all")
    make(folder, "remove", "try")
    assert spool.endpoints() == []


def test_what_cannot_be_done_is_said(tmp_path: Path) -> None:
    environ = {
        **os.environ,
        "PYTHONPATH": "services",
        "REDIS_URL": "redis://x/0",
        "WEBHOOKS_DIR": str(tmp_path),
    }
    for arguments, said in {
        ("remove", "crm"): "there is no webhook 'crm'",
        ("test", "crm"): "there is no webhook 'crm'",
        ("again", "17"): "there is no message 17",
        ("again", "x"): "ID must be a number",
        ("put", "crm", "ftp://x"): "url: must be like",
        ("put", "crm", "http://x", "--events", "call.begun"): "there is no 'call.begun'",
    }.items():
        done = subprocess.run(
            [sys.executable, "-m", commands.__name__, *arguments],
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, said in done.stderr) == (1, True), (arguments, done.stderr)
