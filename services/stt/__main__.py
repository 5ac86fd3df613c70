"""`python -m stt`: a speech recognition worker; run as many as the machine carries."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from parley import log
from parley.agents.store import AgentStore
from parley.bus import Bus
from parley.service import Service, run
from stt import metrics
from stt.endpoint import SmartTurn
from stt.engines import Engines
from stt.moonshine import Moonshine
from stt.partial import PartialWorker
from stt.settings import SttSettings, consumer_name
from stt.whisper import Whisper
from stt.worker import Worker, warm_up

_log = log.get("stt")


@dataclass(frozen=True)
class _Models:
    transcriber: Whisper
    endpointer: SmartTurn | None
    partial: Moonshine | None


async def main(settings: SttSettings, service: Service) -> None:
    """Load the models and work until the service is asked to stop."""
    models = await asyncio.to_thread(_load, settings)
    device = models.transcriber.device
    metrics.MODEL_LOADED.labels(settings.stt_model, device).set(1)
    _log.info(
        "loaded",
        model=settings.stt_model,
        device=device,
        threads=settings.threads,
        partial_words=settings.partial_words,
    )
    store = AgentStore(Path(settings.agents_dir))
    bus = Bus.connect(settings.redis_url)
    worker = _worker(settings, bus, models, store)

    def ready() -> None:
        service.ready = True

    try:
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(store.watch())
            if models.partial is not None:
                partial = PartialWorker(
                    bus, models.partial, name=consumer_name(), claim_after_ms=settings.stt_claim_after_ms
                )
                group.create_task(partial.run(service.stopping))
            await worker.run(service.stopping, ready)
            watching.cancel()
    finally:
        await bus.close()


def _worker(settings: SttSettings, bus: Bus, models: _Models, store: AgentStore) -> Worker:
    engines = Engines(
        settings,
        models.transcriber,
        lambda name: store.agents[name].file.stt if name in store.agents else None,
    )
    return Worker(
        bus,
        models.transcriber,
        models.endpointer,
        name=consumer_name(),
        claim_after_ms=settings.stt_claim_after_ms,
        choose=engines.of,
    )


def _load(settings: SttSettings) -> _Models:
    endpointer = SmartTurn(settings.smart_turn_file) if settings.stt_end_of_turn else None
    transcriber = Whisper(
        settings.whisper_folder, settings.stt_device, settings.stt_compute_type, settings.threads
    )
    partial = Moonshine(settings.moonshine_folder) if settings.partial_words else None
    warm_up(transcriber, endpointer, partial)
    return _Models(transcriber, endpointer, partial)


if __name__ == "__main__":
    run("stt", SttSettings, main)
