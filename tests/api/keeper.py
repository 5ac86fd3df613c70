"""The part of the records' service that keeps what the API tells it, on a real Redis and a real database."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from parley.bus import Bus
from records.correcting import Correcting
from records.store import Store


@contextmanager
def keeping(redis_url: str, folder: Path) -> Iterator[None]:
    """It runs, whoever waits meanwhile; `folder`: of the site."""
    over = threading.Event()

    async def run() -> None:
        store, bus = Store(folder / "records"), Bus.connect(redis_url)
        task = asyncio.create_task(Correcting(store, bus.commands().corrections()).run())
        await asyncio.to_thread(over.wait)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await bus.close()
        store.close()

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
