"""The course of a call that is given to people: where it is, and what is told and counted of it."""

import asyncio
from typing import Any

import msgspec
from prometheus_client import Counter

from gateway.people.parties import Voice
from gateway.people.reach import Person

TRANSFERS = Counter(
    "parley_transfers", "Calls that were to be given to people, by how it ended", ["agent", "kind", "outcome"]
)

_SUMMARY_S = 20.0
"""How long a summary may take to be there; it is not told in writing after that."""
_LOOK_S = 0.1


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

    async def sum_up(self, person: Person, spoken_last: str) -> None:
        """Tell what a person hears of the call once that is there, without `spoken_last`, which is for telephones."""
        summary = self._voice.summary
        try:
            async with asyncio.timeout(_SUMMARY_S):
                while not summary.complete:  # noqa: ASYNC110  # a reply tells nobody that it is complete
                    await asyncio.sleep(_LOOK_S)
        except TimeoutError:
            return
        if text := summary.text.removesuffix(spoken_last).strip():
            self.tell(person, "transfer_summary", text=text)
