"""A caller's place in a queue: while they wait there, when they hang up and are to be called back, and then."""

import asyncio
import datetime
import time
from collections.abc import Callable, Coroutine
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from prometheus_client import Counter

from gateway.conversation.context import Context
from gateway.people.dialling import Returning
from gateway.people.parties import Answers, Voice
from gateway.people.permission import NotRung, Permission
from gateway.people.reach import Person
from gateway.values import moments
from gateway.values.rows import Phone
from parley import log
from parley.bus import BusError
from parley.outbound.callbacks import KEPT_S, PASSING, Callback, dialable, identity
from parley.outbound.rules import is_outside, looked_up, next_allowed
from parley.outside.dialling import Dial
from parley.outside.notes import iso
from parley.telephone import numbers

KEPT = Counter(
    "parley_callbacks_kept_total", "Callers who hung up and are to be called back, by agent.", ["agent"]
)
BY = "callback"
"""Who asks for the calls to them, where rules and records name it."""
_KEY = "1"
"""The dialplan knows it (`transfer-exit`), and the line `callback_hint` names it."""
_NOT_THEM = ("machine", "no_such_number", "failed", "lost", "stopped", "unacknowledged")
"""How a call ends with somebody who was not greeted, and is to be tried again."""
_REDIS_S = 1.0
"""A caller waits no longer for it."""
_LONGEST = 300
_LAST = 3
"""Characters and turns of a caller's that a person is told of, when they are called back."""

_log = log.get("place")


class Place:
    """One caller's."""

    def __init__(
        self,
        call: str,
        caller: str,
        *,
        context: Context,
        voice: Voice,
        answers: Callable[[], Answers],
        begin: Callable[[Coroutine[Any, Any, None]], None],
        said: Callable[[], str],
        secret: Callable[[], bool],
        returning: Returning | None = None,
    ) -> None:
        """As of a handover; `said`: what they said last; `secret`: whether they have said what is told to nobody;
        `returning`: they have been called back.
        """
        self._call = call
        self._caller = caller
        self._rules = context.rules
        self._book = context.bus.commands().callbacks() if context.rules else None
        self._permission = (
            Permission(context.rules, context.bus.commands().ledger()) if context.rules else None
        )
        self._voice = voice
        self._answers = answers
        self._begin = begin
        self._said, self._secret = said, secret
        self._returning = returning
        self._queue = ""
        """In which they wait."""
        self.since = returning.since if returning else 0.0
        """Since when their place is theirs, Unix time in seconds; 0.0: they have none yet."""
        self._greeted = self._joined = False
        self._hinted = False
        """Whether they are told of the key with which they are called back."""
        self.hurried = False
        """Whether they have pressed it before they waited."""

    @property
    def secret(self) -> bool:
        """Whether they have said, or may have, what is told to nobody."""
        return self._secret()

    # Before they wait, or instead

    async def offered(self, person: Person) -> bool:
        """Whether they can be called back in place of waiting for somebody."""
        number = self._number
        if not (person.target.callback and self._permission is not None and dialable(number)):
            return False
        dial = Dial(
            id=self._call, to=number, agent=self._voice.agent.name, by=BY, ring_s=0.0, dry_run=True, until=0.0
        )
        try:
            await self._permission.ask(dial)
        except NotRung as error:
            return error.rule in PASSING
        return True

    async def consider(self, person: Person, *, full: bool) -> None:
        """They are about to go to somebody; `full`: and would wait, so that they hear of another way, if any."""
        self.hurried = False
        self.since = self._returning.since if self._returning else 0.0
        self._hinted = full and await self.offered(person)

    @property
    def hint(self) -> str:
        """What they are told of it, behind something else; empty: nothing."""
        return f" {self._voice.agent.line('callback_hint')}" if self._hinted else ""

    def pressed(self, key: str) -> None:
        """They have pressed a key while they were told."""
        self.hurried |= self._hinted and key == _KEY

    async def asked_for(self, person: Person, moment: datetime.datetime | None) -> None:
        """They want to be called back: at the moment that they have agreed to, or as they have just said."""
        agent, now = self._voice.agent, datetime.datetime.now(self._zone)
        wanted = moments.wanted(self._said(), agent.file.language, now)
        if moment is not None:
            wanted = moments.Wanted(moment)
        at = self._allowed(wanted.at) if wanted.at else None
        # Who agrees to a time that they have said themselves has not heard whether it is allowed.
        settled = at == moment and not (at is None and wanted.told)
        if settled or not await self.offered(person):
            await self.keep(person, moment)
        elif at is None:
            self._answers().back(agent.line("callback_when"))
        else:
            remark = agent.line("callback_hours") if at != wanted.at else ""
            self._answers().offer(moments.named(person.name, at), remark)

    def _allowed(self, at: datetime.datetime) -> datetime.datetime:
        """A moment, or the next one in which calls to them are allowed by the hours."""
        return (next_allowed(self._rules, self._number, at) if self._rules else None) or at

    @property
    def _zone(self) -> datetime.tzinfo:
        """That of their clock: of their number, if it tells, else of the agent's hours."""
        zones = looked_up(self._number)[1] if is_outside(self._number) else ()
        hours = self._voice.agent.file.hours
        if len(zones) == 1:
            return ZoneInfo(zones[0])
        return ZoneInfo(hours.timezone) if hours else datetime.UTC

    async def keep(self, person: Person, moment: datetime.datetime | None = None) -> None:
        """Have them called back, at a moment or as soon as somebody is free, and tell what came of that."""
        if not await self.offered(person):
            self._answers().back(self._voice.agent.line("callback_no_number"))
            return
        try:
            async with asyncio.timeout(_REDIS_S):
                kept = await self._book_in(person, moment)
        except (BusError, TimeoutError) as error:
            _log.error("a place could not be kept", call=self._call, error=str(error))
            self._answers().back(self._voice.agent.file.apology)
            return
        agent = self._voice.agent
        KEPT.labels(agent.name).inc()
        due = iso(kept.due)
        self._voice.emit("callback_kept", target=person.name, number=kept.number, callback=kept.id, due=due)
        spoken = Phone(agent.country, agent.file.language).spoken(kept.number)
        line = agent.line("callback_kept", target=person.target.name, value=spoken)
        if moment is not None:
            line = agent.line("callback_agreed", value=moments.spoken(moment, agent.file.language))
        self._answers().goodbye(line)

    async def _book_in(self, person: Person, moment: datetime.datetime | None) -> Callback:
        assert self._book is not None, "it was not offered"
        agent, number, now = self._voice.agent, self._number, time.time()
        due = moment.timestamp() if moment else now
        said = [] if self._secret() else await self._book.said(self._call)
        entry = Callback(
            id=identity(number, agent.name, person.name),
            number=number,
            agent=agent.name,
            target=person.name,
            language=agent.file.language,
            since=due if moment else self.since or now,
            due=due,
            until=due + KEPT_S,
            call=self._call,
            why=" ".join(said[-_LAST:])[-_LONGEST:],
        )
        kept = await self._book.keep(entry)
        if moment is not None or (kept.due > now and not kept.attempts):
            # They had a place already: what they want now counts.
            kept = msgspec.structs.replace(kept, since=entry.since, due=due, until=entry.until)
            await self._book.change(kept)
        return kept

    @property
    def _number(self) -> str:
        return numbers.normal(self._caller, self._voice.agent.country)

    # While they wait

    async def wait(self, person: Person) -> dict[str, str]:
        """They go into a queue, or to somebody else; return what the dialplan has to know of it."""
        if person.kind != "queue":
            return {}
        self.since = self.since or time.time()
        self._queue = person.number
        first = 0
        if self._book is not None:
            try:
                async with asyncio.timeout(_REDIS_S):
                    waiting = await self._book.waiting(self._queue, time.time())
                    first = 1 + sum(since < self.since for since in waiting)
                    await self._book.waits(self._queue, self._call, self.since)
            except (BusError, TimeoutError) as error:
                _log.warning("it is not known who else waits", call=self._call, error=str(error))
        # Who was called back comes before those who have come since; everybody else at the end, as always.
        place = str(first) if first and self._returning else ""
        return {"PARLEY_CALLBACK": _KEY if self._hinted else "", "PARLEY_PLACE": place}

    def resume(self, person: Person | None, since: float) -> None:
        """Be where another gateway was; `person`: for whom they wait, if they do."""
        self._queue = person.number if person is not None and person.kind == "queue" else ""
        self.since = since

    def taken(self) -> None:
        """A person has taken the call."""
        self._joined = True
        if self._returning is not None:
            self._returning.told("joined")
            self._voice.emit("callback_joined")
        self._strike(served=True)

    def back(self) -> None:
        """They do not wait any more: they are with the agent again, or gone."""
        self._strike(served=False)

    def _strike(self, *, served: bool) -> None:
        queue, self._queue = self._queue, ""
        if queue and self._book is not None:
            struck = self._book.served if served else self._book.leaves
            self._begin(self._try(struck(queue, self._call, self.since)))

    async def _try(self, step: Coroutine[Any, Any, None]) -> None:
        try:
            async with asyncio.timeout(_REDIS_S):
                await step
        except (BusError, TimeoutError) as error:
            _log.warning("who waits is not up to date", call=self._call, error=str(error))

    # When they are called back

    def greeted(self) -> None:
        """They have heard the first words: it is somebody, and no machine."""
        self._greeted = True

    async def over(self, outcome: str) -> None:
        """The call is over."""
        queue, self._queue = self._queue, ""
        if self._book is not None and queue:
            await self._try(self._book.leaves(queue, self._call, self.since))
        if self._returning is not None and not self._joined:
            self._returning.told("left" if self._greeted or outcome not in _NOT_THEM else outcome)
