"""`python -m records.campaigns list`, and `... load|dry-run|start|pause|results NAME`; see `make campaign`."""

import asyncio
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from parley.bus import Bus, BusError
from parley.errors import SettingError
from parley.settings import load
from records.campaigns.book import Book, Campaign
from records.campaigns.lists import MOST_ROWS, read_file
from records.campaigns.order import tried
from records.campaigns.plan import NAME, read_plan
from records.campaigns.table import RESULTS, TRIED, line, result, trial
from records.settings import RecordsSettings

_VERBS = ("load", "dry-run", "start", "pause", "results")
_USAGE = f"usage: python -m records.campaigns list, or: ... {'|'.join(_VERBS)} NAME"


def load_files(book: Book, folder: Path, name: str) -> None:
    """Take in a campaign's file and list; raise ValueError naming what is wrong with them."""
    csv_file, xlsx_file = folder / f"{name}.csv", folder / f"{name}.xlsx"
    if csv_file.exists() and xlsx_file.exists():
        raise ValueError(f"there are campaigns/{csv_file.name} and {xlsx_file.name}: which one is the list?")
    plan = _read(folder / f"{name}.yaml", lambda data: read_plan(data.decode()))
    list_file = xlsx_file if xlsx_file.exists() else csv_file
    rows = _read(list_file, lambda data: read_file(data, plan.country))
    added = book.put(name, plan, rows)
    without = sum(not row.consent for row in rows)
    print(f"{name}: {len(rows)} people, {added} of them new; {without} without consent are not called")


def _read[T](file: Path, read: Callable[[bytes], T]) -> T:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise ValueError(f"campaigns/{file.name} cannot be read: {error}") from error
    try:
        return read(data)
    except ValueError as error:
        raise ValueError(f"campaigns/{file.name}: {error}") from error


def start(book: Book, name: str) -> None:
    """Have a campaign run."""
    _found(book, name)
    book.enter(name, "running", time.time())
    print(f"{name} runs: {book.left(name)} people are left")


def pause(book: Book, name: str) -> None:
    """Have it call nobody more; calls that go on do so."""
    _found(book, name)
    book.enter(name, "paused", time.time())
    print(f"{name} calls nobody more")


def results(book: Book, name: str) -> None:
    """Print what came of everybody as CSV."""
    _found(book, name)
    sys.stdout.writelines(map(line, (RESULTS, *map(result, book.results(name)))))


def show(book: Book) -> None:
    """Print all campaigns and how they stand."""
    for campaign in book.campaigns():
        print(f"{campaign.name}  {campaign.state}  {book.left(campaign.name)} people left")


async def dry_run(book: Book, name: str, url: str) -> None:
    """Print as CSV what would come of a call to each who waits, as a gateway says it now: nobody is rung."""
    campaign = _found(book, name)
    bus = Bus.connect(url)
    try:
        print(line(TRIED), end="")
        async for each in tried(bus.commands().dials(), campaign, book.due(name, float("inf"), MOST_ROWS)):
            print(line(trial(each)), end="")
    finally:
        await bus.close()


def _found(book: Book, name: str) -> Campaign:
    campaign = book.campaign(name)
    if campaign is None:
        raise ValueError(f"there is no campaign {name!r}: load it first")
    return campaign


def _do(settings: RecordsSettings, verb: str, name: str) -> None:
    book = Book(Path(settings.records_dir))
    try:
        match verb:
            case "load":
                load_files(book, Path(settings.campaigns_dir), name)
            case "start":
                start(book, name)
            case "pause":
                pause(book, name)
            case "results":
                results(book, name)
            case "dry-run":
                asyncio.run(dry_run(book, name, settings.redis_url))
            case _:
                show(book)
    finally:
        book.close()


def main(argv: list[str]) -> int:
    """Do what the command line asks for; return the exit status."""
    verb, name = (argv[0], argv[1]) if len(argv) == 2 else (argv[0] if len(argv) == 1 else "", "")
    if not (argv == ["list"] or (verb in _VERBS and NAME.fullmatch(name))):
        print(_USAGE, file=sys.stderr)
        return 2
    try:
        _do(load(RecordsSettings, os.environ), verb, name)
    except SettingError as error:
        print(f"campaign: {error}", file=sys.stderr)
        return 2
    except (ValueError, TimeoutError, BusError) as error:
        print(f"campaign: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
