"""What the gateways tell of themselves."""

from contextlib import suppress

from doctor.probes.web import Page, WebError
from doctor.subject import Subject

COUNT = 2
"""As many as the stack has."""


async def pages(subject: Subject) -> list[Page | None]:
    """Their metrics, None for one that does not answer; raise WebError where none has an address."""
    port = subject.settings.metrics_port
    addresses = await subject.web.addresses("gateway")
    places = [(address, port) for address in addresses]
    # On the host's network they have one address, and ports side by side.
    places += [(addresses[0], port + number) for number in range(len(addresses), COUNT)]
    return [await _page(subject, f"http://{address}:{at}/metrics") for address, at in places]


async def _page(subject: Subject, url: str) -> Page | None:
    with suppress(WebError):
        return await subject.web.get(url)
    return None
