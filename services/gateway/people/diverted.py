"""A call that the agent cannot answer, since something that it needs is away: it goes to people without a word of ours.

Only Asterisk is needed. Where nobody is there, or the agent's file names nobody, the call is refused before it is
answered, with cause 34 (SIP 503, and `Retry-After` by our module of Asterisk), so that a trunk tries another way.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from gateway.ari.channels import CAUSE_CONGESTION, SORRY, Channels, named
from gateway.conversation.leg import tolerate
from gateway.people import dialplan
from gateway.people.reach import Person, look
from parley import log
from parley.agents import Agent
from parley.errors import AriError

_log = log.get("diverted")

Tell = Callable[[str], Awaitable[None]]
"""Told of the outcome: `transferred`, `voicemail`, `caller_hung_up`, `nobody`, `refused` or `failed`."""


@dataclass(frozen=True, slots=True)
class Diverted:
    """A call as it came in."""

    channel: str
    caller: str
    extension: str
    agent: Agent


class DivertedCall:
    """Owns the caller's channel. `run` returns when the call is over, or people's."""

    def __init__(self, call: Diverted, *, channels: Channels, tell: Tell) -> None:
        self.id = call.channel
        self._caller = call.caller
        self._extension = call.extension
        self._agent = call.agent
        self._channels = channels
        self._tell = tell
        self._away = False
        """Whether the caller is in Asterisk's hands."""
        self._over = asyncio.Event()
        self._came_back = ""
        """Why Asterisk gave the caller back."""
        self._outcome = "caller_hung_up"

    # What happens, on the event loop

    def came_back(self, why: str) -> None:
        """Asterisk gives the caller back."""
        self._away = False
        self._came_back = why
        self._over.set()

    def on_gone(self, *, destroyed: bool) -> None:
        """The caller has left our application, or is gone (`destroyed`)."""
        if destroyed or not self._away:
            self._over.set()

    def end(self) -> None:
        """The gateway stops: whom people have, they keep."""
        self._over.set()

    # Its life

    async def run(self) -> None:
        """Give the call away, or refuse it."""
        try:
            await self._divert()
        except AriError as error:
            _log.warning("a call could not be diverted", call=self.id, error=str(error))
            self._outcome = "failed"
            if not self._away:
                await tolerate(self._channels.hang_up(self.id))
        finally:
            await self._tell(self._outcome)

    async def _divert(self) -> None:
        person = self.person()
        if person is not None and await look(self._channels, self.id, person) == "absent":
            person = None
        voicemail = person is None and self._agent.file.overflow.to == "voicemail"
        if person is None and not voicemail:
            self._outcome = "refused"
            await tolerate(self._channels.hang_up(self.id, CAUSE_CONGESTION))
            return
        _log.info(
            "diverted", call=self.id, caller=named(self._caller), to=person.name if person else "voicemail"
        )
        await self._channels.answer(self.id)
        await self._give(person)
        await self._over.wait()
        if not self._came_back:
            # Nobody tells whether a person has taken the call: what is known is that it was theirs.
            self._outcome = "voicemail" if voicemail else "transferred"
        elif voicemail:
            self._outcome = "voicemail"
            await tolerate(self._channels.hang_up(self.id))
        else:
            self._outcome = "nobody"
            await self._channels.play(self.id, SORRY, self._agent.file.language)
            await tolerate(self._channels.hang_up(self.id))

    def person(self) -> Person | None:
        """Whom the agent's file names: where its calls go when there is no room, else its person."""
        file = self._agent.file
        kind, _, name = file.overflow.to.partition(":")
        if kind == "voicemail":
            return None
        name = (name if kind == "target" else "") or file.person or ""
        return Person.of(name, file.targets[name], wait=False) if name in file.targets else None

    async def _give(self, person: Person | None) -> None:
        # Before the channel leaves: its StasisEnd must not be taken for the caller's hanging up.
        self._away = True
        context, variables = dialplan.destination(self.id, self._extension, self._agent, person)
        await self._channels.give(self.id, context, variables, self._agent.file.language)
