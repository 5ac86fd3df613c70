"""`python -m stt`: a speech recognition worker; run as many as the machine carries."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from parley import log
from parley.agents import find
from parley.agents.store import AgentStore
from parley.bus import Bus
from parley.service import Service, run
from stt import metrics
from stt.endpoint import SmartTurn
from stt.engines import Engines
from stt.moonshine import Moonshine
from stt.partial import PartialWorker
from stt.settings import SttSettings, consumer_name
from stt.transcriber import Transcriber
from stt.tuning import Tuning, tune
from stt.whisper import Whisper, device_of
from stt.worker import Worker, warm_up

_BATCH = 32
"""Utterances in a batch on a GPU; 64 of 10 s took a large one 167 ms with the largest model."""
_log = log.get("stt")


@dataclass(frozen=True)
class _Models:
    transcriber: Transcriber
    tuning: Tuning
    endpointer: SmartTurn | None
    partial: Moonshine | None


async def main(settings: SttSettings, service: Service) -> None:
    """Load the models and work until the service is asked to stop."""
    models = await asyncio.to_thread(_load, settings)
    device = models.transcriber.device
    metrics.MODEL_LOADED.labels(settings.stt_model, device).set(1)
    metrics.THREADS.set(models.tuning.threads)
    metrics.AT_ONCE.set(models.tuning.at_once)
    _log.info(
        "loaded",
        model=settings.stt_model,
        device=device,
        threads=models.tuning.threads,
        at_once=models.tuning.at_once,
        partial_words=settings.partial_words,
    )
    store = AgentStore(Path(settings.agents_dir))
    bus = Bus.connect(settings.redis_url)
    worker = _worker(settings, bus, models, store, service)

    def ready() -> None:
        service.ready = True

    try:
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(store.watch())
            if models.partial is not None:
                partial = PartialWorker(
                    bus,
                    models.partial,
                    name=consumer_name(),
                    claim_after_ms=settings.stt_claim_after_ms,
                    on_stuck=lambda: service.watchdog.end("partial words"),
                )
                group.create_task(partial.run(service.stopping))
            await worker.run(service.stopping, ready)
            watching.cancel()
    finally:
        await bus.close()


def _worker(settings: SttSettings, bus: Bus, models: _Models, store: AgentStore, service: Service) -> Worker:
    engines = Engines(
        settings,
        models.transcriber,
        lambda name: agent.file.stt if (agent := find(store.agents, name)) else None,
    )
    return Worker(
        bus,
        models.transcriber,
        models.endpointer,
        name=consumer_name(),
        claim_after_ms=settings.stt_claim_after_ms,
        choose=engines.of,
        at_once=models.tuning.at_once,
        on_stuck=lambda: service.watchdog.end("recognition"),
    )


def _load(settings: SttSettings) -> _Models:
    endpointer = SmartTurn(settings.smart_turn_file) if settings.stt_end_of_turn else None
    transcriber, tuning = _tuned(settings)
    partial = Moonshine(settings.moonshine_folder) if settings.partial_words else None
    warm_up(transcriber, endpointer, partial)
    return _Models(transcriber, tuning, endpointer, partial)


def _tuned(settings: SttSettings) -> tuple[Transcriber, Tuning]:
    device = device_of(settings.stt_device)

    def make(threads: int, at_once: int) -> Whisper:
        return Whisper(settings.whisper_folder, device, settings.stt_compute_type, threads, at_once=at_once)

    if device == "cuda":
        tuning = Tuning(settings.stt_threads or 1, settings.stt_at_once or _BATCH)
        return make(tuning.threads, tuning.at_once), tuning
    return tune(make, settings.cores, threads=settings.stt_threads, at_once=settings.stt_at_once)


if __name__ == "__main__":
    run("stt", SttSettings, main)
