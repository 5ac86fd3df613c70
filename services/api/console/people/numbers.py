"""Which user of the console has which telephone, and whether they want to be rung. Blocking."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from api.access.database import Database
from parley.errors import SettingError

Wish = Literal["available", "away", "wrap-up", "ready"]
_NUMBER = re.compile(r"[0-9]{2,6}")
_CHANGES: dict[Wish, str] = {
    "available": "available = 1",
    "away": "available = 0, wrap_up = 0",
    "wrap-up": "wrap_up = 1",
    "ready": "wrap_up = 0",
}


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose telephone it is."""

    name: str
    number: str
    available: bool
    """Whether they want to be rung while a page of theirs is open."""
    wrap_up: bool
    """Whether they need a while after a call: queues have their callers wait, who rings them directly hears busy."""


class Numbers:
    """Those that the settings have, and who has them."""

    def __init__(self, database: Database, numbers: str) -> None:
        """`numbers` with commas between; raise SettingError for what is none."""
        self._database = database
        self.all = tuple(part.strip() for part in numbers.split(",") if part.strip())
        if wrong := [number for number in self.all if not _NUMBER.fullmatch(number)]:
            raise SettingError("CONSOLE_PHONES", f"{wrong[0]!r} must be a number of two to six digits")

    def owners(self) -> list[Owner]:
        """Everybody who has a telephone that there is, by name."""
        rows = self._database.run(
            "SELECT name, number, available, wrap_up FROM console_phones JOIN console_users USING (name)"
            " ORDER BY name"
        )
        return [Owner(*row[:2], *map(bool, row[2:])) for row in rows if row[1] in self.all]

    def of(self, name: str) -> Owner | None:
        """This user's; None: they have none."""
        return next((owner for owner in self.owners() if owner.name == name), None)

    def give(self, name: str, number: str) -> None:
        """Have a user have this number, or (empty) none; raise ValueError when that cannot be."""
        if number:
            self._check(name, number, self.owners())
        self._database.run("DELETE FROM console_phones WHERE name = ? OR number = ?", name, number)
        if number:
            self._database.run("INSERT INTO console_phones (name, number) VALUES (?, ?)", name, number)

    def _check(self, name: str, number: str, owners: Iterable[Owner]) -> None:
        if number not in self.all:
            raise ValueError(f"{number!r} is not among CONSOLE_PHONES")
        taken = [owner.name for owner in owners if owner.number == number and owner.name != name]
        if taken:
            raise ValueError(f"{taken[0]} has {number}")

    def wish(self, name: str, wish: Wish) -> Owner | None:
        """Note what a user wants; return how that is then, None when they have no telephone."""
        self._database.run(f"UPDATE console_phones SET {_CHANGES[wish]} WHERE name = ?", name)
        return self.of(name)
