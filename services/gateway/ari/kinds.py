"""What a channel is, by what Asterisk tells of it. Pure."""

from gateway.ari.protocol import Json

_INSIDE = ("Stasis", "StasisBroadcast")
"""Applications of the dialplan by which a channel comes to a gateway."""


def is_media_channel(channel: Json) -> bool:
    """Whether a channel is one of our own media legs, never a caller."""
    return str(channel.get("id", "")).startswith("media-")


def is_local(channel: Json) -> bool:
    """Whether a channel is one half of Asterisk's own, with no telephone at it."""
    return str(channel.get("name", "")).startswith("Local/")


def dialled_within(channel: Json) -> str:
    """The number that one of Asterisk's own halves was made to ring, `Local/1001@context-00000001;1`; empty: none."""
    number = str(channel.get("name", "")).removeprefix("Local/").partition("@")[0]
    return number if is_local(channel) and number.isdecimal() else ""


def is_inside(channel: Json) -> bool:
    """Whether a channel is in an application, not merely watched by one while it is in the dialplan."""
    return is_media_channel(channel) or channel["dialplan"].get("app_name", "Stasis") in _INSIDE
