"""Giving a call to people, and taking it back.

The caller's channel leaves our application for Asterisk's dialplan (context `transfer`), which plays music, rings
people and joins the two by itself: what has been joined outlives this gateway. A person's leg comes to us before it is
joined (`screening.py`); the caller comes back to us when nobody has taken the call.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from gateway.ari.channels import Channels, named
from gateway.conversation.leg import tolerate
from gateway.conversation.replies import Reply
from gateway.people import dialplan
from gateway.people.course import Account, Away
from gateway.people.parties import Answers, Lines, Voice
from gateway.people.place import Place
from gateway.people.reach import Person, look
from gateway.values.moments import parted
from parley import log
from parley.agents.actions import Action
from parley.errors import AriError

_NOT_HERE = (404, 409)
"""Asterisk's answers when a channel is gone, or has left our application: the caller has hung up meanwhile."""

_log = log.get("handover")


class Handover:
    """People and one call; a guide's `Desk`, and a screening's call."""

    away = False
    """Whether the caller is in Asterisk's hands."""
    connected = False
    """Whether a person has taken the call."""
    leg = ""
    """Channel of that person, whose leg this gateway has told of the call; empty: it has not."""
    taken_over = False
    """Whether somebody of the company has the caller, here and not in Asterisk's dialplan."""

    def __init__(
        self,
        call: str,
        caller: str,
        extension: str,
        *,
        channels: Channels,
        voice: Voice,
        lines: Lines,
        answers: Callable[[], Answers],
        begin: Callable[[Coroutine[Any, Any, None]], None],
        changed: Callable[[], None],
        lost: Callable[[], None],
        place: Place,
        serve: Callable[[Action], None],
    ) -> None:
        """`answers` tells, once somebody is asked for, who answers the caller; `begin` does a step in the background;
        `changed` is called when `keep` tells something new, `lost` when the caller is gone; `place` is theirs in a
        queue; `serve` does what needs nobody else.
        """
        self._call, self._caller, self._extension = call, caller, extension
        self._channels, self._lines = channels, lines
        self._voice, self._account = voice, Account(voice)
        self._answers = answers
        self._begin, self._changed, self._lost = begin, changed, lost
        self._place, self._serve = place, serve
        self._person: Person | None = None
        self._message = self._declined = False
        """Whether a message is taken, and whether the person did not take the call."""
        self._moving = asyncio.Lock()  # Asterisk may give the caller back before all of the way there is done
        self._take: Callable[[], Coroutine[Any, Any, None]] | None = None
        """What is done in place of giving the caller to Asterisk."""
        self.on_back: Callable[[], None] = lambda: None
        """Called when the caller is with the agent again, and has been told why."""

    @property
    def summary(self) -> Reply | None:
        """What a person is told before they take the call; None: nothing."""
        person = self._person
        return self._voice.summary if person is not None and person.target.summary else None

    @property
    def theirs(self) -> bool:
        """Whether the caller is in Asterisk's hands, which need no gateway."""
        return self.away and not self.taken_over

    @property
    def outcome(self) -> str:
        """How the call has ended when the caller is gone."""
        return "transferred" if self.connected else "caller_hung_up"

    # Another gateway goes on

    def keep(self) -> Away:
        """Say where the caller is, for another gateway."""
        person = self._person
        return Away(
            target=person.name if person else "",
            wait=person.wait if person else False,
            message=self._message,
            away=self.theirs,
            connected=self.connected and self.theirs,
            declined=self._declined,
            since=self._place.since,
        )

    def resume(self, kept: Away) -> None:
        """Be where another gateway was; nothing is said yet."""
        targets = self._voice.agent.file.targets
        if kept.target in targets:
            self._person = Person.of(kept.target, targets[kept.target], wait=kept.wait)
        self._message, self._declined = kept.message, kept.declined
        self.away, self.connected = kept.away, kept.connected
        self._place.resume(self._person if self.away and not self.connected else None, kept.since)

    async def go_on(self, remark: str) -> None:
        """Do what the other gateway was about: have the caller with people told of, or lead them there."""
        if not self.away:
            self._lead(remark)
            return
        if self._person is not None and not self.connected:
            self._order_summary(self._person)
        await tolerate(self._channels.claim_back(self._call))
        await self._channels.watch(self._call)

    def _lead(self, remark: str) -> None:
        if self._person is not None:
            self._hand_over(self._person, f"{remark} ")
        elif self._message:
            self._voice.hand_over(f"{remark} {self._voice.agent.line('voicemail')}")
        else:
            self._answers().back(remark)

    # What the guide asks for

    def transfer(self, name: str, *, wait: bool = False) -> None:
        """Give the call to a target, if anybody is there or the caller wants to wait."""
        self._begin(self._ask(Person.of(name, self._voice.agent.file.targets[name], wait=wait)))

    def voicemail(self) -> None:
        """Take a message."""
        self._person, self._message, self._take = None, True, None
        self._voice.hand_over(self._voice.agent.line("voicemail"))

    def serve(self, action: Action) -> None:
        """Send a text, or ask whether to; never call the caller again; call them back."""
        name, moment = parted(action.name)
        if action.kind != "callback":
            self._serve(action)
        elif person := Person.to_call_back(self._voice.agent.file, name):
            self._begin(self._place.asked_for(person, moment))
        else:
            self._answers().back(self._voice.agent.line("callback_no_number"))

    def pressed(self, key: str) -> None:
        """A key was pressed while the handoff sentence is said: the one to be called back may be meant."""
        self._place.pressed(key)

    def take_over(self, take: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Have the agent say that somebody who is there has the call from now on, and `take` the caller then."""
        self._person, self._message, self._declined = None, False, False
        self._voice.hand_over(self._voice.agent.line("taken_over"))
        self._take = take

    def spoken(self) -> None:
        """The handoff sentence has been heard: the call leaves us, unless the caller is to be called back."""
        take, self._take = self._take, None
        early = self._person is not None and self._place.hurried
        step = take or (self._call_back if early else self._give)
        self._begin(self._move(step()))

    async def give_back(self) -> None:
        """Who was to take the call over did not."""
        self.away = self.taken_over = False
        await self._lines.regain()
        self._answers().back(self._voice.agent.line("declined"))
        self.on_back()

    # What the person decides, on the leg that Asterisk has not joined yet

    def taken(self, person: str) -> None:
        """A person has taken the call."""
        self.connected, self.leg = True, person
        self._place.taken()
        self._account.count(self._person, "connected")
        self._account.tell(self._person, "transfer_connected", channel=person)

    def declined(self, person: str) -> None:
        """A person has not."""
        self._declined = True
        self._account.tell(self._person, "transfer_declined", channel=person)

    # What becomes of the caller

    def came_back(self, why: str) -> None:
        """Asterisk gives the caller back."""
        self._begin(self._move(self._go_back(why)))

    def gone(self) -> None:
        """The caller has hung up while in Asterisk's hands."""
        if self._person is None:
            self._voice.emit("voicemail", file=dialplan.message_file(self._call, self._voice.agent))
        elif not self.connected:
            self._account.end(self._person, "abandoned")

    async def _move(self, step: Coroutine[Any, Any, None]) -> None:
        async with self._moving:
            await step

    async def _ask(self, person: Person) -> None:
        presence = await look(self._channels, self._call, person)
        told = {"target": person.name, "kind": person.kind, "presence": presence}
        _log.info("transfer", call=self._call, caller=named(self._caller), **told)
        self._person, self._declined, self._message = person, False, False
        self._account.tell(self._person, "transfer_started", presence=presence)
        agent = self._voice.agent
        if presence == "free" or person.wait or (presence == "busy" and person.kind == "queue"):
            await self._place.consider(person, full=presence != "free")
            self._hand_over(person)
            return
        self._account.end(self._person, "unavailable" if presence == "absent" else "busy")
        await self._offer(agent.line("unavailable", target=person.target.name))

    def _hand_over(self, person: Person, remark: str = "") -> None:
        self._take = None
        self._order_summary(person)
        connecting = self._voice.agent.line("connecting", target=person.target.name)
        self._voice.hand_over(remark + connecting + self._place.hint)

    def _order_summary(self, person: Person) -> None:
        if person.target.summary:
            accept = self._voice.agent.line("summary_accept")
            self._voice.order_summary(accept, self._caller)
            if not self._place.secret:  # no record is to have that in a model's words, which nobody can mask
                self._begin(self._account.sum_up(person, accept))

    async def _give(self) -> None:
        # Before the channel leaves: its StasisEnd must not be taken for the caller's hanging up.
        self.away = True
        agent = self._voice.agent
        context, variables = dialplan.destination(self._call, self._extension, agent, self._person)
        if self._person is not None:
            variables |= await self._place.wait(self._person)
        self._changed()
        try:
            await self._channels.give(self._call, context, variables, agent.file.language)
        except AriError as error:
            _log.error("the call could not be given away", call=self._call, error=str(error))
            self.away = False
            if error.status in _NOT_HERE:
                self._account.end(self._person, "abandoned")
                self._lost()
                return
            self._place.back()
            self._account.end(self._person, "failed")
            await self._offer(agent.line("declined"))
            return
        await self._lines.release()

    async def _go_back(self, why: str) -> None:
        await self._take_back(why)
        self.on_back()

    async def _take_back(self, why: str) -> None:
        self.away, self.connected, self.leg = False, False, ""
        self._place.back()
        self._changed()
        await self._lines.regain()
        agent = self._voice.agent
        if self._person is None:
            self._voice.emit("voicemail", file=dialplan.message_file(self._call, self._voice.agent))
            self._answers().goodbye(agent.line("voicemail_thanks"))
            return
        outcome = dialplan.outcome(why, declined=self._declined)
        if outcome == "callback":
            await self._call_back()
            return
        self._account.end(self._person, outcome)
        if outcome == "taken_back":
            self._answers().back("")
        else:
            await self._offer(agent.line("declined"))

    async def _call_back(self) -> None:
        self._account.end(self._person, "callback")
        if self._person is not None:
            await self._place.keep(self._person)

    async def _offer(self, remark: str) -> None:
        person = self._person
        if person is None:
            self._answers().back(remark)
            return
        also = await self._place.offered(person)
        self._answers().offer(f"callback:{person.name}" if also else person.name, remark)
