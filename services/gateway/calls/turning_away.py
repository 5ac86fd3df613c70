"""Calls that the agent does not answer: refused with a cause, or given to people since something is lacking."""

import asyncio
import time

from prometheus_client import Counter

from gateway.admission.headroom import OVERFLOWED
from gateway.ari.caller import caller_number
from gateway.ari.channels import CAUSE_CONGESTION, Channels, named
from gateway.ari.protocol import Json
from gateway.calls.arrival import Arrival
from gateway.calls.overflow import LINES
from gateway.calls.roster import Roster
from gateway.conversation.leg import tolerate
from gateway.people.diverted import Diverted, DivertedCall
from parley import log
from parley.agents import Agent
from parley.bus import Bus, BusError

REJECTED = Counter("parley_calls_rejected", "Calls that were not answered, by why", ["reason"])

_TOLD_S = 5.0
"""How long a call that was not taken waits for Redis to know of it."""

_log = log.get("turning_away")


class TurningAway:
    """Ends calls that are not taken, and has them recorded."""

    def __init__(self, roster: Roster, channels: Channels, bus: Bus) -> None:
        self._roster = roster
        self._channels = channels
        self._bus = bus

    def refuse(
        self, channel: Json, reason: str, cause: int, agent: Agent | None = None, extension: str = ""
    ) -> None:
        """Refuse a call with the cause that tells why; `extension` is the agent's that was dialled."""
        REJECTED.labels(reason).inc()
        call, extension = str(channel["id"]), extension or str(channel["dialplan"]["exten"])
        caller = caller_number(channel, agent.country if agent else "")
        _log.warning("call refused", call=call, reason=reason, extension=extension, caller=named(caller))
        self._roster.own(tolerate(self._channels.hang_up(call, cause)))
        whose = {"agent": agent.name if agent else "", "caller": caller, "extension": extension}
        self._roster.own(self._record(call, **whose, outcome="refused", reason=reason))

    def drop(self, channel: Json, reason: str, cause: int) -> None:
        """Refuse a call without a record: who calls by the hundred would fill them."""
        REJECTED.labels(reason).inc()
        self._roster.own(tolerate(self._channels.hang_up(str(channel["id"]), cause)))

    def divert(self, channel: Json, arrival: Arrival, lack: str) -> None:
        """Send a caller whom the agent cannot answer to people, as long as there is room for that."""
        OVERFLOWED.labels(lack).inc()
        if self._roster.overflowing() >= LINES:
            self.refuse(channel, lack, CAUSE_CONGESTION, arrival.agent, arrival.extension)
            return
        agent, caller, extension = arrival.agent, arrival.caller, arrival.extension
        whose = {"agent": agent.name, "caller": caller, "extension": extension}

        async def tell(outcome: str) -> None:
            REJECTED.labels(f"{lack}_{outcome}").inc()
            await self._record(arrival.channel, **whose, outcome=outcome, reason=lack)

        call = Diverted(arrival.channel, caller, extension, agent)
        diverted = DivertedCall(call, channels=self._channels, tell=tell)
        self._roster.start(self._roster.diverted, diverted)

    async def _record(self, call: str, **told: str) -> None:
        try:
            async with asyncio.timeout(_TOLD_S):
                await self._bus.emit("call_ended", call, at=time.time(), **told)
        except (BusError, TimeoutError) as error:
            _log.warning("a call that was not taken is not recorded", call=call, error=str(error))
