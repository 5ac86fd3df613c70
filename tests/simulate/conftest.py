"""Simulated callers on a real Redis, answered by a real agent worker whose language model writes what it is given."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from agent.knowledge.library import Library
from agent.reply import Replier
from agent.tools.toolboxes import Toolboxes
from agent.voice.pool import DeadlinePool
from agent.voice.tts import Speaker
from agent.worker import Worker
from parley.agents import Agent
from parley.simulation.load import Case
from parley.simulation.schema import Persona, Script
from simulate.bus import SimulationBus
from simulate.stage import Stage, opened
from tests.fakes.engines.library import FixedLibrary
from tests.fakes.engines.llm import ScriptedLlm
from tests.fakes.engines.voice import WordVoice


def case(what: Script | Persona, agent: str = "shop", language: str = "en") -> Case:
    """A conversation of a file of its own."""
    return Case(agent=agent, file="tests", line=1, language=language, what=what)


@dataclass
class Scene:
    """A stage, and who answers on it."""

    bus: SimulationBus
    stage: Stage
    agents: Mapping[str, Agent]
    llm: ScriptedLlm
    library: FixedLibrary


@asynccontextmanager
async def open_stage(
    redis_url: str, agents: Mapping[str, Agent], library: Library | None = None, *, model: bool = True
) -> AsyncIterator[Scene]:
    """A stage that is open; without the `model`, what it would answer is said as it is when it is away."""
    bus = SimulationBus.connect(redis_url)
    llm, fixed, pool = (
        ScriptedLlm("We open at nine. We close at five."),
        FixedLibrary(),
        DeadlinePool(1, "tts"),
    )
    toolboxes = Toolboxes(
        bus.history, bus.emit, bus.commands().deeds(), enabled=True, secrets=Path("/nowhere")
    )
    replier = Replier(
        agents,
        library or fixed,
        Speaker({"spare": WordVoice()}, pool, 10**6),
        bus.history,
        llm_of=lambda _: llm,
        llm_away=lambda _: not model,
        default_voice="spare",
        toolbox_of=toolboxes.of,
        emit=bus.emit,
    )
    stopping = asyncio.Event()
    worker = Worker(bus, replier, consumer="w1", concurrency=4, max_age_s=30)
    working = asyncio.create_task(worker.run(stopping))
    try:
        async with opened(bus, agents) as stage:
            yield Scene(bus, stage, agents, llm, fixed)
    finally:
        stopping.set()
        await working
        await toolboxes.close()
        await bus.close()
        pool.close()
