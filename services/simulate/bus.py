"""Redis for simulated conversations: chats that are told of on a stream of their own. All may raise BusError."""

import msgspec

from chat.bus import ChatBus
from parley.messages import Event
from parley.simulation.calls import SIMULATED_EVENTS

_KEPT_S = 3600
"""So long what happened in them is there for who looks for a reason; records keep nothing of it."""


class SimulationBus(ChatBus):
    """A connection."""

    async def happened(self, call: str, since: str) -> list[Event]:
        """What happened in a simulated conversation, oldest first; `since`: the id of an entry before it."""
        entries = await self._redis.xrange(SIMULATED_EVENTS, f"({since}", "+")
        told = (msgspec.json.decode(fields[b"event"], type=Event) for _, fields in entries)
        return [event for event in told if event.call == call]

    async def forget(self, call: str) -> None:
        """Drop what is kept of a conversation that is over."""
        await self._redis.delete(*(f"call:{call}{part}" for part in ("", ":history", ":state")))
        await self._redis.expire(SIMULATED_EVENTS, _KEPT_S)
