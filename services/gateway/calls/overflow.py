"""A call for which there is no room: it hears why, unanswered, as early media, and then the busy tone.

That costs a media leg, and a line whose speech is kept from before, for some seconds. Recognition, the language model
and the answers of the other calls are not touched.
"""

import asyncio
import time
from contextlib import suppress

from gateway.ari.channels import ALL_BUSY, CAUSE_CONGESTION
from gateway.calls.arrival import Arrival
from gateway.conversation.context import Context
from gateway.conversation.leg import Leg, Way, tolerate
from gateway.media import events as media
from parley import audio, log
from parley.bus import AGENT_JOBS, BusError
from parley.messages import AnyMessage, ReplyEnd, ReplyFailed, ReplyJob, Speech

LINES = 8
"""How many calls may overflow at a time at one gateway, of two; more hear the busy tone at once."""
SPARE_ROWS = 3 * LINES
"""Rows of the media plane beside those of MAX_CALLS: for these calls, and for people who are told of a call."""
LONGEST_S = 15.0
"""How long telling may take."""
SPEECH_S = 2.0
"""A line that is not there by then is spoken by Asterisk's own voice."""

_log = log.get("overflow")


class BusyCall:
    """A call that is told that there is no room. It takes the same events as a call that is taken."""

    def __init__(self, arrival: Arrival, way: Way, context: Context, *, reason: str) -> None:
        self.id = arrival.channel
        self._arrival = arrival
        self._reason = reason
        self._channels = way.channels
        self._context = context
        self._leg = Leg(arrival.channel, way)
        self._spoken = asyncio.Event()
        self._over = asyncio.Event()
        self._told = False
        """Whether the line was played to its end."""

    # What happens, on the event loop

    def on_media_channel_up(self) -> None:
        """The ExternalMedia channel can be bridged."""
        self._leg.on_up()

    def on_media_channel_down(self) -> None:
        """The ExternalMedia channel is gone."""
        if self._leg.is_up:
            self._over.set()

    def on_media(self, event: media.MediaEvent) -> None:
        """Take in what the media plane tells."""
        if isinstance(event, media.PlayoutFinished):
            self._told = True
            self._over.set()

    def on_message(self, message: AnyMessage) -> None:
        """Take in the line's speech."""
        match message:
            case Speech():
                self._spoken.set()
                self._context.plane.speak(self.id, message.revision, audio.from_bytes(message.pcm))
            case ReplyEnd():
                self._context.plane.complete(self.id, message.revision)
            case ReplyFailed():
                _log.warning("the line could not be spoken", call=self.id, kind=message.kind)
            case _:
                pass

    def end(self) -> None:
        """The caller has hung up, or the gateway stops."""
        self._over.set()

    # Its life

    async def run(self) -> None:
        """Tell, hang up, clean up."""
        telling = asyncio.create_task(self._tell(), name=f"busy-{self.id}")
        over = asyncio.create_task(self._over.wait(), name=f"over-{self.id}")
        try:
            await asyncio.wait((telling, over), timeout=LONGEST_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (telling, over):
                task.cancel()
            for result in await asyncio.gather(telling, over, return_exceptions=True):
                if isinstance(result, Exception):
                    _log.warning("a caller could not be told", call=self.id, error=str(result))
            await self._clean_up()

    async def _tell(self) -> None:
        await self._leg.open(lambda: self._channels.progress(self.id))
        with suppress(BusError, TimeoutError):
            async with asyncio.timeout(SPEECH_S):
                await self._context.bus.publish(AGENT_JOBS, self._job())
                await self._spoken.wait()
        if self._spoken.is_set():
            await self._over.wait()
            return
        await self._leg.close()
        await self._channels.play(self.id, ALL_BUSY, self._arrival.agent.file.language)

    def _job(self) -> ReplyJob:
        agent = self._arrival.agent
        return ReplyJob(
            call=self.id,
            gateway=self._context.gateway,
            agent=agent.key,
            turn=0,
            revision=0,
            queued_at=time.time(),
            kind="line",
            text=agent.line("busy"),
            language=agent.file.language,
        )

    async def _clean_up(self) -> None:
        # The caller first, who then hears the busy tone at once.
        await tolerate(self._channels.hang_up(self.id, CAUSE_CONGESTION))
        await self._leg.close()
        arrival = self._arrival
        with suppress(BusError):
            await self._context.bus.emit(
                "call_ended",
                self.id,
                at=time.time(),
                agent=arrival.agent.name,
                caller=arrival.caller,
                extension=arrival.extension,
                outcome="busy",
                reason=self._reason,
                told=self._told,
            )
