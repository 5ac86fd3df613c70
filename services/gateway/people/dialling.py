"""Rings somebody for an agent: whom, by which way, and what became of it. The call begins when they answer."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from prometheus_client import Counter

from gateway.ari.channels import Channels
from gateway.people.permission import NotRung, Permission
from parley import log
from parley.agents import Agent, by_extension
from parley.bus import Bus, BusError
from parley.errors import AriError
from parley.outbound.rules import Rules
from parley.outside.dialling import Dial, filled

MADE = Counter(
    "parley_calls_made_total",
    "Calls that were made for somebody outside, by what came of ringing.",
    ["outcome"],
)
_OUTCOMES = {
    1: "no_such_number",
    17: "busy",
    18: "no_answer",
    19: "no_answer",
    20: "no_answer",
    21: "refused",
}
"""By cause (ITU-T Q.850), of calls that nobody answered; any other: `failed`."""
_CANCELLED = (0, 16, 26, 127)
"""Causes that Asterisk has for what it gave up itself, after as long as it was to ring."""
_TOLD_S = 5.0
_LOST_S = 15.0
"""What has been ringing for so much longer than it was to has ended while Asterisk could not tell us."""
_MOST = 10
"""Calls that ring at a time."""

_log = log.get("dialling")


@dataclass(frozen=True, slots=True)
class Returning:
    """A call to somebody who asked to be called back."""

    since: float
    """Since when their place in the queue is theirs, Unix time in seconds."""
    why: str
    """The last that they said when they called; empty: that is not known."""
    told: Callable[[str], None]
    """Told what becomes of the call: why nobody has answered, or `answered`, and then `joined` with a person, `left`
    before that, or how it ended with somebody who was not greeted."""


@dataclass(frozen=True, slots=True)
class Rung:
    """Somebody whom the agent is to talk to."""

    to: str
    shown: str
    """The number that they see."""
    agent: Agent
    opening: str
    """What is said first."""
    voicemail: str | None
    """What a voicemail is told, nothing when it is empty; None: nobody but who is called can answer."""
    known: str
    """What the agent is to know of them; empty: nothing."""
    since: float
    """Monotonic time in seconds."""
    ring_s: float
    then: str = ""
    """What is done once they are greeted, as agent.yaml names it; empty: nothing of ours."""
    returning: Returning | None = None
    """Of somebody who asked to be called back; None: they are called for something else."""

    def tell(self, outcome: str) -> None:
        """Say what has become of it to who calls back, if anybody does."""
        if self.returning is not None:
            self.returning.told(outcome)


class Dialling:
    """Everybody who is being rung."""

    def __init__(self, agents: Mapping[str, Agent], channels: Channels, bus: Bus, rules: Rules) -> None:
        self._agents = agents
        self._permission = Permission(rules, bus.commands().ledger())
        self.reserve = rules.reserve
        """Places that campaigns leave to callers."""
        self._channels = channels
        self._bus = bus
        self._ringing: dict[str, Rung] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def ring(self, dial: Dial, returning: Returning | None = None) -> None:
        """Begin to ring somebody, unless it is a dry run; raise NotRung when that cannot be."""
        rung = replace(self._rung(dial), returning=returning)
        if dial.dry_run:
            await self._permission.ask(dial)
            return
        if dial.chat:
            await self._go_on_from(dial)
        # Last: what is permitted counts as made.
        permitted = await self._permission.ask(dial)
        rung = replace(rung, shown=permitted.caller_id or rung.shown)
        self._ringing[dial.id] = rung  # before: what becomes of it may be told first
        whose = {"caller": rung.to, "extension": rung.shown, "agent_version": rung.agent.version}
        more = {"chat": dial.chat, "campaign": dial.campaign, "rules": permitted.evidence}
        told = {name: value for name, value in more.items() if value} | rung.agent.part
        await self._tell("call_made", dial.id, rung, **whose, **told, by=dial.by)
        way = rung.to if rung.to.isdecimal() else f"{rung.to}@trunk"
        try:
            await self._channels.ring(dial.id, way, rung.shown, dial.ring_s)
        except AriError as error:
            _log.warning("nobody is rung", call=dial.id, error=str(error))
            del self._ringing[dial.id]
            await self._end(dial.id, rung, "failed")
            raise NotRung(
                "Asterisk does not ring it: no telephone is registered there, or there is no trunk",
                tried=True,
            ) from error
        asyncio.get_running_loop().call_later(dial.ring_s + _LOST_S, self.gone, dial.id, 0)

    async def _go_on_from(self, dial: Dial) -> None:
        try:
            async with asyncio.timeout(_TOLD_S):
                await self._bus.commands().go_on_from(dial.chat, dial.id)
        except (BusError, TimeoutError) as error:
            _log.warning("nobody is rung", call=dial.id, error=str(error))
            raise NotRung("what was written in the chat cannot be read now") from error

    def _rung(self, dial: Dial) -> Rung:
        found = self._agents.get(dial.agent)
        if found is None:
            raise NotRung(f"there is no agent {dial.agent}")
        agent = found.for_caller(dial.to, dial.id).in_language(dial.language)
        if other := by_extension(self._agents, dial.to):
            # Two machines would talk to each other.
            raise NotRung(f"{dial.to} is answered by the agent {other.name}")
        if len(self._ringing) >= _MOST:
            raise NotRung(f"{_MOST} telephones ring already")
        asked = _asked(agent, dial.target)
        opening = filled(dial.greeting or asked or agent.file.greeting, dial.variables)
        known = "; ".join(f"{name}: {value}" for name, value in dial.variables.items())
        shown = agent.file.extensions[0]
        # Who has asked for it in a chat awaits it, and no machine will.
        voicemail = None if dial.chat else filled(dial.voicemail, dial.variables)
        then = f"target:{dial.target}" if dial.target else ""
        return Rung(dial.to, shown, agent, opening, voicemail, known, time.monotonic(), dial.ring_s, then)

    def rings(self, channel: str) -> bool:
        """Whether somebody is being rung by this channel."""
        return channel in self._ringing

    def answered(self, channel: str) -> Rung | None:
        """They have answered; None: a gateway before us has rung them."""
        rung = self._ringing.pop(channel, None)
        MADE.labels("answered").inc()
        if rung is not None:
            rung.tell("answered")
        return rung

    def gone(self, channel: str, cause: int) -> None:
        """Nobody has answered, for a cause (ITU-T Q.850)."""
        rung = self._ringing.pop(channel, None)
        if rung is None:
            return
        outcome = _OUTCOMES.get(cause, "failed")
        if cause in _CANCELLED and time.monotonic() - rung.since >= rung.ring_s - 1:
            outcome = "no_answer"
        task = asyncio.create_task(self._end(channel, rung, outcome), name=f"unanswered-{channel}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _end(self, call: str, rung: Rung, outcome: str) -> None:
        MADE.labels(outcome).inc()
        _log.info("nobody has answered", call=call, outcome=outcome)
        await self._tell("call_ended", call, rung, outcome=outcome, caller=rung.to, extension=rung.shown)
        rung.tell(outcome)

    async def _tell(self, kind: str, call: str, rung: Rung, **data: Any) -> None:
        try:
            async with asyncio.timeout(_TOLD_S):
                await self._bus.emit(kind, call, at=time.time(), agent=rung.agent.name, **data)
        except (BusError, TimeoutError) as error:
            _log.warning("what became of a call that was made is not recorded", call=call, error=str(error))


def _asked(agent: Agent, target: str) -> str:
    """What is said first to somebody who asked to be called back; empty: they are called for something else."""
    if not target:
        return ""
    wanted = agent.file.targets.get(target)
    if wanted is None or not wanted.callback:
        raise NotRung(f"{agent.name} has no target {target} whose callers are called back")
    return agent.line("callback_greeting", target=wanted.name)
