"""Pages of the stack's services, and where they are."""

import asyncio
import base64
import socket
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

import msgspec
from prometheus_client.parser import text_string_to_metric_families

from parley.errors import ParleyError

TIMEOUT_S = 5.0


class WebError(ParleyError):
    """A service does not answer."""


@dataclass(frozen=True)
class Page:
    """An answer by HTTP."""

    status: int
    body: str

    def json(self) -> Any:
        """Return the body as JSON; raise WebError when it is none."""
        try:
            return msgspec.json.decode(self.body)
        except msgspec.DecodeError as error:
            raise WebError(f"no JSON: {self.body[:60]!r}") from error

    def samples(self, name: str) -> list[tuple[dict[str, str], float]]:
        """Labels and values of a metric on a page of metrics; raise WebError when it is no such page."""
        try:
            families = list(text_string_to_metric_families(self.body))
        except ValueError as error:
            raise WebError(f"no metrics: {self.body[:60]!r}") from error
        # The parser ends the name of every counter in _total, whatever stands on the page.
        plain = name.removesuffix("_total")
        samples = (sample for family in families for sample in family.samples)
        return [(s.labels, s.value) for s in samples if s.name.removesuffix("_total") == plain]


class Web:
    """Asks by HTTP, and by DNS for the addresses of a service's copies."""

    async def get(self, url: str, login: tuple[str, str] | None = None) -> Page:
        """Return a page, whatever its status; raise WebError when nothing answers."""
        return await asyncio.to_thread(_get, url, login)

    async def addresses(self, host: str) -> list[str]:
        """IPv4 addresses of a name: one for each copy of a service. Raise WebError when there is none."""
        try:
            found = await asyncio.get_running_loop().getaddrinfo(
                host, None, family=socket.AF_INET, type=socket.SOCK_STREAM
            )
        except OSError as error:
            raise WebError(f"{host} has no address: it does not run") from error
        return sorted({str(item[4][0]) for item in found})


def _get(url: str, login: tuple[str, str] | None) -> Page:
    request = urllib.request.Request(url)
    if login:
        request.add_header("Authorization", basic(*login))
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
            return Page(answer.status, answer.read().decode(errors="replace"))
    except urllib.error.HTTPError as error:
        return Page(error.code, error.read().decode(errors="replace"))
    except OSError as error:
        reason = getattr(error, "reason", error)
        raise WebError(f"{url}: {getattr(reason, 'strerror', None) or reason}") from error


def basic(user: str, password: str) -> str:
    """Value of an Authorization header (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
