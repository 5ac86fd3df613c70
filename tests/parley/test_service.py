"""A service as a process: its HTTP, its end, its exit status."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import asyncio, sys
from parley.errors import ModelMissing
from parley.service import run
from parley.settings import Settings
from pathlib import Path

class Mine(Settings, frozen=True, kw_only=True):
    key: str

async def main(settings, service):
    mode = sys.argv[1]
    if mode == "fail":
        raise RuntimeError("unexpected")
    if mode == "model":
        raise ModelMissing("STT_MODEL", Path("/models/x"))
    await asyncio.sleep(0.2)
    service.ready = True
    await service.stopping.wait()
    print("goodbye", flush=True)

run("mine", Mine, main)
"""


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def service(mode: str, port: int, **environ: str) -> Iterator[subprocess.Popen[str]]:
    settings = {"REDIS_URL": "redis://unused", "KEY": "k", "METRICS_PORT": str(port), **environ}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, mode],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "services"), **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def get(port: int, path: str) -> tuple[int, str]:
    """Status and body; waits for the server."""
    for _ in range(100):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            time.sleep(0.05)
    raise TimeoutError


def test_connections_that_say_nothing_keep_nobody_waiting(port: int) -> None:
    with service("run", port):
        get(port, "/healthz")
        idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(20)]
        try:
            assert get(port, "/metrics")[0] == 200
        finally:
            for connection in idle:
                connection.close()


def wait_until_ready(port: int) -> None:
    for _ in range(100):
        if get(port, "/healthz") == (200, "ready\n"):
            return
        time.sleep(0.02)
    raise TimeoutError


def test_health_and_metrics(port: int) -> None:
    with service("serve", port) as process:
        assert get(port, "/healthz") == (503, "not ready\n")
        wait_until_ready(port)
        status, body = get(port, "/metrics")
        assert status == 200
        assert "process_cpu_seconds_total" in body
        process.terminate()
        out, err = process.communicate(timeout=10)
        assert err == ""
        assert all(line.startswith("{") or line == "goodbye" for line in out.splitlines())  # no access log


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_clean_stop(port: int, number: signal.Signals) -> None:
    with service("serve", port) as process:
        wait_until_ready(port)
        process.send_signal(number)
        out, _ = process.communicate(timeout=10)
        assert process.returncode == 0
        goodbye, last = out.splitlines()
        assert goodbye == "goodbye"
        assert json.loads(last)["event"] == "stopped"


@pytest.mark.parametrize(
    ("environ", "variable"),
    [({"KEY": ""}, "KEY"), ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL"), ({"METRICS_PORT": "0"}, "METRICS_PORT")],
)
def test_a_wrong_setting_is_named_with_status_2(port: int, environ: dict[str, str], variable: str) -> None:
    with service("serve", port, **environ) as process:
        out, err = process.communicate(timeout=10)
        assert process.returncode == 2
        assert err.startswith(f"mine: setting {variable}: ")
        assert out == ""


def test_a_port_that_is_taken_is_named_with_status_2(port: int) -> None:
    with socket.create_server(("", port)), service("serve", port) as process:
        out, _ = process.communicate(timeout=10)
        assert process.returncode == 2
        assert f"setting METRICS_PORT: cannot listen on {port}" in json.loads(out)["error"]


@pytest.mark.parametrize(("mode", "words"), [("model", "STT_MODEL"), ("fail", "RuntimeError: unexpected")])
def test_a_failure_is_logged_with_status_1(port: int, mode: str, words: str) -> None:
    with service(mode, port) as process:
        out, _ = process.communicate(timeout=10)
        assert process.returncode == 1
        assert words in json.loads(out.splitlines()[-1]).get("error", "") + out
