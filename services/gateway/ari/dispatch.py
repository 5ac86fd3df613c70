"""Tells a call what happened to its caller's channel."""

from typing import Protocol

from gateway.ari.protocol import AriEvent


class Caller(Protocol):
    """Whoever is told; see `calls/call.py`."""

    def on_left(self) -> None:
        """The channel has left our application."""

    def on_gone(self, *, destroyed: bool) -> None:
        """The caller has hung up; `destroyed`: and Asterisk has no channel any more."""

    def on_key(self, key: str) -> None:
        """A key was pressed."""

    def on_hold(self, *, held: bool) -> None:
        """The caller was put on hold, or is back."""

    def on_picked_up(self) -> None:
        """The channel is answered."""

    def on_variable(self, name: str, value: str) -> None:
        """A variable of the channel was set."""


def tell(call: Caller, event: AriEvent) -> None:
    """Hand a call an event of its caller's channel."""
    match event.kind:
        case "StasisEnd":
            call.on_left()
        case "ChannelHangupRequest" | "ChannelDestroyed":
            call.on_gone(destroyed=event.kind == "ChannelDestroyed")
        case "ChannelDtmfReceived":
            call.on_key(event.data["digit"])
        case "ChannelHold" | "ChannelUnhold":
            call.on_hold(held=event.kind == "ChannelHold")
        case "ChannelStateChange" if event.channel["state"] == "Up":
            call.on_picked_up()
        case "ChannelVarset":
            call.on_variable(event.data["variable"], event.data["value"])
        case _:
            pass
