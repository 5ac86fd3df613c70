"""Who calls too often, by what Asterisk tells of a call that comes in."""

import time
from collections.abc import Callable

from gateway.admission.forgetting import drop_old
from gateway.admission.limits import Excess, Limits, LimitSettings
from gateway.ari.caller import source
from gateway.ari.channels import CAUSE_BUSY, CAUSE_CONGESTION, named
from gateway.ari.protocol import Json
from parley import log

_OFFERED_S = 10.0
"""Longer than Asterisk offers a call."""
_QUIET_S = 1.0
"""Between two lines of the log: who calls by the hundred would fill it."""

_log = log.get("turnstile")


class Turnstile:
    """Lets calls in as long as their caller, their source and all together have not had their share."""

    def __init__(self, settings: LimitSettings, calls_of: Callable[[str], int]) -> None:
        """`calls_of` tells how many calls of a number are in progress."""
        self._limits = Limits(settings)
        self._calls_of = calls_of
        self._quiet_until = 0.0
        self._judged: dict[str, tuple[Excess | None, float]] = {}
        """What became of calls when they were offered to all gateways, and until when that counts."""

    def count(self, channel: Json, caller: str) -> Excess | None:
        """Count a call that is offered to all gateways, once: each has counted the same when one of them takes it.

        Return why it is one too many.
        """
        now = time.monotonic()
        drop_old(self._judged, now)
        name = str(channel["id"])
        if name not in self._judged:
            self._judged[name] = (self.excess(channel, caller), now + _OFFERED_S)
        return self._judged[name][0]

    def excess(self, channel: Json, caller: str) -> Excess | None:
        """Why a caller's call is one too many; None to let it in. A caller who was answered already never is one."""
        if channel.get("state") == "Up":
            return None
        if (name := str(channel.get("id"))) in self._judged:
            return self._judged[name][0]
        now = time.monotonic()
        excess = self._limits.excess(caller, source(channel), now, self._calls_of(caller))
        if excess is not None and now >= self._quiet_until:
            self._quiet_until = now + _QUIET_S
            _log.warning("a call too many", reason=excess, caller=named(caller), source=source(channel))
        return excess


def cause_of(excess: Excess) -> int:
    """The Q.850 cause that tells a caller of it: their own number is busy, or the line is."""
    return CAUSE_BUSY if excess == "caller_calls" else CAUSE_CONGESTION
