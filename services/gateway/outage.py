"""`python -m gateway.outage on|off|show`: the outage switch, which sends all calls to people; see `make outage`."""

import sys

from gateway.command import at_redis
from parley.bus import Bus

_SAID = {True: "on: all calls go to people", False: "off: the agent answers calls"}


async def switch(bus: Bus, wanted: str) -> str:
    """Set the switch, or leave it with `show`; return what it says then."""
    if wanted != "show":
        await bus.set_outage(on=wanted == "on")
    return f"The outage switch is {_SAID[await bus.outage()]}."


def main(argv: list[str]) -> int:
    """Do what the command line asks for; return the exit status."""
    if len(argv) != 1 or argv[0] not in ("on", "off", "show"):
        print("usage: python -m gateway.outage on|off|show", file=sys.stderr)
        return 2

    async def do(bus: Bus) -> None:
        print(await switch(bus, argv[0]))

    return at_redis("outage", do, away="and calls go to people without the switch")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
