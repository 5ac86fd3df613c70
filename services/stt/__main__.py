"""`python -m stt`: a speech recognition worker; run as many as the machine carries."""

import asyncio
from pathlib import Path

from parley import log
from parley.agents.store import AgentStore
from parley.bus import Bus
from parley.service import Service, run
from stt import metrics
from stt.endpoint import SmartTurn
from stt.engines import Engines
from stt.settings import SttSettings, consumer_name
from stt.whisper import Whisper
from stt.worker import Worker, warm_up

_log = log.get("stt")


async def main(settings: SttSettings, service: Service) -> None:
    """Load the models and work until the service is asked to stop."""
    transcriber, endpointer = await asyncio.to_thread(_load, settings)
    metrics.MODEL_LOADED.labels(settings.stt_model, transcriber.device).set(1)
    _log.info("loaded", model=settings.stt_model, device=transcriber.device, threads=settings.threads)
    store = AgentStore(Path(settings.agents_dir))
    engines = Engines(
        settings, transcriber, lambda name: store.agents[name].file.stt if name in store.agents else None
    )
    bus = Bus.connect(settings.redis_url)
    worker = Worker(
        bus,
        transcriber,
        endpointer,
        name=consumer_name(),
        claim_after_ms=settings.stt_claim_after_ms,
        choose=engines.of,
    )

    def ready() -> None:
        service.ready = True

    try:
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(store.watch())
            await worker.run(service.stopping, ready)
            watching.cancel()
    finally:
        await bus.close()


def _load(settings: SttSettings) -> tuple[Whisper, SmartTurn | None]:
    endpointer = SmartTurn(settings.smart_turn_file) if settings.stt_end_of_turn else None
    transcriber = Whisper(
        settings.whisper_folder, settings.stt_device, settings.stt_compute_type, settings.threads
    )
    warm_up(transcriber, endpointer)
    return transcriber, endpointer


if __name__ == "__main__":
    run("stt", SttSettings, main)
