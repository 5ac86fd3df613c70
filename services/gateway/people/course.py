"""The course of a call that is given to people: where it is, and what is told and counted of it."""

from typing import Any

import msgspec
from prometheus_client import Counter

from gateway.people.parties import Voice
from gateway.people.reach import Person

TRANSFERS = Counter(
    "parley_transfers", "Calls that were to be given to people, by how it ended", ["agent", "kind", "outcome"]
)


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
    since: float = 0.0
    """Since when the caller has a place in a queue, Unix time in seconds; 0.0: they have none."""


class Account:
    """The account of one call; of nobody there is nothing to tell."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    def tell(self, person: Person | None, kind: str, **data: Any) -> None:
        """Tell what happens on the way to a person."""
        if person is not None:
            self._voice.emit(kind, target=person.name, to=person.kind, number=person.number, **data)

    def count(self, person: Person | None, outcome: str) -> None:
        """Count how it ended."""
        if person is not None:
            TRANSFERS.labels(self._voice.agent.name, person.kind, outcome).inc()

    def end(self, person: Person | None, outcome: str) -> None:
        """Do both: it has ended without a person."""
        self.count(person, outcome)
        self.tell(person, "transfer_ended", outcome=outcome)
