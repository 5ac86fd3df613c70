"""Callers who asked to be called back: called when it is their turn in the queue, as calls that are made.

The caller is called first and then comes to the head of the queue: whoever answers for the company is rung as in any
transfer, and hears what it is about. One gateway looks whose turn it is; it has to claim each whom it calls.
"""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

import msgspec
from prometheus_client import Counter, Gauge

from gateway.ari.queues import ready_in
from gateway.calls.switchboard import Switchboard
from gateway.people.dialling import Returning
from gateway.people.permission import NotRung
from gateway.people.place import BY
from parley import log
from parley.agents import Agent
from parley.bus import Bus, BusError
from parley.errors import AriError
from parley.outbound.callbacks import PASSING, Callback, Retries, turns
from parley.outside.dialling import Dial

WAITING = Gauge("parley_callbacks_waiting", "Callers who are to be called back.")
MADE = Counter(
    "parley_callbacks_made_total",
    "Calls to callers who asked for it, by agent and what became of them: joined with a person, left before that, or "
    "why they could not be reached.",
    ["agent", "outcome"],
)
GIVEN_UP = Counter(
    "parley_callbacks_given_up_total",
    "Callers who are not called back in the end, by agent and why: unreached, expired, refused by a rule, or gone, "
    "since nobody calls back for that target any more.",
    ["agent", "reason"],
)
RING_S = 30.0
_LOOK_S = 2.0
_LATER_S = 60.0
"""What a rule or a lack of room does not allow now is tried again after that; it is no attempt."""
_AGAIN_S = 1.0
_TRIES = 60
"""So often it is tried to tell Redis what became of a call: somebody must not be called twice."""

_log = log.get("returning")


class CallingBack:
    """One gateway's."""

    def __init__(
        self,
        bus: Bus,
        switchboard: Switchboard,
        agents: Mapping[str, Agent],
        gateway: str,
        retries: Retries,
    ) -> None:
        self._bus = bus
        self._book = bus.commands().callbacks()
        self._switchboard = switchboard
        self._agents = agents
        self._gateway = gateway
        self._retries = retries
        self._tasks: set[asyncio.Task[None]] = set()
        self._answered: set[str] = set()
        """Calls that go on to somebody who is to be joined with a person."""

    async def run(self) -> None:
        """Call back for ever."""
        while True:
            await asyncio.sleep(_LOOK_S)
            try:
                await self.look()
            except (BusError, AriError) as error:
                _log.warning("nobody can be called back now", error=str(error))
            except Exception:  # one that breaks must not keep the others
                _log.exception("calling back broke")

    async def look(self) -> None:
        """Call those whose turn it is, if it is for this gateway to do so."""
        if self._lacks() or not await self._book.leads(self._gateway):
            WAITING.set(0)
            return
        entries = await self._book.entries()
        WAITING.set(len(entries))
        claimed = await self._book.claimed(entries)
        queues: dict[str, list[Callback]] = {}
        for entry in entries:
            if entry.id not in claimed and (reason := self._hopeless(entry)):
                await self._give_up(entry, reason)
            else:
                queues.setdefault(self._queue_of(entry), []).append(entry)
        for queue, those in queues.items():
            await self._look_at(queue, those, claimed)

    def _lacks(self) -> bool:
        """Whether no call can be made here now."""
        board = self._switchboard
        if not board.ari.connected or board.sharing.peers.draining:
            return True
        return bool(board.readiness.lacking() or board.sharing.headroom.refusal())

    def _queue_of(self, entry: Callback) -> str:
        """The queue in which somebody has their place; empty: there is none any more."""
        agent = self._agents.get(entry.agent)
        target = agent.file.targets.get(entry.target) if agent else None
        return (target.queue or "") if target is not None and target.callback else ""

    def _hopeless(self, entry: Callback) -> str:
        """Why somebody is never called back; empty: they will be."""
        if entry.until < time.time():
            return "expired"
        return "" if self._queue_of(entry) else "gone"

    async def _look_at(self, queue: str, entries: list[Callback], claimed: set[str]) -> None:
        now = time.time()
        due = [entry for entry in entries if entry.id not in claimed and entry.due <= now]
        if not due:
            return
        waiting = await self._book.waiting(queue, now)
        overtaken = await self._book.overtaken(queue)
        ready = await ready_in(self._switchboard.ari, queue)
        calling = sum(entry.id in claimed for entry in entries)
        for entry in turns(due, now=now, ready=ready, waiting=waiting, overtaken=overtaken, calling=calling):
            if entry.since < overtaken:
                await self._book.made_good(queue)
            await self._call(entry, queue)

    async def _call(self, entry: Callback, queue: str) -> None:
        before = await self._book.claim(entry.id, self._gateway)
        if before is None:
            return
        if before.due > time.time():  # another gateway has called them since we looked
            await self._book.release(entry.id)
            return
        # Before anybody is rung: what dies after it calls nobody again at once.
        due = time.time() + self._retries.again_s
        now = msgspec.structs.replace(before, attempts=before.attempts + 1, due=due)
        if not await self._book.change(now):
            await self._book.release(entry.id)
            return
        dial = Dial(
            id=f"made-{secrets.token_hex(8)}",
            to=now.number,
            agent=now.agent,
            by=now.by or BY,
            ring_s=RING_S,
            target=now.target,
            language=now.language,
            until=time.time() + RING_S,
        )
        told = partial(self._told, now, queue, dial.id)
        try:
            await self._switchboard.dialling.ring(dial, Returning(now.since, now.why, told))
        except NotRung as error:
            if not error.tried:  # what was tried is told otherwise
                await self._not_rung(before, error)

    async def _not_rung(self, entry: Callback, why: NotRung) -> None:
        if why.rule is not None and why.rule not in PASSING:
            await self._give_up(entry, "refused")
        else:
            _log.info("called back later", callback=entry.id, reason=str(why))
            await self._book.change(msgspec.structs.replace(entry, due=time.time() + _LATER_S))
        await self._book.release(entry.id)

    # What becomes of the calls

    def _told(self, entry: Callback, queue: str, call: str, outcome: str) -> None:
        task = asyncio.create_task(self._note(entry, queue, call, outcome), name=f"callback-{entry.id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _note(self, entry: Callback, queue: str, call: str, outcome: str) -> None:
        if outcome == "answered":
            self._answered.add(call)
            await self._surely(lambda: self._book.answered(entry, queue, call))
            return
        MADE.labels(entry.agent, outcome).inc()
        answered = call in self._answered
        self._answered.discard(call)
        if outcome == "joined":
            return
        await self._surely(lambda: self._book.leaves(queue, call, entry.since))
        if outcome == "left":
            return
        if entry.attempts >= self._retries.attempts:
            await self._surely(lambda: self._give_up(entry, "unreached", call))
        elif answered:  # by a machine: nobody has been called back
            await self._surely(lambda: self._book.keep(entry))
        await self._surely(lambda: self._book.release(entry.id))

    async def _surely(self, step: Callable[[], Awaitable[object]]) -> None:
        for _ in range(_TRIES):
            try:
                await step()
            except BusError as error:
                _log.error("Redis is away", error=str(error))
                await asyncio.sleep(_AGAIN_S)
            else:
                return

    async def _give_up(self, entry: Callback, reason: str, call: str = "") -> None:
        GIVEN_UP.labels(entry.agent, reason).inc()
        _log.info("not called back", callback=entry.id, reason=reason)
        await self._book.withdraw(entry.id)
        told = {"target": entry.target, "reason": reason, "callback": entry.id, "attempts": entry.attempts}
        await self._bus.emit(
            "callback_given_up", call or entry.call or entry.id, at=time.time(), agent=entry.agent, **told
        )
