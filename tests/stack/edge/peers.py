"""Cells on sockets, and a Kamailio of the test's own before them, each on a loopback address of its own."""

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Self

from tests.stack.asterisk.sip import Phone, Response, parse

ENTRYPOINT = Path(__file__).parents[3] / "edge" / "entrypoint"
EDGE = "127.0.0.1"
_BESIDE = 10 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
CELLS = (f"127.0.1.{_BESIDE + 1}:5060", f"127.0.1.{_BESIDE + 2}:5060")
"""Others for each of the workers that run tests side by side."""
PHONE = "127.0.2.1"
"""Cells are known by their addresses: no phone may have one of theirs."""
PASSWORDS = {"1001": "first-phone-password", "1002": "second-phone-password", "1003": "it's;DROP\\\"$(x)%s"}
_COPIED = ("via:", "from:", "to:", "call-id:", "cseq:", "record-route:")


def until(condition: Callable[[], object], within: float = 20) -> None:
    """Wait until something is so; how long is only how long a broken test takes."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def values(message: str, name: str) -> list[str]:
    """Of the headers of this name."""
    return re.findall(rf"(?im)^{name}:[ \t]*(.*?)\r?$", message.partition("\r\n\r\n")[0])


def hang_up(phone: Phone, established: Response) -> Response:
    """As a phone does: by the way back that the answer tells (RFC 3261, 12.1.2), to its contact."""
    uri = established.headers["contact"].strip("<>")
    route = ", ".join(reversed(established.record_route))
    phone.send("BYE", uri, "", (f"Route: {route}",), to=established.headers["to"])
    return phone.final("BYE")


class Cell:
    """Answers OPTIONS while `alive`, and INVITE with `answer`: a status and more headers; without, not at all."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.alive = True
        self.answer: tuple[str, ...] = ("200 OK",)
        self.requests: list[str] = []
        """All but OPTIONS."""
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        host, _, port = where.partition(":")
        self.socket.bind((host, int(port)))
        self.socket.settimeout(0.1)
        self._responses: list[Response] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._over.set()
        self._thread.join()
        self.socket.close()

    def of(self, method: str) -> list[str]:
        """The requests of a method, each once however often it was sent."""
        found = {values(asked, "via")[0]: asked for asked in self.requests if asked.startswith(f"{method} ")}
        return list(found.values())

    def ask(self, method: str, uri: str, port: int, *extra: str, dialog: str = "") -> Response:
        """Send a request to the edge, and return the final response."""
        self.send(method, uri, port, *extra, dialog=dialog)
        return self.final()

    def send(self, method: str, uri: str, port: int, *extra: str, dialog: str = "") -> None:
        """Send a request to the edge; `dialog`: From, To and Call-ID of a call."""
        branch = f"z9hG4bK{secrets.token_hex(8)}"
        new = f"From: <sip:100@parley>;tag={branch}\r\nTo: <{uri}>\r\nCall-ID: {secrets.token_hex(8)}"
        lines = [
            f"{method} {uri} SIP/2.0",
            f"Via: SIP/2.0/UDP {self.where};rport;branch={branch}",
            "Max-Forwards: 70",
            dialog or new,
            f"CSeq: 1 {method}",
            f"Contact: <sip:cell@{self.where}>",
            *extra,
            "Content-Length: 0",
        ]
        self._responses.clear()
        self.socket.sendto(("\r\n".join(lines) + "\r\n\r\n").encode(), (EDGE, port))

    def final(self) -> Response:
        """The final response to what was sent."""
        until(lambda: [one for one in self._responses if one.status >= 200])
        return next(one for one in self._responses if one.status >= 200)

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                data, sender = self.socket.recvfrom(65535)
            except TimeoutError:
                continue
            message = data.decode()
            if message.startswith("SIP/2.0"):
                self._responses.append(parse(message))
            elif self.alive:
                for answer in self._answers(message):
                    self.socket.sendto(answer.encode(), sender)

    def _answers(self, asked: str) -> list[str]:
        method = asked.split(" ", 1)[0]
        if method != "OPTIONS":
            self.requests.append(asked)
        if method == "ACK" or (method == "INVITE" and not self.answer[0]):
            return []
        if method == "CANCEL":
            return [self._answer(asked), self._answer(self.of("INVITE")[-1], "487 Request Terminated")]
        return [self._answer(asked, *(self.answer if method == "INVITE" else ()))]

    def _answer(self, asked: str, status: str = "200 OK", *more: str) -> str:
        head = asked.partition("\r\n\r\n")[0].split("\r\n")
        lines = [line for line in head if line.lower().startswith(_COPIED)]
        tagged = [f"{line};tag=there" if _is_new_to(line) else line for line in lines]
        head = [f"SIP/2.0 {status}", *tagged, f"Contact: <sip:cell@{self.where}>", *more, "Content-Length: 0"]
        return "\r\n".join(head) + "\r\n\r\n"


def _is_new_to(line: str) -> bool:
    return line.lower().startswith("to:") and ";tag=" not in line


class Edge:
    """The entrypoint's Kamailio, in a folder of its own."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        # All phones of the tests have one address.
        self.settings = {"EDGE_CELLS": ",".join(CELLS), "EDGE_REQUESTS_PER_S": "1000"} | settings
        self.port, self.metrics_port, self.tls, self.wss = (_free_port() for _ in range(4))
        self._process: subprocess.Popen[bytes] | None = None
        self._phones: list[Phone] = []
        for name in ("run", "data"):
            (folder / name).mkdir()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill(signal.SIGTERM)
        self.hang_up()

    def hang_up(self) -> None:
        """Forget all phones, which say no more."""
        for phone in self._phones:
            phone.socket.close()
        self._phones.clear()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._write()
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(ENTRYPOINT)], env=self._environment(), stdout=log, stderr=log, start_new_session=True
            )
        until(lambda: self._process and (self._process.poll() is not None or self._ready()))
        assert self._process.poll() is None, self.log()

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End it, with all its processes."""
        assert self._process is not None
        os.killpg(self._process.pid, how)
        self._process.wait()
        until(self._has_left_its_port)

    def take_over(self, **settings: str) -> None:
        """Change what a running one takes over."""
        self.settings |= settings
        self._write()
        self._run("reload")

    def cells(self) -> str:
        """How it says that each cell is."""
        return self._run("cells")

    def metrics(self) -> str:
        """All that it tells Prometheus."""
        with urllib.request.urlopen(f"http://{EDGE}:{self.metrics_port}/metrics", timeout=10) as answer:
            return str(answer.read().decode())

    def log(self) -> str:
        """All that it has said."""
        return (self.folder / "log").read_text()

    def phone(self, user: str = "1001", password: str | None = None, transport: str = "udp") -> Phone:
        """A phone that has this server."""
        secret = PASSWORDS[user] if password is None else password
        port = self.tls if transport == "tls" else self.port
        phone = Phone(user, secret, EDGE, port, transport, address=PHONE)
        self._phones.append(phone)
        return phone

    def call(self, user: str = "1001", *extra: str, transport: str = "udp") -> tuple[Phone, Response]:
        """Call an agent; the phone goes on with the call."""
        phone = self.phone(user, transport=transport)
        return phone, phone.request("INVITE", "100", body=phone.sdp(40000, "ulaw"), extra=extra)

    def _write(self) -> None:
        lines = [f"SIP_PASSWORD_{user}={password}" for user, password in PASSWORDS.items()]
        lines += [f"{name}={self.settings.get(name, '')}" for name in ("EDGE_CELLS", "EDGE_DRAINED")]
        (self.folder / "settings.env").write_text("\n".join(lines) + "\n")

    def _environment(self) -> Mapping[str, str]:
        return {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "CONFIGURATION": str(self.folder / "etc"),
            "RUN": str(self.folder / "run"),
            "DATA": str(self.folder / "data"),
            "SETTINGS": str(self.folder / "settings.env"),
            "ADDRESSES": EDGE,
            "EDGE_PORT": str(self.port),
            "EDGE_TLS_PORT": str(self.tls),
            "EDGE_WSS_PORT": str(self.wss),
            "METRICS_PORT": str(self.metrics_port),
            "CERTIFICATES": str(self.folder / "certificates"),
            "RENEWAL_S": "0.2",
        } | {
            name: value for name, value in self.settings.items() if name not in ("EDGE_CELLS", "EDGE_DRAINED")
        }

    def _run(self, command: str) -> str:
        done = subprocess.run(
            [str(ENTRYPOINT), command], env=self._environment(), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _ready(self) -> bool:
        health = [str(ENTRYPOINT.parent / "healthcheck")]
        return (
            subprocess.run(health, env=self._environment(), capture_output=True, check=False).returncode == 0
        )

    def _has_left_its_port(self) -> bool:
        """All its processes have the socket."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            try:
                one.bind((EDGE, self.port))
            except OSError:
                return False
            return True


def _free_port() -> int:
    """One for UDP and TCP, below those that the kernel gives connections: such a one may be taken until it is bound."""
    while True:
        port = 10_000 + secrets.randbelow(20_000)
        with ExitStack() as stack, suppress(OSError):
            for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
                stack.enter_context(socket.socket(socket.AF_INET, kind)).bind((EDGE, port))
            return port


def is_installed() -> bool:
    """Whether there is a Kamailio here."""
    return shutil.which("kamailio", path="/usr/sbin:/usr/bin") is not None
