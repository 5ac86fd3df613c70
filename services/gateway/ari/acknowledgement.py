"""Whether a caller has acknowledged our answer: who sends calls with a forged address cannot, and never hears it."""

import asyncio
from contextlib import suppress

from gateway.ari.channels import Channels
from parley import log
from parley.errors import AriError

WAIT_S = 3.0
"""An acknowledgement takes a round trip, and half a second more for each packet of it that is lost."""
VARIABLE = "PARLEY_ACKNOWLEDGED"
"""What our module of Asterisk sets at the first ACK."""

_log = log.get("acknowledgement")


class Acknowledgement:
    """One caller's."""

    def __init__(self, call: str, channels: Channels) -> None:
        self._call = call
        self._channels = channels
        self._there = asyncio.Event()

    def on_variable(self, name: str) -> None:
        """A variable of the caller's channel was set."""
        if name == VARIABLE:
            self._there.set()

    async def wait(self) -> bool:
        """Whether it has come, or comes in time."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._there.wait(), WAIT_S)
        return self._there.is_set() or await self._was_set()

    async def _was_set(self) -> bool:
        """For a caller whom a gateway before us has answered: no event tells of it any more."""
        try:
            return bool(await self._channels.variable(self._call, VARIABLE))
        except AriError as error:  # as a rule because there is no such variable
            _log.info("a caller's acknowledgement is not known", call=self._call, error=str(error))
            return False
