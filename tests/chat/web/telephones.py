"""Who makes the calls that chats ask for: a gateway's own code and rules, with telephones that only note what rings."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

from gateway.people.dialling import Dialling
from gateway.steering.making import make_calls
from parley.outbound.rules import Rules
from parley.outbound.week import Week
from tests.chat.conftest import Scene

ALWAYS = "mon-sun 00:00-24:00"


class Telephones:
    """What rings."""

    def __init__(self) -> None:
        self.rung: list[tuple[str, str]] = []
        """Calls, each with its number."""

    async def ring(self, call: str, way: str, shown: str, ring_s: float) -> None:
        """As `Channels.ring`."""
        self.rung.append((call, way))


@asynccontextmanager
async def telephones(scene: Scene, hours: str = ALWAYS) -> AsyncIterator[Telephones]:
    """A gateway that may call Berlin."""
    there: Any = Telephones()
    rules = Rules(
        prefixes=("+4930", "+49900"),
        caller_ids=(),
        hours=Week.read(hours),
        attempts=0,
        attempts_days=1,
        distance_s=0,
        budget=0,
    )
    board: Any = SimpleNamespace(
        ari=SimpleNamespace(connected=True),
        sharing=SimpleNamespace(
            peers=SimpleNamespace(draining=False), headroom=SimpleNamespace(refusal=lambda: "")
        ),
        readiness=SimpleNamespace(lacking=lambda: ""),
        dialling=Dialling(scene.agents, there, scene.bus, rules),
    )
    working = asyncio.create_task(make_calls(scene.bus.commands().dials(), board))
    try:
        yield there
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
