"""`python -m api`: serves the API and the console until told to stop. Keys: `api.access`; users: `api.console`."""

import asyncio
from pathlib import Path

from api.access.database import Database
from api.application import make
from api.console import application as console
from api.console.phone.messages import LONGEST
from api.server import serve
from api.settings import ApiSettings
from parley.bus import Bus
from parley.service import Service, run

PORT = 8000
"""Inside the stack; API_PORT is the one on 127.0.0.1."""
CONSOLE_PORT = 8443
"""Likewise, by the setting of that name."""
_CONNECTIONS = 100
"""More at a time are told to come back (503): what is asked too much must not use up memory."""


async def main(settings: ApiSettings, service: Service) -> None:
    """Serve until the service is told to stop."""
    database = Database(Path(settings.api_dir))
    bus = Bus.connect(settings.redis_url)
    pages = console.make(settings, database)
    app = make(settings, database, bus)
    try:
        await asyncio.gather(
            serve(app, PORT, service, connections=_CONNECTIONS),
            serve(pages, CONSOLE_PORT, service, connections=_CONNECTIONS, frame=LONGEST),
            app.state.publisher.run(service.stopping),
            app.state.heartbeat.run(service.stopping),
        )
    finally:
        await pages.state.telephones.close()
        pages.state.telephones.box.close()
        await pages.state.upstream.close()
        if pages.state.entrance is not None:
            await pages.state.entrance.provider.close()
        await bus.close()
        database.close()


if __name__ == "__main__":
    run("api", ApiSettings, main)
