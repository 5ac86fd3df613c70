"""`python -m gateway.do_not_call add|remove NUMBER` and `... list`: numbers that are never called; `make dnc-add`."""

import re
import sys

from gateway.command import at_redis
from parley.bus import Bus
from parley.outbound.ledger import Ledger
from parley.outside.notes import iso
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


def main(argv: list[str]) -> int:
    """Do what the command line asks for; return the exit status."""
    if argv != ["list"] and not (len(argv) == 2 and argv[0] in ("add", "remove")):
        print(_USAGE, file=sys.stderr)
        return 2

    async def do(bus: Bus) -> None:
        await carry_out(bus.commands().ledger(), argv)

    return at_redis("do_not_call", do, away="nothing was changed")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
