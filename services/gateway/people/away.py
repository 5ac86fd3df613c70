"""Where a call is that is given to people, for a gateway that has to go on with it."""

import msgspec


class Away(msgspec.Struct, frozen=True, kw_only=True):
    """Where a handover is, as another gateway can go on with it."""

    target: str = ""
    """To whom the call goes, a name in agent.yaml; empty: to nobody."""
    wait: bool = False
    """Whether the caller wants to wait for them."""
    message: bool = False
    """Whether a message is taken."""
    away: bool = False
    """Whether the caller is in Asterisk's hands."""
    connected: bool = False
    declined: bool = False
