"""What command lines of the gateway have in common: they do something at Redis, and say how that went."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable

from gateway.settings import GatewaySettings
from parley.bus import Bus, BusError
from parley.errors import SettingError
from parley.settings import load


def at_redis(name: str, do: Callable[[Bus], Awaitable[None]], *, away: str) -> int:
    """Do it; return the exit status: 2, a setting is wrong, or by a ValueError what is asked for; 1, Redis is away.

    `away`: what that means.
    """
    try:
        asyncio.run(_done(load(GatewaySettings, os.environ).redis_url, do))
    except (SettingError, ValueError) as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 2
    except BusError as error:
        print(f"{name}: Redis is away, {away}: {error}", file=sys.stderr)
        return 1
    return 0


async def _done(url: str, do: Callable[[Bus], Awaitable[None]]) -> None:
    bus = Bus.connect(url)
    try:
        await do(bus)
    finally:
        await bus.close()
