"""Who calls, as far as a channel of Asterisk tells."""

from gateway.ari.protocol import Json

_TRUNK = "trunk"


def caller_number(channel: Json) -> str:
    """The caller's number; empty when none is told."""
    return str(channel["caller"]["number"])


def source(channel: Json) -> str:
    """The SIP user that has logged in, or the address from which a trunk's call has come.

    A channel is named after its endpoint, `PJSIP/1001-0000002a`; the dialplan keeps the address, `198.51.100.7:5060`.
    """
    endpoint = str(channel.get("name", "")).partition("/")[2].rpartition("-")[0]
    if endpoint != _TRUNK:
        return endpoint
    address = str(channel.get("channelvars", {}).get("PARLEY_SOURCE", ""))
    return f"{_TRUNK} {address.rpartition(':')[0]}"
