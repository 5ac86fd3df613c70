"""`python -m records.campaigns list`, and `... load|dry-run|start|pause|results NAME`; see `make campaign`."""

import asyncio
import csv
import os
import secrets
import sys
import time
from pathlib import Path

from parley.bus import Bus, BusError
from parley.errors import SettingError
from parley.outside.dialling import filled
from parley.settings import load
from records.campaigns.book import Book, Campaign
from records.campaigns.caller import ANSWERED_S, dial
from records.campaigns.plan import MOST_ROWS, NAME, read_list, read_plan
from records.record import iso
from records.settings import RecordsSettings

_VERBS = ("load", "dry-run", "start", "pause", "results")
_USAGE = f"usage: python -m records.campaigns list, or: ... {'|'.join(_VERBS)} NAME"


def load_files(book: Book, folder: Path, name: str) -> None:
    """Take in a campaign's file and list; raise ValueError naming what is wrong with them."""
    plan_file, list_file = folder / f"{name}.yaml", folder / f"{name}.csv"
    texts = {}
    for file in (plan_file, list_file):
        try:
            texts[file] = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"campaigns/{file.name} cannot be read: {error}") from error
    try:
        plan = read_plan(texts[plan_file])
    except ValueError as error:
        raise ValueError(f"campaigns/{plan_file.name}: {error}") from error
    try:
        rows = read_list(texts[list_file], plan.country)
    except ValueError as error:
        raise ValueError(f"campaigns/{list_file.name}: {error}") from error
    added = book.put(name, plan, rows)
    without = sum(not row.consent for row in rows)
    print(f"{name}: {len(rows)} people, {added} of them new; {without} without consent are not called")


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
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(("number", "state", "outcome", "attempts", "last_call", "last_at"))
    for each in book.results(name):
        at = "" if each.last_at is None else iso(each.last_at)
        table.writerow((each.number, each.state, each.outcome, each.attempts, each.call, at))


def show(book: Book) -> None:
    """Print all campaigns and how they stand."""
    for campaign in book.campaigns():
        print(f"{campaign.name}  {campaign.state}  {book.left(campaign.name)} people left")


async def dry_run(book: Book, name: str, url: str) -> None:
    """Print as CSV what would come of a call to each who waits, as a gateway says it now: nobody is rung."""
    campaign = _found(book, name)
    bus = Bus.connect(url)
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(("number", "result", "rule", "reason", "greeting"))
    try:
        for row in book.due(name, float("inf"), MOST_ROWS):
            order = dial(campaign, row, f"dry-{secrets.token_hex(8)}", dry_run=True)
            answer = await bus.commands().dials().ask(order, ANSWERED_S)
            if answer is None:
                raise ValueError("no gateway answers")
            greeting = filled(campaign.plan.greeting, row.variables)
            table.writerow((row.number, answer.result, answer.rule, answer.reason, greeting))
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
    except (ValueError, BusError) as error:
        print(f"campaign: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
