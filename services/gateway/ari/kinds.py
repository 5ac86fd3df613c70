"""What a channel is, by what Asterisk tells of it, and what ours and our bridges are called. Pure."""

from collections.abc import Callable, Iterable

from gateway.ari.protocol import Json

_INSIDE = ("Stasis", "StasisBroadcast")
"""Applications of the dialplan by which a channel comes to a gateway."""


def media_channel_id(call: str) -> str:
    """Id of a call's ExternalMedia channel, known before Asterisk has made it."""
    return f"media-{call}"


def bridge_id(call: str) -> str:
    """Id of a call's bridge."""
    return f"bridge-{call}"


def calls_in(ids: Iterable[str], kind: Callable[[str], str]) -> set[str]:
    """The calls that ids of a kind, one of the two above, belong to."""
    prefix = kind("")
    return {name.removeprefix(prefix) for name in ids if name.startswith(prefix)}


def is_media_channel(channel: Json) -> bool:
    """Whether a channel is one of our own media legs, never a caller."""
    return str(channel.get("id", "")).startswith(media_channel_id(""))


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
