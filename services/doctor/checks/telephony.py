"""Checks of the telephone side: Asterisk, its REST interface, SIP, and the way of the audio."""

from pathlib import Path

from doctor.checks import gateways
from doctor.finding import Finding, good, wrong
from doctor.subject import Subject
from parley.agents.load import load_agents

APP = "doctor"
"""An ARI application of our own: opening a gateway's would take it over, and one named like theirs is offered calls."""
_ASTERISK = "make logs SERVICE=asterisk"
_GATEWAY = "make logs SERVICE=gateway"


async def asterisk(subject: Subject) -> Finding:
    """Asterisk answers."""
    page = await subject.web.get(f"{subject.settings.ari_url}/metrics")
    uptime = page.samples("asterisk_core_uptime_seconds")
    if not uptime:
        return wrong(f"no figures of its own (status {page.status})", _ASTERISK)
    channels = sum(value for _, value in page.samples("asterisk_channels_count"))
    return good(f"up for {_duration(uptime[0][1])}, {channels:.0f} channels")


async def ari(subject: Subject) -> Finding:
    """Every gateway is connected to Asterisk's REST interface."""
    pages = await gateways.pages(subject)
    connected = sum(any(value for _, value in page.samples("parley_ari_connected")) for page in pages if page)
    figure = f"{connected} of {len(pages)} gateways connected"
    return good(figure) if connected == len(pages) else wrong(figure, _GATEWAY)


async def websocket(subject: Subject) -> Finding:
    """The WebSocket of ARI's events can be opened."""
    settings = subject.settings
    url = f"{settings.ari_url}/ari/events?app={APP}"
    try:
        status = await subject.wire.websocket(url, settings.ari_user, settings.ari_password)
    except OSError as error:
        return wrong(f"{settings.ari_url}: {str(error) or 'no answer'}", _ASTERISK)
    if " 101 " not in status:
        advice = "ARI_PASSWORD differs: make up" if " 401 " in status else _ASTERISK
        return wrong(status or "closed without an answer", advice)
    return good(f"opened at {settings.ari_url}/ari/events")


async def announcements(subject: Subject) -> Finding:
    """Asterisk itself can speak every language of the agents."""
    settings = subject.settings
    url = f"{settings.ari_url}/ari/asterisk/variable?variable=PARLEY_LANGUAGES"
    page = await subject.web.get(url, (settings.ari_user, settings.ari_password))
    if page.status != 200:
        return wrong(
            f"does not tell its languages (status {page.status})", "Is its image up to date? make up"
        )
    spoken = set(str(page.json()["value"]).split(","))
    agents, _ = load_agents(Path(settings.agents_dir))
    wanted = {code for a in agents.values() for code in a.file.all_languages}
    if lacking := sorted(wanted - spoken):
        return wrong(
            f"none in {', '.join(lacking)}: these callers hear English",
            "Add them: docs/telephony.md, announcements",
        )
    return good(f"in {', '.join(sorted(wanted))}")


async def sip(subject: Subject) -> Finding:
    """SIP answers by UDP, TCP and TLS; where everything is to be encrypted, only by TLS."""
    host, port, by_tls = subject.settings.asterisk, subject.settings.sip_port, subject.settings.sip_tls_port
    ways = [("tls", by_tls)]
    if not subject.settings.require_encryption:
        ways = [("udp", port), ("tcp", port), *ways]
    times: list[str] = []
    for transport, port in ways:
        try:
            seconds = await subject.wire.sip(host, port, transport)
        except OSError as error:
            return wrong(f"{transport.upper()} {port}: {str(error) or 'no answer'}", _ASTERISK)
        times.append(f"{transport.upper()} {port} {seconds * 1000:.0f} ms")
    return good(", ".join(times))


async def rtp(subject: Subject) -> Finding:
    """What is said to the echo test comes back."""
    echo = await subject.phones.echo()
    if echo.delay_s is None:
        return wrong(
            f"no echo from 600, {echo.packets} packets came",
            "Is PUBLIC_IP right, are the RTP ports open? docs/telephony.md",
        )
    figure = f"echo after {echo.delay_s * 1000:.1f} ms, {echo.lost} of {echo.packets} packets lost"
    if echo.packets and echo.lost > echo.packets / 50:
        return wrong(figure, "Something on the way loses packets: look at the host's load and network")
    return good(figure)


def _duration(seconds: float) -> str:
    for unit, length in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds:.0f} s"
