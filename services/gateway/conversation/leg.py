"""A channel's way to the media plane: an ExternalMedia channel, a row of the plane, and a bridge."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from gateway.ari.channels import Channels
from gateway.ari.kinds import media_channel_id
from gateway.media.plane import MediaPlane
from gateway.media.rtp.codec import MediaFormat
from gateway.media.rtp.legs import TooManyCalls
from parley import log
from parley.errors import AriError

MEDIA_TIMEOUT_S = 5.0
"""For the ExternalMedia channel to be there: some milliseconds as a rule. The caller hears nothing meanwhile."""

_log = log.get("leg")


@dataclass(frozen=True, slots=True)
class MediaAddress:
    """Where Asterisk sends the audio of every leg, and as what."""

    host: str
    """Our own IPv4 address."""
    port: int
    """One UDP port for all calls: the media plane tells them apart by where they come from."""
    format: MediaFormat


@dataclass(frozen=True, slots=True)
class Way:
    """What every leg of a gateway needs."""

    address: MediaAddress
    channels: Channels
    plane: MediaPlane


class Leg:
    """Opened for one channel, and closed; it can be opened again."""

    def __init__(self, channel: str, way: Way) -> None:
        self._channel = channel
        self._way = way
        self._up = asyncio.Event()

    @property
    def is_up(self) -> bool:
        """Whether the ExternalMedia channel has entered the application."""
        return self._up.is_set()

    def on_up(self) -> None:
        """The ExternalMedia channel has entered the application and can be bridged."""
        self._up.set()

    async def open(self, answer: Callable[[], Awaitable[None]] | None = None) -> None:
        """Let the channel and the media plane hear each other; `answer` is done on the way: it answers the call."""
        way, to = self._way, self._way.address
        leg = await way.channels.open_media(self._channel, to.host, to.port, to.format)
        # The media plane sends from its first tick on, so that Asterisk's strict RTP learns the way at once.
        # Not interruptible: nothing plays yet, and whatever is said tells whether it may be interrupted.
        try:
            way.plane.add(self._channel, leg.host, leg.port, interruptible=False)
        except TooManyCalls as error:
            raise AriError(
                "POST", "channels/externalMedia", 0, f"the media plane is full: {error}"
            ) from error
        if answer is not None:
            await answer()
        try:
            await asyncio.wait_for(self._up.wait(), MEDIA_TIMEOUT_S)
        except TimeoutError as error:
            raise AriError("POST", "channels/externalMedia", 0, "the media leg did not come up") from error
        await way.channels.bridge(self._channel, self._channel, media_channel_id(self._channel))

    async def close(self) -> None:
        """Take the channel off the media plane; the channel itself stays."""
        self._up.clear()  # the leg's end is not the call's
        self._way.plane.remove(self._channel)
        await tolerate(self._way.channels.close(self._channel))


async def tolerate(step: Awaitable[None]) -> None:
    """Do a step whose failure must not keep the next ones from being done."""
    try:
        await step
    except AriError as error:
        _log.warning("a step failed", error=str(error))
