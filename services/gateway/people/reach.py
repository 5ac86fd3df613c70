"""People to whom a call may be given, and whether anybody is there: Asterisk knows by its device states."""

from dataclasses import dataclass
from typing import Literal

from gateway.ari.channels import Channels
from parley import log
from parley.agents import AgentFile
from parley.agents.dialogue import Target
from parley.errors import AriError

QUEUE_WAIT_S = 600
"""How long a caller stays in a queue."""
WAIT_S = 180
"""How long a caller who wants to wait does so for somebody who is not there."""

Kind = Literal["extension", "trunk", "queue"]
Presence = Literal["free", "busy", "absent"]

_log = log.get("reach")


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the call goes to."""

    name: str
    """Of the target."""
    kind: Kind
    number: str
    """An extension, a telephone number, or the name of a queue."""
    target: Target
    wait: bool
    """Whether the caller wants to wait for somebody."""

    @classmethod
    def of(cls, name: str, target: Target, *, wait: bool) -> "Person":
        """Read a target of an agent's file."""
        if target.queue is not None:
            return cls(name, "queue", target.queue, target, wait)
        if target.trunk is not None:
            return cls(name, "trunk", target.trunk, target, wait)
        return cls(name, "extension", target.extension or "", target, wait)

    @classmethod
    def to_call_back(cls, file: AgentFile, name: str) -> "Person | None":
        """Who calls back who asked for a target, or (empty) for anybody; None: nobody does."""
        names = [name] if name else [file.person or "", *file.targets]
        found = next((each for each in names if each in file.targets and file.targets[each].callback), None)
        return None if found is None else cls.of(found, file.targets[found], wait=False)

    @property
    def wait_s(self) -> int:
        """Seconds that the caller stays in the dialplan at most while nobody takes the call."""
        if self.kind == "queue":
            return QUEUE_WAIT_S
        return WAIT_S if self.wait else 0


async def look(channels: Channels, call: str, person: Person) -> Presence:
    """Whether anybody is there; who cannot be asked for is not."""
    try:
        if person.kind == "queue":
            return await _look_at_queue(channels, call, person.number)
        device = "PJSIP/trunk" if person.kind == "trunk" else f"PJSIP/{person.number}"
        state = await channels.variable(call, f"DEVICE_STATE({device})")
    except AriError as error:
        _log.warning("nobody can be looked up", call=call, error=str(error))
        return "absent"
    # A trunk carries more than one call, and one that answers no OPTIONS may take them all the same.
    if person.kind == "trunk":
        return "absent" if state == "INVALID" else "free"
    if state in ("NOT_INUSE", "UNKNOWN"):
        return "free"
    return "busy" if state in ("INUSE", "BUSY", "RINGING", "RINGINUSE", "ONHOLD") else "absent"


async def _look_at_queue(channels: Channels, call: str, queue: str) -> Presence:
    if await channels.variable(call, f"QUEUE_MEMBER({queue},free)") not in ("", "0"):
        return "free"
    logged = await channels.variable(call, f"QUEUE_MEMBER({queue},logged)")
    return "absent" if logged in ("", "0") else "busy"
