"""Telephones and cells that are made of sipp, each on a loopback address of its own, and telephones by TLS."""

import contextlib
import csv
import socket
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.edge.kamailio import CELLS, EDGE, PASSWORD, PORT, TLS_PORT, USERS

SCENARIOS = Path(__file__).parents[1] / "data" / "edge"
TELEPHONES = "127.0.2.1"
_PATIENT_S = 30
_AT_ONCE = 50_000


@dataclass(frozen=True)
class Load:
    """What one run of sipp does: so many a second for so long, each held for a while."""

    scenario: str
    """`call`, `register` or `ask`."""
    per_s: int
    seconds: float
    hold_s: float = 0.0


@dataclass(frozen=True)
class Outcome:
    """What came of it."""

    begun: int
    succeeded: int
    retransmitted: int
    times_ms: list[float]
    """From the first request to the answer that was wanted, with the login between."""

    @property
    def failed(self) -> int:
        """Those that did not succeed, whatever sipp calls them."""
        return self.begun - self.succeeded


def write_users(folder: Path) -> Path:
    """Write the file from which sipp takes its users, one after the other."""
    file = folder / "users.csv"
    lines = [f"{user};[authentication username={user} password={PASSWORD}]" for user in USERS]
    file.write_text("\n".join(["SEQUENTIAL", *lines, ""]))
    return file


@contextlib.contextmanager
def cells(folder: Path) -> Iterator[None]:
    """Cells that take every call."""
    command = ["sipp", "-sf", str(SCENARIOS / "cell.xml"), "-p", "5060", "-nostdin", "-nd", "-trace_err"]
    with contextlib.ExitStack() as running:
        for address in CELLS:
            place = folder / address
            place.mkdir()
            process = running.enter_context(
                subprocess.Popen(
                    [*command, "-i", address],
                    cwd=place,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            )
            running.callback(process.kill)
        yield


def run(load: Load, folder: Path) -> Outcome:
    """Call, register or ask; raises RuntimeError when sipp itself could not, or does not end."""
    folder.mkdir()
    total = round(load.per_s * load.seconds)
    address = CELLS[0] if load.scenario == "ask" else TELEPHONES
    command = ["sipp", f"{EDGE}:{PORT}", "-sf", str(SCENARIOS / f"{load.scenario}.xml")]
    command += ["-inf", str(write_users(folder)), "-i", address, "-p", "5070", "-nostdin"]
    command += [
        "-r",
        str(load.per_s),
        "-m",
        str(total),
        "-l",
        str(_AT_ONCE),
        "-d",
        str(round(1000 * load.hold_s)),
    ]
    command += ["-recv_timeout", "10000", "-trace_stat", "-stf", "stat.csv", "-fd", "1"]
    command += ["-trace_rtt", "-rtt_freq", "1"]
    within = load.seconds + load.hold_s + _PATIENT_S
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=within, check=False)
    except subprocess.TimeoutExpired as error:
        raise RuntimeError(f"sipp did not end within {within:.0f} s: {load}") from error
    # 1: some calls have failed.
    if done.returncode not in (0, 1):
        raise RuntimeError(f"sipp ended with {done.returncode}: {done.stderr.decode()[-2000:]}")
    return read(folder, total)


def read(folder: Path, total: int) -> Outcome:
    """Read what sipp has written of a run that was to begin `total` times."""
    with (folder / "stat.csv").open() as file:
        last = list(csv.DictReader(file, delimiter=";"))[-1]
    (times,) = folder.glob("*_rtt.csv")
    with times.open() as file:
        measured = [float(row["response_time_ms"]) for row in csv.DictReader(file, delimiter=";")]
    return Outcome(total, int(last["SuccessfulCall(C)"]), int(last["Retransmissions(C)"]), measured)


@contextlib.contextmanager
def by_tls(count: int) -> Iterator[None]:
    """So many connections by TLS, each of which has asked something and been answered."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with contextlib.ExitStack() as lines:
        for number in range(count):
            plain = socket.create_connection((EDGE, TLS_PORT), timeout=10)
            line = lines.enter_context(context.wrap_socket(plain))
            line.sendall(_asked(number))
            if not line.recv(4096).startswith(b"SIP/2.0 200"):
                raise RuntimeError("the edge does not answer by TLS")
        yield


def _asked(number: int) -> bytes:
    lines = (
        f"OPTIONS sip:{EDGE} SIP/2.0",
        f"Via: SIP/2.0/TLS {TELEPHONES};rport;branch=z9hG4bKtls{number}",
        "Max-Forwards: 70",
        f"From: <sip:2000@{EDGE}>;tag={number}",
        f"To: <sip:{EDGE}>",
        f"Call-ID: tls-{number}",
        "CSeq: 1 OPTIONS",
        "Content-Length: 0",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
