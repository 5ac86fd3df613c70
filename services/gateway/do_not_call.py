"""`python -m gateway.do_not_call add|remove NUMBER` and `... list`: numbers that are never called; `make dnc-add`."""

import asyncio
import os
import re
import sys

from gateway.settings import GatewaySettings
from parley.bus import Bus, BusError
from parley.errors import SettingError
from parley.outbound.ledger import Ledger
from parley.outside.notes import iso
from parley.settings import load
from parley.telephone import numbers

_PAGE = 1000
_E164 = re.compile(r"\+[1-9][0-9]{5,14}")
_USAGE = "usage: python -m gateway.do_not_call add|remove NUMBER, or: ... list"


async def carry_out(ledger: Ledger, argv: list[str]) -> None:
    """Do what the command line asks for, and print what came of it; raise ValueError for what is no number."""
    if argv == ["list"]:
        await _list(ledger)
        return
    verb, number = argv[0], e164(argv[1])
    if verb == "add":
        added = await ledger.add(number)
        print(f"{number} is never called" + ("." if added else ", as before."))
    else:
        removed = await ledger.remove(number)
        print(f"{number} may be called" + ("." if removed else ": it is not on the list."))


async def _list(ledger: Ledger) -> None:
    first = 0
    while page := await ledger.unwanted(first, _PAGE):
        for number, since in page:
            print(f"{number}  since {iso(since)}")
        first += len(page)


def e164(text: str) -> str:
    """A number as it is kept; raise ValueError for what is none with its country."""
    number = numbers.normal(text, "") if numbers.plain(text).startswith(("+", "00")) else ""
    if not _E164.fullmatch(number):
        raise ValueError(f"NUMBER must have its country, as +4930123456, not {text!r}")
    return number


async def _run(url: str, argv: list[str]) -> int:
    bus = Bus.connect(url)
    try:
        await carry_out(bus.commands().ledger(), argv)
    except ValueError as error:
        print(f"do_not_call: {error}", file=sys.stderr)
        return 2
    except BusError as error:
        print(f"do_not_call: Redis is away, nothing was changed: {error}", file=sys.stderr)
        return 1
    finally:
        await bus.close()
    return 0


def main(argv: list[str]) -> int:
    """Do what the command line asks for; return the exit status."""
    if argv != ["list"] and not (len(argv) == 2 and argv[0] in ("add", "remove")):
        print(_USAGE, file=sys.stderr)
        return 2
    try:
        settings = load(GatewaySettings, os.environ)
    except SettingError as error:
        print(f"do_not_call: {error}", file=sys.stderr)
        return 2
    return asyncio.run(_run(settings.redis_url, argv))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
