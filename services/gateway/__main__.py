"""The gateway: `python -m gateway`. Wires Asterisk, the media plane and Redis together."""

import asyncio
import sys
from pathlib import Path

from gateway import series
from gateway.admission import backlog
from gateway.answering.wording import wording
from gateway.calls import tally
from gateway.calls.overflow import SPARE_ROWS
from gateway.calls.switchboard import Switchboard
from gateway.conversation import clock
from gateway.conversation.context import Context
from gateway.media.plane import MediaPlane
from gateway.media.rtp.codec import make_codec
from gateway.media.rtp.sockets import open_socket
from gateway.media.speech.detector import SpeechDetector
from gateway.media.speech.engines import make_engine
from gateway.settings import GatewaySettings
from gateway.steering.making import make_calls
from gateway.steering.returning import CallingBack
from gateway.steering.steering import Steering
from parley import log
from parley.agents.store import AgentStore
from parley.bus import Bus, BusError, down_stream
from parley.errors import MessageError, SettingError
from parley.messages import Command
from parley.service import Service, run

_FAREWELL_S = 20.0
"""How long calls in progress have for their goodbye when the gateway stops."""
_PING_S = 2.0
"""A Redis that takes longer to answer is not there."""
_SWITCH_INTERVAL_S = 0.0005
"""The tick thread must not wait for the event loop's turn of Python's lock (5 ms by default)."""

_log = log.get("gateway")


def make_plane(settings: GatewaySettings) -> MediaPlane:
    """Build the media plane and open its port."""
    models = Path(settings.models_dir) / "vad"
    rows = settings.max_calls + SPARE_ROWS
    engine = make_engine(settings.vad_engine, models, rows, settings.vad_rate)
    detector = SpeechDetector(rows, engine, settings.detector())
    try:
        # On the host's network not on every address: what comes from elsewhere costs the tick time, too.
        udp = open_socket("0.0.0.0" if settings.media_host else settings.own_host(), settings.media_port)
    except OSError as error:
        raise SettingError(
            "MEDIA_PORT", f"cannot open UDP {settings.media_port}: {error.strerror}"
        ) from error

    codec = make_codec(settings.media_format, rows)
    return MediaPlane(rows, codec, udp, detector)


async def read_down(bus: Bus, gateway: str, switchboard: Switchboard) -> None:
    """Hand on everything that the workers answer, and what is asked from outside, for ever."""
    steering = Steering(switchboard, bus.commands())
    stream = down_stream(gateway)
    after = await _retry_last_id(bus, stream)
    while True:
        try:
            for entry_id, message in await bus.read(stream, after):
                after = entry_id
                if isinstance(message, Command):
                    steering.on_command(message)
                else:
                    switchboard.on_message(message)
        except MessageError as error:
            _log.error("a message cannot be read", error=str(error))
            after = error.entry_id
        except BusError as error:
            _log.error("Redis is away", error=str(error))
            await asyncio.sleep(0.5)


async def _retry_last_id(bus: Bus, stream: str) -> str:
    while True:
        try:
            return await bus.last_id(stream)
        except BusError as error:
            _log.error("Redis is away", error=str(error))
            await asyncio.sleep(0.5)


async def watch_readiness(service: Service, switchboard: Switchboard, bus: Bus) -> None:
    """The gateway is ready while both Asterisk and Redis are there."""
    while True:
        try:
            async with asyncio.timeout(_PING_S):
                await bus.ping()
            service.ready = switchboard.ari.connected
        except (BusError, TimeoutError):
            service.ready = False
        await asyncio.sleep(1)


async def end_calls(service: Service, switchboard: Switchboard, drain_s: float) -> None:
    """Serve the calls that there are for so long, while another gateway takes the new ones; then leave them to it."""
    # A gateway of which something has broken serves them no more.
    await switchboard.drain(drain_s if service.stopping.is_set() else 0.0)
    await switchboard.close(_FAREWELL_S)


async def main(settings: GatewaySettings, service: Service) -> None:
    """Serve calls until the service is told to stop."""
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    store = AgentStore(Path(settings.agents_dir))
    bus = Bus.connect(settings.redis_url)
    plane = make_plane(settings)
    switchboard = Switchboard(settings.switchboard(), store.agents, _context(settings, plane, bus))
    _tell(settings, store)
    _read_wordings(store)
    calling_back = CallingBack(bus, switchboard, store.agents, settings.gateway_id, settings.retries())
    loop = asyncio.get_running_loop()
    plane.start(
        lambda events: loop.call_soon_threadsafe(switchboard.on_media, events),
        service.watchdog.heart("media plane").beat,
    )
    tasks = [
        asyncio.create_task(switchboard.ari.run(), name="ari"),
        asyncio.create_task(read_down(bus, settings.gateway_id, switchboard), name="down"),
        asyncio.create_task(switchboard.sharing.run(), name="sharing"),
        asyncio.create_task(make_calls(bus.commands().dials(), switchboard), name="made calls"),
        asyncio.create_task(calling_back.run(), name="callbacks"),
        asyncio.create_task(switchboard.readiness.run(), name="what calls need"),
        asyncio.create_task(watch_readiness(service, switchboard, bus), name="readiness"),
        asyncio.create_task(backlog.watch(bus, settings.gateway_id), name="backlog"),
        asyncio.create_task(store.watch(switchboard.on_agents_changed), name="agents"),
        asyncio.create_task(_wait(service), name="stop"),
    ]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()  # only the stop may end by itself
    finally:
        # First: calls need Asterisk, the media plane and Redis, to their end or to a goodbye.
        await end_calls(service, switchboard, settings.drain_s)
        for task in tasks:
            task.cancel()
        plane.stop()
        await bus.close()


def _context(settings: GatewaySettings, plane: MediaPlane, bus: Bus) -> Context:
    return Context(
        settings.gateway_id,
        plane,
        bus,
        settings.turns(),
        settings.turn_budget_s,
        rules=settings.rules(),
        texts=settings.texts(),
    )


def _tell(settings: GatewaySettings, store: AgentStore) -> None:
    """Have the metrics show what is set, and every series from the start."""
    clock.BUDGET.set(settings.turn_budget_s)
    tally.CANARY_INTERVAL.set(settings.canary_interval_s)
    series.begin({agent.name for agent in store.agents.values()})


def _read_wordings(store: AgentStore) -> None:
    """Make ready what machines say in the agents' languages: some 0.3 s each, not to be taken from calls."""
    for language in {code for agent in store.agents.values() for code in agent.file.all_languages}:
        wording(language)


async def _wait(service: Service) -> None:
    await service.stopping.wait()


if __name__ == "__main__":
    run("gateway", GatewaySettings, main)
