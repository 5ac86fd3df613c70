"""Who calls, asked of the company: in parallel with answering; what comes after the greeting is for later turns."""

import asyncio
import re
import time
from collections.abc import Callable
from contextlib import suppress

import msgspec
from prometheus_client import Counter, Histogram

from parley import log
from parley.agents import Agent
from parley.bus import Bus, BusError
from parley.errors import MessageError
from parley.messages import Role
from parley.outside.dialling import filled_whole
from parley.outside.lookups import Lookup, LookupAnswer

LOOKUPS = Counter(
    "parley_lookups_total",
    "Callers whom the company was asked for, by what came of it: known (in time for the greeting), late (known after "
    "it), unknown (to the company), failed.",
    ["outcome"],
)
for _outcome in ("known", "late", "unknown", "failed"):  # counted from nought
    LOOKUPS.labels(_outcome)
SECONDS = Histogram(
    "parley_lookup_seconds",
    "Time from asking who calls to the answer, or to giving up.",
    buckets=(0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 5),
)

WAIT_S = 0.3
"""So long the greeting waits."""
_WAY_S = 0.5
"""For the question to a worker, and for its answer to us, beside the time that the company's service has."""
_NUMBER = re.compile(r"\+?[0-9]{2,}")
"""Of a caller who can be known: no withheld number, and not the canary."""

_log = log.get("lookup")


class CallerLookup:
    """One call's. `run` asks; nobody need wait for it."""

    def __init__(
        self,
        call: str,
        caller: str,
        called: str,
        agent: Agent,
        *,
        bus: Bus,
        remember: Callable[[Role, str], None],
        wanted: bool,
    ) -> None:
        """`remember` adds to the call's history; `wanted`: whether the caller is to be greeted at all."""
        self._call = call
        self._caller = caller
        self._called = called
        self._agent = agent
        self._bus = bus
        self._remember = remember
        self._known: dict[str, str] = {}
        self._greeted = False
        self._over = asyncio.Event()
        if not (wanted and agent.file.lookup is not None and _NUMBER.fullmatch(caller)):
            self._over.set()

    async def run(self) -> None:
        """Ask, unless there is nobody to be asked or to ask for."""
        service = self._agent.file.lookup
        if self._over.is_set() or service is None:
            return
        began = time.monotonic()
        answer = await self._ask(service.timeout_s + _WAY_S)
        SECONDS.observe(time.monotonic() - began)
        if answer.result == "known":
            self._known = answer.fields
            self._remember("known", msgspec.json.encode(answer.fields).decode())
        late = answer.result == "known" and self._greeted
        LOOKUPS.labels("late" if late else answer.result).inc()
        _log.info("the caller was looked up", call=self._call, outcome=answer.result, late=self._greeted)
        self._over.set()

    async def _ask(self, timeout_s: float) -> LookupAnswer:
        lookup = Lookup(
            id=self._call,
            agent=self._agent.key,
            caller=self._caller,
            called=self._called,
            until=time.time() + timeout_s,
        )
        try:
            answer = await self._bus.commands().lookups().ask(lookup, timeout_s)
        except (BusError, MessageError) as error:
            _log.warning("nobody could be asked who calls", call=self._call, error=str(error))
            answer = None
        return answer or LookupAnswer(result="failed")

    async def wait(self) -> None:
        """Wait for the answer, WAIT_S at most: the greeting is next."""
        with suppress(TimeoutError):
            async with asyncio.timeout(WAIT_S):
                await self._over.wait()
        self._greeted = True

    @property
    def greeting(self) -> str:
        """The words for a caller who is known; empty: the greeting as for anybody."""
        service = self._agent.file.lookup
        if service is None or service.greeting is None or not self._known:
            return ""
        return filled_whole(service.greeting, self._known)
