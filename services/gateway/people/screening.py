"""A person's leg, before it is joined with the caller's: the person hears what the call is about and takes it or not.

Asterisk has rung the person and holds the leg in its dialplan (context `accept`); it joins the two when this leg goes
on. Whose telephone is a page of the console has read the summary there, and takes the call by answering.
"""

import asyncio
from typing import Protocol

from gateway.ari.channels import Channels
from gateway.conversation.leg import Leg, Way, tolerate
from gateway.conversation.replies import Reply
from gateway.media import events as media
from parley import log
from parley.errors import AriError

ACCEPT, DECLINE = "1", "2"
LONGEST_S = 40.0
"""A person who has pressed nothing by then has not taken the call: an answering machine, perhaps."""
SUMMARY_S = 12.0
"""How long the summary may take to be there; without it the call is taken by its key alone."""
REPEAT_S = 6.0
"""Silence after which it is told again."""
READS = "console"
"""Value of the variable PARLEY_PHONE of legs whose people read the summary."""
_LOOK_S = 0.05
_ROUNDS = 50
"""More than LONGEST_S leaves time for."""

_log = log.get("screening")


class Screened(Protocol):
    """The call that is told about; see `handover.py`."""

    @property
    def summary(self) -> Reply | None:
        """What is told; None: nothing, the call is taken as it comes."""

    def taken(self, person: str) -> None:
        """A person has taken the call."""

    def declined(self, person: str) -> None:
        """A person has not."""


class Screening:
    """One person's decision. `run` returns when the leg has gone on, or is gone."""

    def __init__(self, channel: str, call: Screened | None, way: Way) -> None:
        self.id = channel
        self._call = call
        self._way = way
        self._leg = Leg(channel, way)
        self._key = asyncio.Queue[str]()
        self._gone = asyncio.Event()
        self._played = asyncio.Event()

    # What happens, on the event loop

    def on_media_channel_up(self) -> None:
        """The ExternalMedia channel can be bridged."""
        self._leg.on_up()

    def on_media(self, event: media.MediaEvent) -> None:
        """Take in what the media plane tells."""
        if isinstance(event, media.PlayoutFinished):
            self._played.set()

    def on_key(self, key: str) -> None:
        """The person has pressed a key."""
        self._key.put_nowait(key)

    def on_gone(self) -> None:
        """The person has hung up, or the caller has."""
        self._gone.set()

    def stop(self) -> None:
        """The gateway stops: the call is taken as it comes."""
        self._key.put_nowait(ACCEPT)

    # Its life

    async def run(self) -> None:
        """Tell, wait for the decision, and let the leg go on."""
        accepted = True  # a person who cannot be asked gets the call: somebody waits on the other side
        try:
            if self._call is not None and self._call.summary is not None:
                accepted = await self._has_read() or await self._ask(self._call.summary)
        except (AriError, TimeoutError) as error:
            _log.warning("a person could not be told what the call is about", error=str(error))
        finally:
            await self._leg.close()
        # Before Asterisk joins the two: a caller who hangs up the next moment has been transferred.
        if self._call is not None and not self._gone.is_set():
            (self._call.taken if accepted else self._call.declined)(self.id)
        await self._go_on(self._way.channels, accepted=accepted)

    async def _has_read(self) -> bool:
        try:
            return await self._way.channels.variable(self.id, "PARLEY_PHONE") == READS
        except AriError:  # a telephone of any other kind has no such variable
            return False

    async def _ask(self, summary: Reply) -> bool:
        telling = asyncio.create_task(self._tell(summary), name=f"telling-{self.id}")
        deciding = asyncio.create_task(self._decide(), name=f"deciding-{self.id}")
        gone = asyncio.create_task(self._gone.wait(), name=f"gone-{self.id}")
        try:
            await asyncio.wait((deciding, gone), timeout=LONGEST_S, return_when=asyncio.FIRST_COMPLETED)
            return deciding.done() and deciding.result()
        finally:
            for task in (telling, deciding, gone):
                task.cancel()
            for result in await asyncio.gather(telling, deciding, gone, return_exceptions=True):
                if isinstance(result, Exception):
                    _log.warning("the summary could not be told", person=self.id, error=str(result))

    async def _decide(self) -> bool:
        while True:
            key = await self._key.get()
            if key in (ACCEPT, DECLINE):
                return key == ACCEPT

    async def _tell(self, summary: Reply) -> None:
        """Speak the summary, again and again."""
        await self._leg.open()
        async with asyncio.timeout(SUMMARY_S):
            while not summary.complete:  # noqa: ASYNC110  # a reply tells nobody that it is complete
                await asyncio.sleep(_LOOK_S)
        for number in range(_ROUNDS):
            self._played.clear()
            for pcm in summary.held:
                self._way.plane.speak(self.id, number, pcm)
            self._way.plane.complete(self.id, number)
            await self._played.wait()
            await asyncio.sleep(REPEAT_S)

    async def _go_on(self, channels: Channels, *, accepted: bool) -> None:
        if self._gone.is_set():
            return
        if not accepted:
            await tolerate(channels.set_variable(self.id, "GOSUB_RESULT", "CONTINUE"))
        await tolerate(channels.join(self.id))
