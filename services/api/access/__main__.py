"""`python -m api.access make NAME SCOPES`, `... list`, `... revoke NAME`: the keys of the API; see `make api-key`."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from api.access import scopes
from api.access.audit import OPERATOR, Audit
from api.access.database import Database
from api.access.keys import Keys
from api.settings import ApiSettings
from parley.service import carry_out


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="api.access", description="Keys of the API.")
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make", help="make a key and print it, the only time")
    making.add_argument("name", help="who has it")
    making.add_argument("scopes", help="what it is good for, with commas between")
    commands.add_parser("list", help="print all keys, and when each was last used")
    revoking = commands.add_parser("revoke", help="make a key good for nothing")
    revoking.add_argument("name")
    return parser.parse_args(argv)


def _time(at: float | None) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M") if at is not None else "never"


def _list(keys: Keys) -> None:
    for key in keys.all():
        state = f"revoked {_time(key.revoked_at)}" if key.revoked_at else f"last used {_time(key.used_at)}"
        print(f"{key.name:20} {','.join(key.scopes)}  made {_time(key.made_at)}  {state}")


def _do(arguments: argparse.Namespace, keys: Keys, audit: Audit) -> None:
    """Do it; raise ValueError when it cannot be done."""
    match arguments.command:
        case "make":
            print(keys.make(arguments.name, scopes.parse(arguments.scopes)))
            audit.note(OPERATOR, "key.make", arguments.name)
        case "revoke":
            if not keys.revoke(arguments.name):
                raise ValueError(f"there is no key {arguments.name!r}")
            audit.note(OPERATOR, "key.revoke", arguments.name)
        case _:
            _list(keys)


def main(argv: Sequence[str]) -> int:
    """Do what the command line asks for; return the exit status."""
    arguments = _arguments(argv)

    def do(settings: ApiSettings) -> None:
        with closing(Database(Path(settings.api_dir))) as database:
            _do(arguments, Keys(database), Audit(database))

    return carry_out("api", ApiSettings, do)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
