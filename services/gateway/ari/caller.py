"""Who calls, as far as a channel of Asterisk tells."""

from gateway.ari.protocol import Json
from parley.telephone import numbers

_TRUNK, _CANARY, _WEB, _EDGE = "trunk", "canary", "web", ("edge", "edge-web")
"""Users that are no number."""


def caller_number(channel: Json, country: str) -> str:
    """The caller's number in E.164, or that of a telephone of the house; empty: anonymous.

    A stranger writes into it whatever they like, and it becomes a key of records, a word of logs and of what a person
    is told. `country` is the one of a number without. Only the canary has a name, known by
    its login, and a user of the console, whose name the dialplan has from there: `console.olga`.
    """
    user, number = source(channel), str(channel["caller"]["number"])
    if user == _CANARY:
        return _CANARY
    return number if user == _WEB else numbers.normal(number, country)


def source(channel: Json) -> str:
    """The SIP user that has logged in, or the address from which a trunk's call has come.

    A channel is named after its endpoint, `PJSIP/1001-0000002a`; the dialplan keeps the address, `198.51.100.7:5060`.
    """
    endpoint = str(channel.get("name", "")).partition("/")[2].rpartition("-")[0]
    if endpoint in _EDGE:
        # There the user has logged in, and the edge lets nobody else have their number.
        return str(channel["caller"]["number"])
    if endpoint != _TRUNK:
        return endpoint
    address = str(channel.get("channelvars", {}).get("PARLEY_SOURCE", ""))
    return f"{_TRUNK} {address.rpartition(':')[0]}"
