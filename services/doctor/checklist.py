"""The checklist: what is looked at, in which order, and how the looking is done."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass

from doctor.checks import calls, host, parts, telephony
from doctor.finding import Finding, wrong
from doctor.subject import Subject
from parley import log
from parley.bus import BusError
from parley.errors import ParleyError

_LONGEST_S = 180.0

_log = log.get("doctor")


@dataclass(frozen=True)
class Check:
    """Something to look at."""

    name: str
    look: Callable[[Subject], Awaitable[Finding]]
    calls: bool = False
    """Whether it makes a call: that is not done beside anything else, so these come last."""


@dataclass(frozen=True)
class Line:
    """A line of the checklist, filled in."""

    name: str
    finding: Finding
    seconds: float


CHECKS = (
    Check("Docker", host.docker),
    Check("disk", host.disk),
    Check("containers healthy", host.containers),
    Check("clock", host.clock),
    Check("passwords", host.passwords),
    Check("Asterisk answers", telephony.asterisk),
    Check("ARI connected", telephony.ari),
    Check("WebSocket listening", telephony.websocket),
    Check("SIP reachable", telephony.sip),
    Check("announcements", telephony.announcements),
    Check("models loaded", parts.models),
    Check("fit to this machine", host.tuned),
    Check("Redis healthy", parts.redis),
    Check("queues empty", parts.queues),
    Check("Prometheus targets up", parts.prometheus),
    Check("Grafana dashboards", parts.grafana),
    Check("no errors in logs", host.logs),
    Check("RTP path open", telephony.rtp, calls=True),
    Check("a test call", calls.one, calls=True),
    Check("calls at once", calls.several, calls=True),
)


async def examine(subject: Subject, checks: Sequence[Check] = CHECKS) -> AsyncIterator[Line]:
    """Yield the lines in their order, each as soon as it is known."""
    quick = {check.name: asyncio.create_task(_look(check, subject)) for check in checks if not check.calls}
    try:
        for check in checks:
            yield await (quick[check.name] if check.name in quick else _look(check, subject))
    finally:
        for task in quick.values():
            task.cancel()


async def _look(check: Check, subject: Subject) -> Line:
    began = time.monotonic()
    try:
        async with asyncio.timeout(_LONGEST_S):
            finding = await check.look(subject)
    except (ParleyError, BusError, OSError) as error:
        finding = wrong(str(error) or type(error).__name__, "make ps   and   make logs")
    except Exception as error:  # a check that breaks must not hide the others
        _log.exception("a check broke", check=check.name)
        finding = wrong(f"the check itself broke: {error!r}", "Please report this")
    return Line(check.name, finding, round(time.monotonic() - began, 3))
