"""The cells and the edge: each a project of its own, found by its containers, asked, killed, and watched."""

import asyncio
import os
import time
from collections.abc import Callable, Collection
from typing import Any

from docker.models.containers import Container

from bench.cluster.figures import channels
from bench.instruments.engine import Engine
from parley.errors import ParleyError

CLUSTER = os.environ.get("COMPOSE_PROJECT_NAME", "parley-cluster")
_CALLS = "asterisk -rx 'core show channels concise'"
_LOOK_S = 0.5


class NotReached(ParleyError):
    """Something did not come about in time."""


class Cell(Engine):
    """One of them, by its letter."""

    def __init__(self, letter: str) -> None:
        super().__init__(f"{CLUSTER}-{letter}")
        self.letter = letter

    @property
    def address(self) -> str:
        """Its Asterisk's on the cluster's network; NotReached while that is not there."""
        for container in self.containers("asterisk"):
            address: str = container.attrs["NetworkSettings"]["Networks"][CLUSTER]["IPAddress"]
            return address
        raise NotReached(f"cell {self.letter} has no Asterisk")

    def calls(self) -> dict[str, str]:
        """Channels of the calls that the edge gave it, with their callers' numbers; of a dead one none."""
        found = self.containers("asterisk")
        return channels(self.run(found[0], _CALLS)) if found else {}

    def kill(self, *services: str) -> None:
        """End containers of these services, or all there are, at once and without a word: nothing starts them again."""
        for container in self.containers():
            if not services or _service(container) in services:
                container.kill()

    def ill(self) -> list[str]:
        """Services that are not what they should be; agent says that there is no language model, which is so."""
        if not self.containers():
            return ["everything"]
        return [service for service in self.unhealthy() if service != "agent"]


def edge() -> Container:
    """The edge's container, whether it runs or not."""
    (found,) = Engine(CLUSTER).containers("edge", gone=True)
    return found


def starts(cells: Collection[Cell]) -> dict[str, Any]:
    """When each container of these cells, and the edge, was started."""
    everything = [edge(), *(container for cell in cells for container in cell.containers())]
    return {str(container.name): container.attrs["State"]["StartedAt"] for container in everything}


async def where(cells: Collection[Cell]) -> dict[str, dict[str, str]]:
    """The channels of each cell, with their callers' numbers."""
    found = await asyncio.gather(*(asyncio.to_thread(cell.calls) for cell in cells))
    return {cell.letter: calls for cell, calls in zip(cells, found, strict=True)}


async def until(what: str, is_so: Callable[[], bool], within: float) -> None:
    """Wait until something that blocks says yes; NotReached says `what` did not come about in time."""
    deadline = time.monotonic() + within
    while not await asyncio.to_thread(is_so):
        if time.monotonic() > deadline:
            raise NotReached(f"not after {within:g} s: {what}")
        await asyncio.sleep(_LOOK_S)


def _service(container: Container) -> str:
    return str(container.labels["com.docker.compose.service"])
