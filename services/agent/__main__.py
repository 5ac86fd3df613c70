"""`python -m agent`: answers what callers say. Only wires; see worker.py."""

import asyncio
import os
import socket
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from agent import conversation, espeak, kept
from agent.engines import Engines
from agent.pool import DeadlinePool
from agent.reply import Replier
from agent.settings import AgentSettings
from agent.toolboxes import Toolboxes
from agent.tts import Speaker, Voice
from agent.watch import LlmWatch
from agent.worker import Worker
from parley import log
from parley.agents import Agent, load_agents
from parley.bus import Bus
from parley.errors import EngineError, ModelMissing
from parley.service import Service, run

_log = log.get("agent")


def _agents(settings: AgentSettings) -> dict[str, Agent]:
    agents, errors = load_agents(Path(settings.agents_dir))
    for error in errors:
        _log.error("an agent cannot be used", error=str(error))
    if not agents:
        raise errors[0]
    return agents


def _voices(settings: AgentSettings, agents: Mapping[str, Agent]) -> dict[str, Voice]:
    """Load TTS_VOICE, and the agents' own voices where they are on the volume."""
    voices: dict[str, Voice] = {}
    own = [agent.file.voice for agent in kept.in_all_languages(agents.values())]
    for name in dict.fromkeys([settings.tts_voice, *own]):
        try:
            voices[name] = _voice(settings, name)
        except (ModelMissing, EngineError) as error:
            if name == settings.tts_voice:
                raise
            _log.warning(
                "an agent speaks with TTS_VOICE instead of its own voice", voice=name, error=str(error)
            )
    return voices


def _voice(settings: AgentSettings, name: str) -> Voice:
    from agent.piper import PiperVoice  # noqa: PLC0415 - slow to import

    if name.startswith(espeak.PREFIX):
        return espeak.EspeakVoice(name.removeprefix(espeak.PREFIX), level_dbfs=settings.tts_level_dbfs)
    folder = Path(settings.models_dir) / "tts" / name
    return PiperVoice(folder, threads=settings.tts_threads, level_dbfs=settings.tts_level_dbfs)


def _all_lines(agent: Agent) -> list[str]:
    return [*kept.calls_lines(agent), *kept.guiding_lines(agent)]


def _warm_prompts(agents: Mapping[str, Agent]) -> list[list[conversation.ChatMessage]]:
    today = date.today()
    return [conversation.chat(agent, [], "Hello.", today) for agent in agents.values()]


async def main(settings: AgentSettings, service: Service) -> None:
    """Run the worker until it is asked to stop."""
    agents = _agents(settings)
    pool = DeadlinePool(settings.tts_workers, "tts")
    voices = await asyncio.to_thread(_voices, settings, agents)
    speaker = Speaker(voices, pool, settings.tts_cache_mb * 1_000_000)
    spoken = kept.in_all_languages(agents.values())
    engines = Engines(settings)
    await kept.keep_lines(speaker, agents.values(), settings.tts_voice, kept.calls_lines, engines.voice_of)
    bus = Bus.connect(settings.redis_url)
    replier = Replier(agents, engines.llm(), speaker, bus.history, settings.tts_voice)
    replier.llm_of, replier.distant_of = engines.llm_of, engines.voice_of
    toolboxes = Toolboxes(bus.history, bus.emit, enabled=settings.llm_tools)
    replier.toolbox_of = toolboxes.of
    worker = Worker(
        bus,
        replier,
        consumer=f"{socket.gethostname()}-{os.getpid()}",
        concurrency=settings.agent_concurrency,
        max_age_s=settings.agent_job_max_age_s,
    )

    def change(up: bool) -> None:
        service.ready = up

    # Where the stack's own model stands behind another one, there is an answer as long as it is there.
    watch = LlmWatch(
        engines.local or engines.llm(),
        _warm_prompts(agents),
        parallel=settings.llm_warm_requests,
        on_change=change,
    )
    replier.on_llm_error = watch.report
    _log.info("taking jobs", agents=sorted(agents), voices=sorted(voices))
    try:
        async with asyncio.TaskGroup() as group:
            meanwhile = [
                group.create_task(watch.run()),
                group.create_task(
                    kept.keep_lines(speaker, spoken, settings.tts_voice, _all_lines, engines.voice_of)
                ),
            ]
            await worker.run(service.stopping)
            for task in meanwhile:
                task.cancel()
    finally:
        await toolboxes.close()
        await engines.close()
        await bus.close()
        pool.close()


if __name__ == "__main__":
    run("agent", AgentSettings, main)
