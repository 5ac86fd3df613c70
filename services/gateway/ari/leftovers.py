"""Legs and bridges of calls that are over, and that Asterisk did not remove when it was asked: it did not answer."""

import asyncio
from collections.abc import Callable, Collection

from prometheus_client import Counter

from gateway.ari.channels import Channels
from parley import log
from parley.errors import AriError

REMOVED = Counter(
    "parley_ari_leftovers_removed", "Calls of which Asterisk had a leg or a bridge when they were over"
)

LOOK_S = 60.0
"""Between two looks. What is left over at both belongs to no call that is only coming or going."""

_log = log.get("leftovers")


class Leftovers:
    """One gateway's."""

    def __init__(
        self, channels: Channels, known: Callable[[str], bool], others: Callable[[], Collection[str]]
    ) -> None:
        """`known` tells whether this gateway has a call of this name; `others` the applications of the other gateways,
        who look after what is theirs.
        """
        self._channels = channels
        self._known = known
        self._others = others
        self._before: set[str] = set()

    async def watch(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                await self.look()
            except AriError as error:
                _log.warning("cannot look for what calls have left over", error=str(error))

    async def look(self) -> None:
        """Remove what is left over for the second time; raises AriError."""
        calls = await self._channels.with_legs() | await self._channels.with_empty_bridges(self._others())
        left = {call for call in calls if not self._known(call)}
        again, self._before = left & self._before, left
        for call in again:
            _log.warning("removing what a call has left over", call=call)
            await self._channels.close(call)
            REMOVED.inc()
