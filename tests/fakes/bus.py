"""Redis as a list of what was done with it, that can refuse, be full, be away and hang."""

import asyncio
from collections.abc import Callable
from typing import Any

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import OutOfMemoryError, ResponseError

from parley.audio import Pcm
from parley.messages import Cancel, Message
from parley.outbound.ledger import Judge
from parley.outbound.verdict import Known, Verdict
from parley.outside.lookups import Lookup, LookupAnswer
from parley.outside.outcomes import Outcome
from tests.fakes.gateways import FakeGateways

_MONDAY_NOON = 1_796_036_400.0
"""The 30th of November 2026, twelve o'clock in Berlin."""


class FakeBus:
    """`done` holds every operation as (verb, …), in order."""

    def __init__(self) -> None:
        self.done: list[tuple[Any, ...]] = []
        self.told: list[tuple[str, str, float]] = []
        """Call, kind and Unix time of every event."""
        self.states: dict[str, bytes] = {}
        """Where calls are, as it was kept last."""
        self.shared = FakeGateways(self._try)
        self.away = False
        self.refuses = False
        self.full = False
        self.hangs = False
        self.knows: LookupAnswer | None = None
        """What a company knows of every caller; None: nobody answers."""
        self.callee = Known(at=_MONDAY_NOON, unwanted_since=None, attempts=(), made=0)
        """What is known of every number outside."""
        self.book: Any = None
        """Who is to be called back, in a real Redis."""
        self.on_publish: Callable[[Message], None] = lambda job: None

    async def _do(self, *operation: Any) -> None:
        await self._try()
        self.done.append(operation)

    async def _try(self) -> None:
        await asyncio.sleep(0)
        if self.hangs:
            await asyncio.Event().wait()
        if self.away:
            raise RedisConnectionError("away")
        if self.full:
            raise OutOfMemoryError("command not allowed when used memory > 'maxmemory'")
        if self.refuses:
            raise ResponseError("refused")

    async def ping(self) -> None:
        await self._do("ping")

    async def open_call(self, call: str, **fields: str | int | float) -> None:
        await self._do("open", call, fields)

    async def publish(self, stream: str, message: Message) -> None:
        await self._do("publish", stream, message)
        self.on_publish(message)

    async def append_audio(self, call: str, first_sample: int, pcm: Pcm) -> None:
        await self._do("audio", call, first_sample, len(pcm))

    async def keep_state(self, call: str, state: bytes) -> None:
        await self._try()
        self.states[call] = state

    async def state(self, call: str) -> bytes | None:
        await self._try()
        return self.states.get(call)

    def gateways(self) -> FakeGateways:
        return self.shared

    def commands(self) -> "FakeBus":
        return self

    def lookups(self) -> "FakeBus":
        return self

    def outcomes(self) -> "FakeBus":
        return self

    def ledger(self) -> "FakeBus":
        return self

    def callbacks(self) -> Any:
        return self.book

    async def claim(self, call: str, number: str, judge: Judge) -> Verdict:
        await self._do("claim", call, number)
        return judge(self.callee)

    async def look(self, number: str) -> Known:
        await self._do("look", number)
        return self.callee

    async def leave(self, outcome: Outcome) -> bool:
        await self._do("outcome", outcome.id, outcome.agent)
        return True

    async def ask(self, lookup: Lookup, timeout_s: float) -> LookupAnswer | None:
        await self._do("lookup", lookup.id, lookup.caller)
        return self.knows

    async def drop_audio(self, call: str) -> None:
        await self._do("drop_audio", call)

    async def close_call(self, call: str) -> None:
        await self._do("close_call", call)
        self.states.pop(call, None)

    async def add_history(self, call: str, role: str, text: str, replaces: str = "") -> None:
        await self._do("history", call, role, text, replaces)

    async def go_on_from(self, before: str, call: str) -> None:
        await self._do("go_on_from", before, call)

    async def cancel(self, cancel: Cancel) -> None:
        await self._do("cancel", cancel.revision, cancel.keep)

    async def emit(self, kind: str, call: str, *, at: float, **data: Any) -> None:
        await self._do("event", kind, data)
        self.told.append((call, kind, at))

    @property
    def history(self) -> list[tuple[str, str]]:
        """Role and text of all that was said."""
        said: list[tuple[str, str]] = []
        for _, _, role, text, replaces in (done for done in self.done if done[0] == "history"):
            if replaces:
                said.reverse()
                said.remove((role, replaces))
                said.reverse()
            said.append((role, text))
        return said

    def events(self, kind: str) -> list[dict[str, Any]]:
        """Data of all events of a kind."""
        return [done[2] for done in self.done if done[:2] == ("event", kind)]

    def jobs(self) -> list[Any]:
        """All jobs published."""
        return [done[2] for done in self.done if done[0] == "publish"]
