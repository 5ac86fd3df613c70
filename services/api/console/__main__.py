"""`python -m api.console link NAME [ROLE]`, `... first`: links by which passwords are chosen (`make console-link`);
`... remove NAME`: a user less.
"""

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from api.access.audit import OPERATOR, Audit
from api.access.database import Database
from api.access.keys import Keys
from api.console.door import Door
from api.console.passes import Passes
from api.console.sessions import Sessions
from api.console.users import ROLES, Users
from api.settings import ApiSettings
from parley.outside.push.box import PushBox
from parley.service import carry_out

_FIRST = "admin"


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="api.console", description="Users of the console.")
    commands = parser.add_subparsers(dest="command", required=True)
    linking = commands.add_parser("link", help="print a link by which a user chooses a password, once")
    linking.add_argument("name", nargs="?", default=_FIRST, help="the user, made if need be")
    linking.add_argument("role", nargs="?", default="", help=f"{', '.join(ROLES)}; of a new user: admin")
    removing = commands.add_parser("remove", help="have no such user any more")
    removing.add_argument("name", help="the user")
    commands.add_parser("first", help="print where the console is; where nobody has a password yet, a link")
    return parser.parse_args(argv)


def _link(url: str, at: Door, name: str, role: str) -> str:
    """A new link; raise ValueError when the name or the role is none."""
    there = at.users.one(name)
    if there is not None and there.outside:
        raise ValueError(f"{name} has no password: a provider says who they are, and their role")
    if there is None or role:
        at.users.put(name, role or _FIRST)
    at.audit.note(OPERATOR, "console.link", name)
    return f"{url}/first/{at.users.link(name)}"


def _removed(at: Door, name: str) -> str:
    if at.users.one(name) is None:
        raise ValueError(f"there is no user {name!r}")
    at.remove(name, OPERATOR)
    return f"{name} is no user any more"


def _forget_browsers(folder: Path, name: str) -> None:
    """Nobody of the same name who comes later is to be told of calls by them."""
    if folder.is_dir():
        with closing(PushBox(folder)) as box:
            box.forget(name)


def _asked(arguments: argparse.Namespace, url: str, at: Door, *, passwords: bool = True) -> str:
    """What is printed; raise ValueError when the name or the role is none, or there are no `passwords`."""
    if arguments.command == "remove":
        return _removed(at, arguments.name)
    if not passwords:
        if arguments.command == "first":
            return url
        raise ValueError("nobody has a password here: CONSOLE_PASSWORDS is false")
    if arguments.command == "link":
        return _link(url, at, arguments.name, arguments.role)
    if any(user.has_password or user.outside for user in at.users.all()):
        return url
    return _link(url, at, _FIRST, "")


def main(argv: Sequence[str]) -> int:
    """Do what the command line asks for; return the exit status."""
    arguments = _arguments(argv)

    def do(settings: ApiSettings) -> None:
        with closing(Database(Path(settings.api_dir))) as database:
            at = Door(Users(database), Sessions(database), Passes(Keys(database)), Audit(database))
            url = settings.console_url.rstrip("/")
            print(_asked(arguments, url, at, passwords=settings.console_passwords))
        if arguments.command == "remove":
            _forget_browsers(Path(settings.webhooks_dir), arguments.name)

    return carry_out("api", ApiSettings, do)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
