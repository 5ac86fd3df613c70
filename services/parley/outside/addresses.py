"""Requests to addresses that others have named: none reaches the inside, unless the host's name is allowed.

Against server-side request forgery (CWE-918). A host's name is looked up once, every address that it has is looked at,
and the connection goes to one of those: a name that leads elsewhere when it is looked up again (DNS rebinding) leads
nowhere. TLS knows the host by its name all the same. No connection is used twice: the next request looks anew.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import httpx

from parley.errors import SettingError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
LookUp = Callable[[str, int], Awaitable[list[str]]]
"""From a host and a port to its addresses."""

_PORTS = {"http": 80, "https": 443}
_MOST_TRIED = 3
_LOOKS_AT_ONCE = 32
"""Threads of their own: a name server that does not answer must not keep others' work waiting."""
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""IPv4 behind NAT64 (RFC 6052)."""


class InsideError(httpx.ConnectError):
    """An address of the inside, which nobody has allowed."""


def hosts_of(setting: str, text: str) -> frozenset[str]:
    """Read names or addresses with commas between; raise SettingError for what is neither."""
    hosts = frozenset(part.strip().lower().rstrip(".") for part in text.split(",")) - {""}
    if wrong := [host for host in hosts if "/" in host or " " in host]:
        raise SettingError(setting, f"must be names or addresses with commas between, not {min(wrong)!r}")
    return hosts


def is_outside(address: str) -> bool:
    """Whether an address is one of the public Internet's (IANA's special-purpose registries), whatever wraps it."""
    found = ipaddress.ip_address(address.partition("%")[0])
    return all(each.is_global and not each.is_multicast for each in (found, *_within(found)))


def _within(address: Address) -> list[Address]:
    """The IPv4 addresses that an IPv6 address leads to."""
    if not isinstance(address, ipaddress.IPv6Address):
        return []
    wrapped: list[Address] = [each for each in (address.ipv4_mapped, address.sixtofour) if each]
    if address in _TRANSLATED:
        wrapped.append(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
    return wrapped


class Guarded(httpx.AsyncBaseTransport):
    """Carries requests of an httpx client to where they may go."""

    def __init__(self, inside: frozenset[str] = frozenset(), look_up: LookUp | None = None) -> None:
        """`inside`: hosts that may be of the inside, by the names that requests have for them."""
        self._inside = inside
        self._threads = ThreadPoolExecutor(_LOOKS_AT_ONCE, thread_name_prefix="lookup")
        self._look_up = look_up or self._ask
        self._transport = httpx.AsyncHTTPTransport(
            # Which has the authorities of SSL_CERT_FILE where that is set.
            verify=ssl.create_default_context(),
            trust_env=False,
            # A connection belongs to the name that it was made for.
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; raise InsideError for an address that it may not go to."""
        host = request.url.raw_host.decode("ascii")
        addresses = await self._allowed(host, request.url.port or _PORTS[request.url.scheme])
        for address in addresses[:-1]:
            try:
                return await self._transport.handle_async_request(_moved(request, address, host))
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return await self._transport.handle_async_request(_moved(request, addresses[-1], host))

    async def _allowed(self, host: str, port: int) -> list[str]:
        try:
            addresses = await self._look_up(host, port)
        except OSError as error:
            raise httpx.ConnectError(f"{host} is not known: {error.strerror}") from error
        if host.lower().rstrip(".") not in self._inside and not all(map(is_outside, addresses)):
            raise InsideError(f"{host} is an address of the inside; INSIDE_HOSTS allows some")
        return addresses[:_MOST_TRIED]

    async def _ask(self, host: str, port: int) -> list[str]:
        asked = asyncio.get_running_loop().run_in_executor(
            self._threads, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        )
        return list(dict.fromkeys(str(found[4][0]) for found in await asked))

    async def aclose(self) -> None:
        """Close what is open."""
        await self._transport.aclose()
        self._threads.shutdown(wait=False, cancel_futures=True)


def _moved(request: httpx.Request, address: str, host: str) -> httpx.Request:
    """The same request to one address; its header Host, and the name that TLS asks for, stay the host's."""
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": host},
    )
