"""`python -m agent`: answers what callers say. Only wires; see worker.py."""

import asyncio
import os
import socket
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx

from agent.engines import Engines
from agent.forethought import Forethought
from agent.inquiries import Answering
from agent.insight.grouping import Groupers
from agent.insight.reading import Readers
from agent.knowledge.base import KnowledgeBase, load_base
from agent.knowledge.library import IndexedLibrary
from agent.language_model.afterwards.opinion import Opinions
from agent.language_model.outcomes import Reading
from agent.language_model.read_ahead import ReadAhead
from agent.language_model.watch import LlmWatch
from agent.preparation import Preparation
from agent.reply import Replier
from agent.settings import AgentSettings
from agent.tools.lookups import LookingUp
from agent.tools.mcp_session import Sessions
from agent.tools.servers import Servers
from agent.tools.toolboxes import Toolboxes
from agent.voice import espeak
from agent.voice.pool import DeadlinePool
from agent.voice.tts import Speaker, Voice
from agent.worker import Worker
from parley import log
from parley.agents.store import AgentStore
from parley.bus import Bus
from parley.model.turns import ModelTurns
from parley.outside.addresses import Guarded, hosts_of
from parley.service import Service, run

_log = log.get("agent")


def _voice(settings: AgentSettings, name: str) -> Voice:
    from agent.voice.hibari import NAME as HIBARI  # noqa: PLC0415 - slow to import
    from agent.voice.hibari import HibariVoice  # noqa: PLC0415 - as above
    from agent.voice.piper import PiperVoice  # noqa: PLC0415 - as above

    if name.startswith(espeak.PREFIX):
        return espeak.EspeakVoice(name.removeprefix(espeak.PREFIX), level_dbfs=settings.tts_level_dbfs)
    folder = Path(settings.models_dir) / "tts" / name
    engine = HibariVoice if name == HIBARI else PiperVoice
    return engine(folder, threads=settings.tts_threads, level_dbfs=settings.tts_level_dbfs)


async def _prepare(
    settings: AgentSettings, store: AgentStore, speaker: Speaker, engines: Engines
) -> tuple[KnowledgeBase, Preparation]:
    base = await asyncio.to_thread(load_base, Path(settings.models_dir), settings.limits)
    preparation = Preparation(
        store.agents,
        base,
        speaker,
        lambda name: _voice(settings, name),
        default_voice=settings.tts_voice,
        distant_of=engines.voice_of,
    )
    await preparation.begin()
    return base, preparation


async def _learn(answering: asyncio.Event, preparation: Preparation) -> None:
    """Learn what takes a core for a while once calls can be answered."""
    await answering.wait()
    await preparation.learn()


def _readiness(service: Service, answering: asyncio.Event) -> Callable[[bool], None]:
    """What follows from the language model's being there, or being away."""

    def change(up: bool) -> None:
        service.ready = up
        if up:
            answering.set()

    return change


def _watch(
    settings: AgentSettings,
    engines: Engines,
    preparation: Preparation,
    turns: ModelTurns,
    on_change: Callable[[bool], None],
) -> LlmWatch:
    # Where the stack's own model stands behind another one, there is an answer as long as it is there.
    return LlmWatch(
        engines.watched,
        preparation.prompts,
        further=preparation.further_prompts,
        alive=engines.local.alive if engines.local else None,
        alone=turns.reading,
        parallel=settings.llm_warm_requests,
        on_change=on_change,
    )


async def main(settings: AgentSettings, service: Service) -> None:
    """Run the worker until it is asked to stop."""
    store = AgentStore(Path(settings.agents_dir))
    pool = DeadlinePool(settings.tts_workers, "tts")
    voice = await asyncio.to_thread(_voice, settings, settings.tts_voice)
    speaker = Speaker({settings.tts_voice: voice}, pool, settings.tts_cache_mb * 1_000_000)
    engines = Engines(settings)
    base, preparation = await _prepare(settings, store, speaker, engines)
    bus = Bus.connect(settings.redis_url)
    consumer = f"{socket.gethostname()}-{os.getpid()}"
    turns = bus.model_turns(consumer)
    ahead = ReadAhead(engines.reader_of, bus.is_stale, turns)
    secrets, inside = Path(settings.secrets_dir), hosts_of("INSIDE_HOSTS", settings.inside_hosts)
    servers = Servers(store.agents, Sessions(Guarded(inside)), secrets)
    toolboxes = Toolboxes(
        bus.history,
        bus.emit,
        bus.commands().deeds(),
        enabled=settings.llm_tools,
        secrets=secrets,
        inside=inside,
        servers=servers,
    )
    answering = asyncio.Event()
    watch = _watch(settings, engines, preparation, turns, _readiness(service, answering))
    library = IndexedLibrary(base)
    forethought = Forethought(
        store.agents,
        library,
        speaker,
        bus.history,
        ahead,
        default_voice=settings.tts_voice,
        distant_of=engines.voice_of,
        toolbox_of=toolboxes.of,
        emit=bus.emit,
    )
    replier = Replier(
        store.agents,
        library,
        speaker,
        bus.history,
        llm_of=engines.llm_of,
        llm_away=lambda agent: engines.llm_of(agent) is engines.watched and watch.is_away(agent.key),
        default_voice=settings.tts_voice,
        distant_of=engines.voice_of,
        toolbox_of=toolboxes.of,
        ahead=ahead,
        on_llm_error=watch.report,
        emit=bus.emit,
    )
    worker = Worker(
        bus,
        replier,
        consumer=consumer,
        concurrency=settings.agent_concurrency,
        max_age_s=settings.agent_job_max_age_s,
    )
    answering_others = Answering(store.agents, base, bus.commands().inquiries(), lambda: worker.busy)
    looking_up = LookingUp(
        store.agents,
        bus.commands().lookups(),
        httpx.AsyncClient(transport=Guarded(inside)),
        secrets,
    )
    reading = Reading(
        store.agents,
        bus.commands().outcomes(),
        bus.history,
        bus.emit,
        llm_of=engines.llm_of,
        busy=lambda: worker.busy,
    )
    opinions = Opinions(engines.llm_of, lambda: worker.busy, bus.emit)
    readers = Readers(
        store.agents,
        bus.commands().readings(),
        base.embedder,
        lambda: worker.busy,
        opinions.category if settings.category_by_model else None,
    )
    groupers = Groupers(store.agents, bus.commands().groupings(), base.embedder, lambda: worker.busy)
    _log.info("taking jobs", agents=sorted(store.agents))
    try:
        async with asyncio.TaskGroup() as group:
            meanwhile = [
                group.create_task(watch.run()),
                group.create_task(preparation.go_on()),
                group.create_task(answering_others.run()),
                group.create_task(looking_up.run()),
                group.create_task(servers.run()),
                group.create_task(reading.run()),
                group.create_task(readers.run()),
                group.create_task(groupers.run()),
                group.create_task(_learn(answering, preparation)),
                group.create_task(forethought.run(bus, consumer, service.stopping)),
                group.create_task(store.watch(partial(preparation.again, watch))),
            ]
            await worker.run(service.stopping)
            for task in meanwhile:
                task.cancel()
    finally:
        await ahead.close()
        await toolboxes.close()
        await looking_up.close()
        await engines.close()
        await bus.close()
        pool.close()


if __name__ == "__main__":
    run("agent", AgentSettings, main)
