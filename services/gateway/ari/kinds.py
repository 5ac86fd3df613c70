"""What a channel is, by what Asterisk tells of it, and what ours and our bridges are called. Pure."""

from collections.abc import Callable, Iterable

from gateway.ari.protocol import Json

SUPERVISE = "supervise"
"""Context of the dialplan by which somebody of the company comes into a call; its extension is their token."""
_TAP = "tap-"
_INSIDE = ("Stasis", "StasisBroadcast")
"""Applications of the dialplan by which a channel comes to a gateway."""


def media_channel_id(call: str) -> str:
    """Id of a call's ExternalMedia channel, known before Asterisk has made it."""
    return f"media-{call}"


def bridge_id(call: str) -> str:
    """Id of a call's bridge."""
    return f"bridge-{call}"


def tap_id(call: str, number: int) -> str:
    """Id of the channel by which a call is heard without being in its bridge; each has a number of its own."""
    return f"{_TAP}{number}-{call}"


def is_supervision(channel: Json) -> bool:
    """Whether a channel is a tap, or of who hears it: never a caller, and nobody's when its gateway is gone."""
    return str(channel.get("id", "")).startswith(_TAP) or _context(channel) == SUPERVISE


def token_of(channel: Json) -> str:
    """By which token a channel asks to come into a call; empty: it does not."""
    return str(channel["dialplan"]["exten"]) if _context(channel) == SUPERVISE else ""


def _context(channel: Json) -> str:
    return str(channel.get("dialplan", {}).get("context", ""))


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
    if is_media_channel(channel) or is_supervision(channel):
        return True
    return channel["dialplan"].get("app_name", "Stasis") in _INSIDE
