"""`python -m webhooks.commands`: receivers and messages that were not taken, for who works on the machine itself."""

import argparse
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from parley.outside.endpoints import EVENTS, Endpoint, new_secret
from parley.outside.notes import iso, trial
from parley.outside.spool import Letter, Spool
from parley.service import carry_out
from webhooks.settings import WebhooksSettings

_SHOWN = 100


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="webhooks", description="Who is told what happens.")
    commands = parser.add_subparsers(dest="command", required=True)
    putting = commands.add_parser("put", help="add a receiver, or change one; prints a new one's secret")
    putting.add_argument("name")
    putting.add_argument("url")
    putting.add_argument("--events", default="", help=f"with commas between, of: {', '.join(EVENTS)}; all")
    putting.add_argument("--agents", default="", help="with commas between; all")
    for name, told in (("remove", "remove a receiver and what waits for it"), ("test", "send it a message")):
        commands.add_parser(name, help=told).add_argument("name")
    commands.add_parser("list", help="list receivers, and messages that were not taken")
    again = commands.add_parser("again", help="send messages that were not taken again")
    again.add_argument("number", help="of a message, as the list has it; or: all")
    return parser.parse_args(argv)


def _do(arguments: argparse.Namespace, spool: Spool) -> None:
    """Do it; raise ValueError when it cannot be done."""
    match arguments.command:
        case "put":
            _put(spool, arguments)
        case "remove":
            if not spool.remove(arguments.name):
                raise ValueError(f"there is no webhook {arguments.name!r}")
        case "test":
            if spool.endpoint(arguments.name) is None:
                raise ValueError(f"there is no webhook {arguments.name!r}")
            spool.add(trial(time.time()), to=arguments.name)
        case "again":
            count = spool.again(_number(arguments.number), time.time())
            if not count and arguments.number != "all":
                raise ValueError(f"there is no message {arguments.number} that was not taken")
            print(f"{count} messages are sent again")
        case _:
            _list(spool)


def _number(text: str) -> int | None:
    if text == "all":
        return None
    if not text.isdecimal():
        raise ValueError(f"ID must be a number of the list, or: all; not {text!r}")
    return int(text)


def _put(spool: Spool, arguments: argparse.Namespace) -> None:
    before = spool.endpoint(arguments.name)
    secret = before.secret if before else new_secret()
    events, agents = _parts(arguments.events), _parts(arguments.agents)
    spool.put(Endpoint(arguments.name, arguments.url, secret, events, agents))
    if before is None:
        print(secret)


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _list(spool: Spool) -> None:
    figures = spool.figures()
    for endpoint in spool.endpoints():
        stand = figures[endpoint.name]
        what = f"{','.join(endpoint.events) or 'all'} of {','.join(endpoint.agents) or 'all agents'}"
        print(f"{endpoint.name:20} {what}; {stand.waiting} waiting, {stand.dead} not taken")
    for letter in spool.dead(_SHOWN):
        print(_shown(letter))


def _shown(letter: Letter) -> str:
    since = iso(letter.since)
    return f"{letter.number:>6} {since} {letter.endpoint} {letter.kind} {letter.call} {letter.error}"


def main(argv: Sequence[str]) -> int:
    """Do what the command line asks for; return the exit status."""
    arguments = _arguments(argv)

    def do(settings: WebhooksSettings) -> None:
        with closing(Spool(Path(settings.webhooks_dir))) as spool:
            _do(arguments, spool)

    return carry_out("webhooks", WebhooksSettings, do)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
