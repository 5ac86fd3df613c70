"""Where requests may go: by real connections, and names that lead where a test says."""

import ssl
from collections.abc import AsyncIterator, Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from parley.errors import SettingError
from parley.outside.addresses import Guarded, InsideError, hosts_of, is_outside
from tests.fakes.servers.serving import QuietHandler, on_thread


@pytest.mark.parametrize(
    ("address", "outside"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False),
        ("127.9.9.9", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.18.0.2", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("192.0.2.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:93.184.215.14", True),
        ("64:ff9b::a00:1", False),
        ("64:ff9b::5db8:d70e", True),
        ("2002:a00:1::", False),
    ],
)
def test_what_is_of_the_public_internet(address: str, outside: bool) -> None:
    assert is_outside(address) is outside


def test_hosts_are_names_or_addresses() -> None:
    assert hosts_of("INSIDE_HOSTS", " CRM.local., 10.0.0.5,") == {"crm.local", "10.0.0.5"}
    with pytest.raises(SettingError, match="INSIDE_HOSTS"):
        hosts_of("INSIDE_HOSTS", "http://crm.local")


class Echo(QuietHandler):
    """Says which host was asked for."""

    def do_GET(self) -> None:
        body = self.headers["Host"].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    with on_thread(server):
        yield server.server_port


class Names:
    """A name server that answers as it is told, one answer after another."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = list(answers)
        self.asked = 0

    async def look_up(self, host: str, port: int) -> list[str]:
        self.asked += 1
        return self._answers.pop(0)


async def ask(url: str, names: Names | None, *inside: str) -> httpx.Response:
    guarded = Guarded(frozenset(inside), names.look_up if names else None)
    async with httpx.AsyncClient(transport=guarded, timeout=10) as client:
        return await client.get(url)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0", "2130706433", "0x7f.1"])
async def test_the_inside_is_not_reached_however_it_is_written(port: int, host: str) -> None:
    with pytest.raises(InsideError):
        await ask(f"http://{host}:{port}/", None)


async def test_what_is_allowed_is_reached_by_its_name_only(port: int) -> None:
    assert (await ask(f"http://127.0.0.1:{port}/", None, "127.0.0.1")).text == f"127.0.0.1:{port}"
    with pytest.raises(InsideError):
        await ask(f"http://localhost:{port}/", None, "127.0.0.1")


async def test_a_name_is_looked_up_once_and_the_connection_goes_there(port: int) -> None:
    """A second look would lead elsewhere: so does a name server that wants to be believed the first time."""
    names = Names(["127.0.0.1"])
    answer = await ask(f"http://crm.local:{port}/", names, "crm.local")
    assert answer.text == f"crm.local:{port}"
    assert names.asked == 1


async def test_a_name_with_one_address_of_the_inside_is_refused(port: int) -> None:
    with pytest.raises(InsideError):
        await ask(f"http://rebound.example:{port}/", Names(["93.184.215.14", "127.0.0.1"]))


async def test_the_next_address_is_tried_when_one_does_not_answer(port: int) -> None:
    # 127.0.0.2 refuses: the server listens on 127.0.0.1 only.
    names = Names(["127.0.0.2", "127.0.0.1"])
    assert (await ask(f"http://crm.local:{port}/", names, "crm.local")).status_code == 200


async def test_a_name_that_is_not_known_is_no_connection() -> None:
    with pytest.raises(httpx.ConnectError):
        await ask("http://nowhere.invalid/", None)


@pytest.fixture
async def by_tls(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    """A server whose certificate is good for crm.local, and is trusted."""
    file, key = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with on_thread(server):
        yield server.server_port


async def test_tls_is_held_against_the_name_not_the_address(by_tls: int) -> None:
    answer = await ask(f"https://crm.local:{by_tls}/", Names(["127.0.0.1"]), "crm.local")
    assert answer.text == f"crm.local:{by_tls}"
    with pytest.raises(httpx.ConnectError, match="certificate"):
        await ask(f"https://other.local:{by_tls}/", Names(["127.0.0.1"]), "other.local")
