"""Who is told what happens: a company's own systems, by webhooks after the Standard Webhooks specification. Pure."""

import base64
import re
import secrets
from dataclasses import dataclass, field

EVENTS = {
    "call.started": "a call was answered",
    "call.ended": "a call is over, or was not taken",
    "message.received": "the agent has taken a message",
    "voicemail.left": "a caller has left a message on the voicemail",
    "transfer.failed": "a caller was to be given to people, and nobody has taken the call",
    "alert": "an alert of the stack began, or is over",
    "test": "somebody has asked for a message, to see whether it arrives",
}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_PREFIX = "whsec_"
_SECRET_BYTES = 32
MOST_OF_URL = 2000
_PORT = "[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]"
URL_FORM = f"^https?://[A-Za-z0-9](?:[A-Za-z0-9.-]{{0,251}}[A-Za-z0-9])?(?::(?:{_PORT}))?(?:/[!-~]*)?$"
"""Of addresses: a host by its name or IPv4 address, and no user; what is no name turns out when it is looked up."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A receiver."""

    name: str
    url: str = field(repr=False)
    """Where it listens; it may hold a key, and is not logged."""
    secret: str = field(repr=False)
    """The key of signatures, as the specification writes it: `whsec_` and base64."""
    events: tuple[str, ...] = ()
    """Which of EVENTS it is told; empty: all."""
    agents: tuple[str, ...] = ()
    """Whose calls it is told of; empty: all agents'."""

    def __post_init__(self) -> None:
        """Raise ValueError, naming the field, unless all can be used."""
        if not _NAME.fullmatch(self.name):
            raise ValueError("name: up to 64 letters, digits, dots, dashes and underscores")
        check_url(self.url)
        if unknown := set(self.events) - EVENTS.keys():
            raise ValueError(f"events: there is no {min(unknown)!r}; there are {', '.join(EVENTS)}")

    def wants(self, kind: str, agent: str) -> bool:
        """Whether it is told of an event; one that is of no agent is told to all."""
        of_agent = not agent or not self.agents or agent in self.agents
        return kind == "test" or ((not self.events or kind in self.events) and of_agent)


def check_url(url: str) -> None:
    """Raise ValueError unless `url` is an address of HTTP that can be asked."""
    if not re.fullmatch(URL_FORM, url) or len(url) > MOST_OF_URL:
        raise ValueError(f"url: must be like https://crm.example/hook, with at most {MOST_OF_URL} characters")


def new_secret() -> str:
    """A new key for signatures."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
