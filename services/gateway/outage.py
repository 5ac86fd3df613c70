"""`python -m gateway.outage on|off|show`: the outage switch, which sends all calls to people; see `make outage`."""

import asyncio
import os
import sys

from gateway.settings import GatewaySettings
from parley.bus import Bus, BusError
from parley.errors import SettingError
from parley.settings import load

_SAID = {True: "on: all calls go to people", False: "off: the agent answers calls"}


async def switch(bus: Bus, wanted: str) -> str:
    """Set the switch, or leave it with `show`; return what it says then."""
    if wanted != "show":
        await bus.set_outage(on=wanted == "on")
    return f"The outage switch is {_SAID[await bus.outage()]}."


async def _run(url: str, wanted: str) -> int:
    bus = Bus.connect(url)
    try:
        print(await switch(bus, wanted))
    except BusError as error:
        print(f"outage: Redis is away, and calls go to people without the switch: {error}", file=sys.stderr)
        return 1
    finally:
        await bus.close()
    return 0


def main(argv: list[str]) -> int:
    """Do what the command line asks for; return the exit status."""
    if len(argv) != 1 or argv[0] not in ("on", "off", "show"):
        print("usage: python -m gateway.outage on|off|show", file=sys.stderr)
        return 2
    try:
        settings = load(GatewaySettings, os.environ)
    except SettingError as error:
        print(f"outage: {error}", file=sys.stderr)
        return 2
    return asyncio.run(_run(settings.redis_url, argv[0]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
