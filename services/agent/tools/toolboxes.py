"""Which answers come with functions, and how their effects wait for the turn's end."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

import httpx

from agent.tools.servers import Servers
from agent.tools.tools import Toolbox
from agent.tools.webhooks import Services
from parley import log
from parley.agents import Agent
from parley.bus import BusError
from parley.messages import ReplyJob
from parley.outside.addresses import Guarded
from parley.outside.deeds import Deed
from parley.simulation.calls import is_simulated

COMMIT_S = 15.0
"""A turn that is not over by then never will be: its answer has been given up."""
_LOOK_S = 0.1

_log = log.get("tools")

History = Callable[[str], Awaitable[list[dict[str, str]]]]
Emit = Callable[..., Awaitable[None]]


class Deeds(Protocol):
    """Keeps what was done in calls, see parley/outside/deeds.py."""

    async def add(self, call: str, deed: Deed) -> None:
        """Keep a deed of a call."""

    async def of(self, call: str) -> list[Deed]:
        """What was done in a call, the oldest first."""


class Toolboxes:
    """Makes the functions of an answer, for agents that have some."""

    def __init__(
        self,
        history: History,
        emit: Emit,
        deeds: Deeds,
        *,
        enabled: bool,
        secrets: Path,
        inside: frozenset[str] = frozenset(),
        servers: Servers | None = None,
    ) -> None:
        """`enabled`: whether the model of the settings is offered the built-in ones; `emit` as Bus.emit; `secrets`: the
        folder of what agents' files only name; `inside`: hosts of the inside that may be asked; `servers`: the agents'
        MCP servers.
        """
        self._history = history
        self._emit = emit
        self._deeds = deeds
        self._enabled = enabled
        self._servers = servers
        self._services = Services(httpx.AsyncClient(transport=Guarded(inside)), secrets)

    def of(self, agent: Agent, job: ReplyJob) -> Toolbox | None:
        """What the model may call for this job; None: nothing."""
        own = agent.file.llm.tools
        if not (agent.file.tools or agent.file.mcp or (self._enabled if own is None else own)):
            return None

        async def committed() -> bool:
            return await self._committed(job)

        async def emit(kind: str, **data: object) -> None:
            await self._emit(kind, job.call, agent=agent.name, **data)

        diary, key = _CallDiary(self._deeds, job.call), f"{job.call}-{job.turn}"
        borrowed = self._servers.of(agent) if self._servers is not None else ()
        # What a service is asked may be a caller's own, and is in no record; a simulated caller is nobody.
        tell = emit if is_simulated(job.call) else None
        return Toolbox(agent, self._services, key, committed, emit, diary=diary, borrowed=borrowed, tell=tell)

    async def _committed(self, job: ReplyJob) -> bool:
        """Wait until the caller's words are part of the conversation: a turn that goes on cancels the job instead."""
        for _ in range(int(COMMIT_S / _LOOK_S)):
            history = [h for h in await self._history(job.call) if h["role"] in ("user", "assistant")]
            if history and history[-1]["role"] == "user" and history[-1]["text"].endswith(job.text):
                return True
            await asyncio.sleep(_LOOK_S)
        return False

    async def close(self) -> None:
        """Close all connections."""
        await self._services.close()
        if self._servers is not None:
            await self._servers.close()


class _CallDiary:
    """What was done in one call; without Redis nothing may be said to have been, but in the answer that does it."""

    def __init__(self, deeds: Deeds, call: str) -> None:
        self._deeds = deeds
        self._call = call

    async def add(self, deed: Deed) -> None:
        try:
            await self._deeds.add(self._call, deed)
        except BusError as error:
            _log.warning("later answers will not know what was done", error=str(error))

    async def deeds(self) -> list[Deed]:
        try:
            return await self._deeds.of(self._call)
        except BusError as error:
            _log.warning("what was done in a call is not known", error=str(error))
            return []
