"""The running stack as tests see it: what its calls tell on Redis, and its containers."""

import asyncio
import os
import socket
import time
from dataclasses import dataclass, field
from typing import Any, Self

import docker
import requests
from docker.models.containers import Container
from prometheus_client.parser import text_string_to_metric_families

from parley.bus import EVENTS, Bus
from parley.messages import Event


@dataclass
class Witness:
    """Follows the `events` stream from the moment it was made."""

    bus: Bus
    _after: str
    _events: list[Event] = field(default_factory=list)

    @classmethod
    async def begin(cls) -> Self:
        bus = Bus.connect(os.environ["REDIS_URL"])
        return cls(bus, await bus.last_id(EVENTS))

    async def _look(self) -> None:
        for entry_id, event in await self.bus.events(self._after, block_ms=50):
            self._after = entry_id
            self._events.append(event)

    async def wait_for(
        self, kind: str, within: float = 30.0, call: str | None = None, **data: object
    ) -> Event:
        """Wait for the first event of a kind (and a call) whose data has these values."""
        deadline = time.monotonic() + within
        while True:
            for event in self._events:
                if (
                    event.kind == kind
                    and call in (None, event.call)
                    and all(event.data.get(k) == v for k, v in data.items())
                ):
                    return event
            assert time.monotonic() < deadline, f"no {kind} {data} within {within:g} s; seen: {self._events}"
            await self._look()
            await asyncio.sleep(0.02)

    async def all(self, kind: str, call: str | None = None) -> list[Event]:
        """All events of a kind so far."""
        await self._look()
        return [e for e in self._events if e.kind == kind and call in (None, e.call)]

    async def history(self, call: str) -> list[dict[str, str]]:
        """What was said in a call, as it was heard."""
        return await self.bus.history(call)


def containers(service: str) -> list[Container]:
    """The containers of a service of the stack under test, also those that do not run."""
    labels = [
        f"com.docker.compose.project={os.environ['COMPOSE_PROJECT_NAME']}",
        f"com.docker.compose.service={service}",
        "com.docker.compose.oneoff=False",
    ]
    found: list[Any] = docker.from_env().containers.list(all=True, filters={"label": labels})
    assert found, f"no container of {service}"
    return found


def gateways() -> list[Container]:
    """The containers of all gateways."""
    return [*containers("gateway"), *containers("gateway-2")]


def addresses(container: Container) -> list[str]:
    """Its addresses on all networks that it is on."""
    container.reload()
    networks = container.attrs["NetworkSettings"]["Networks"].values()
    return [network["IPAddress"] for network in networks if network["IPAddress"]]


async def until_healthy(container: Container, within: float = 90.0) -> None:
    """Wait until a container says that it is ready."""
    deadline = time.monotonic() + within
    while True:
        await asyncio.to_thread(container.reload)
        if container.attrs["State"].get("Health", {}).get("Status") == "healthy":
            return
        assert time.monotonic() < deadline, f"{container.name} is not healthy after {within:g} s"
        await asyncio.sleep(0.5)


def metrics(address: str) -> dict[str, list[Any]]:
    """What a container tells Prometheus: the samples of its metrics, by name."""
    text = requests.get(f"http://{address}:9100/metrics", timeout=5).text
    return {family.name: family.samples for family in text_string_to_metric_families(text)}


def gateway_metrics() -> list[dict[str, list[Any]]]:
    """What each gateway tells: all have one name."""
    return [metrics(address) for address in socket.gethostbyname_ex("gateway")[2]]


def takes_calls(families: dict[str, list[Any]]) -> bool:
    """Whether a gateway answers calls itself: no outage is switched on, and it has heard of all that it needs."""
    (outage,), parts = families["parley_outage"], families["parley_call_part_up"]
    return not outage.value and all(part.value for part in parts)


async def until_all_places_are_free(places: int, within: float = 30.0) -> None:
    """Wait until each gateway knows that there is no call: of those of the other one it is told, now and then."""
    deadline = time.monotonic() + within
    while any(
        sample.value != places
        for told in await asyncio.to_thread(gateway_metrics)
        for sample in told["parley_calls_left"]
    ):
        assert time.monotonic() < deadline, f"there are calls after {within:g} s"
        await asyncio.sleep(0.2)


async def until_taking_calls(*, taking: bool = True, within: float = 60.0) -> None:
    """Wait until all gateways answer calls themselves, or until all give them to people."""
    deadline = time.monotonic() + within
    while any(takes_calls(told) != taking for told in await asyncio.to_thread(gateway_metrics)):
        assert time.monotonic() < deadline, f"calls are {'not ' if taking else ''}answered after {within:g} s"
        await asyncio.sleep(0.2)
