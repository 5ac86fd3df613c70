"""Which answers come with functions, and how their effects wait for the turn's end."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx

from agent.tools.tools import Toolbox
from agent.tools.webhooks import Services
from parley.agents import Agent
from parley.messages import ReplyJob

COMMIT_S = 15.0
"""A turn that is not over by then never will be: its answer has been given up."""
_LOOK_S = 0.1

History = Callable[[str], Awaitable[list[dict[str, str]]]]
Emit = Callable[..., Awaitable[None]]


class Toolboxes:
    """Makes the functions of an answer, for agents that have some."""

    def __init__(self, history: History, emit: Emit, *, enabled: bool, secrets: Path) -> None:
        """`enabled`: whether the model of the settings is offered the built-in ones; `emit` as Bus.emit; `secrets`: the
        folder of what agents' files only name.
        """
        self._history = history
        self._emit = emit
        self._enabled = enabled
        self._services = Services(httpx.AsyncClient(follow_redirects=False), secrets)

    def of(self, agent: Agent, job: ReplyJob) -> Toolbox | None:
        """What the model may call for this job; None: nothing."""
        own = agent.file.llm.tools
        if not (agent.file.tools or (self._enabled if own is None else own)):
            return None

        async def committed() -> bool:
            return await self._committed(job)

        async def emit(kind: str, **data: object) -> None:
            await self._emit(kind, job.call, agent=agent.name, **data)

        return Toolbox(agent, self._services, f"{job.call}-{job.turn}", committed, emit)

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
