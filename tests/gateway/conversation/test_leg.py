"""The way of a channel to the media plane, when there is no way."""

import pytest

from gateway.ari.channels import MediaLeg
from gateway.conversation.leg import Leg, MediaAddress, Way
from gateway.media.rtp.legs import TooManyCalls
from parley.errors import AriError


class FullPlane:
    def add(self, call: str, host: str, port: int, *, interruptible: bool) -> None:
        raise TooManyCalls("120 rows are taken")


class OpenChannels:
    async def open_media(self, call: str, host: str, port: int, media_format: str) -> MediaLeg:
        return MediaLeg("10.0.0.1", 20_000)


async def test_a_full_media_plane_is_an_error_of_the_leg_before_anybody_is_answered() -> None:
    answered = False

    async def answer() -> None:
        nonlocal answered
        answered = True

    address = MediaAddress("10.0.0.2", 40_000, "slin16")
    leg = Leg("1.1", Way(address, OpenChannels(), FullPlane()))  # type: ignore[arg-type]
    with pytest.raises(AriError, match="the media plane is full"):
        await leg.open(answer)
    assert not answered
