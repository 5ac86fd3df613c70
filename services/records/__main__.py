"""`python -m records`: keeps a record of every call. `... export`, `... listen NAME` and
`... forget CALLER` work on what is kept."""

import argparse
import asyncio
import os
import shutil
import sys
from collections.abc import Coroutine, Sequence
from contextlib import closing
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import psycopg

from parley.agents import missing, names
from parley.bus import Bus, BusError
from parley.errors import SettingError
from parley.outside.spool import Spool
from parley.service import Service, run
from parley.settings import load
from records.analyst import Analyst
from records.asking import Asking
from records.campaigns.book import Book
from records.campaigns.caller import Campaigns
from records.central import cell, tables
from records.central.copying import Copier
from records.central.reading import Central
from records.correcting import Correcting
from records.cost import metrics, prices
from records.grouping import Grouper
from records.query import Query
from records.settings import RecordsSettings
from records.sound import recordings, sealing, unsealing
from records.store import Store
from records.worker import Recorder

PRICES = Path("/run/secrets/prices")
"""What engines cost, see cost/prices.py; an empty file: that is not known."""


async def main(settings: RecordsSettings, service: Service) -> None:
    """Keep records until the service is told to stop."""
    # A thread at a time has each.
    store, to_analyse, to_copy, *others = stores = [Store(Path(settings.records_dir)) for _ in range(7)]
    book = Book(Path(settings.records_dir))
    known = prices.read(PRICES)
    metrics.BUDGET.set(settings.cost_budget_per_day)
    bus = Bus.connect(settings.redis_url)
    recorder = Recorder(
        bus.event_log(),
        bus.journal(),
        store,
        Path(settings.recordings_dir),
        settings.records_days,
        limit_bytes=round(settings.recordings_max_gb * 1e9),
        recipients=sealing.keys(settings.recordings_key),
        prices=known,
    )

    to_copy.outbox.switch(on=bool(settings.database_url))

    def change(there: bool) -> None:
        service.ready = there

    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(Analyst(to_analyse, wanted=settings.analysis).run(service.stopping))
            if settings.database_url:
                tasks.create_task(_copier(to_copy, settings).run(service.stopping))
            waiting = [tasks.create_task(work) for work in _asking(bus, book, others, settings)]
            await recorder.run(service.stopping, change)
            for task in waiting:
                task.cancel()
    finally:
        await bus.close()
        book.close()
        for each in stores:
            each.close()


def _copier(store: Store, settings: RecordsSettings) -> Copier:
    connect = partial(tables.connected, settings.database_url, f"parley cell {settings.cell_name}")
    return Copier(store, settings.cell_name, cell.reachable(settings.console_url), connect)


def _asking(
    bus: Bus, book: Book, stores: Sequence[Store], settings: RecordsSettings
) -> list[Coroutine[Any, Any, None]]:
    """What asks others, and waits for them: agent workers, gateways, the API. Each has a store of its own."""
    commands = bus.commands()
    to_read, to_group, to_correct, called = stores
    dialling = commands.dials(), commands.ledger()
    work = [
        Correcting(to_correct, commands.corrections()).run(),
        Campaigns(book, called, *dialling, settings.campaign_calls).run(),
    ]
    if settings.analysis:
        work += [Asking(to_read, commands.readings()).run(), Grouper(to_group, commands.groupings()).run()]
    return work


def _there(settings: RecordsSettings, store: Store, agent: str) -> bool:
    """Whether there is an agent, in a folder or among kept calls; that there is not is printed."""
    wrong = missing(agent, (*names(Path(settings.agents_dir)), *store.agents_since(0.0)))
    if wrong:
        print(f"records: AGENT: {wrong}", file=sys.stderr)
    return not wrong


def export(settings: RecordsSettings, query: Query) -> int:
    """Print the records as JSON lines."""
    with closing(Store(Path(settings.records_dir))) as store:
        if query.agent and not _there(settings, store, query.agent):
            return 2
        encoder = msgspec.json.Encoder()
        for record in store.records(query):
            sys.stdout.write(encoder.encode(record).decode() + "\n")
    return 0


def questions(settings: RecordsSettings, query: Query) -> int:
    """Print what was not surely answered as JSON lines, the most frequent first."""
    with closing(Store(Path(settings.records_dir))) as store:
        if not _there(settings, store, query.agent):
            return 2
        for found in store.questions(query):
            sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
    return 0


def listen(settings: RecordsSettings, name: str) -> int:
    """Write a recording to stdout; of an encrypted one the key, an age identity, is read from stdin."""
    folder = Path(settings.recordings_dir)
    there = recordings.found(folder, name) or recordings.found(folder, f"{name}.wav")
    try:
        if not there:
            raise ValueError("there is no such recording")
        if there[0].suffix == recordings.SEALED:
            unsealing.unseal(there[0], sys.stdin.read(), sys.stdout.buffer)
        else:
            with there[0].open("rb") as file:
                shutil.copyfileobj(file, sys.stdout.buffer)
    except ValueError as error:
        print(f"listen: {name}: {error}", file=sys.stderr)
        return 1
    return 0


async def forget(settings: RecordsSettings, caller: str) -> int:
    """Delete everything of a caller: in Redis, in the store, what waits to be told to others, and the recordings."""
    store, book = Store(Path(settings.records_dir)), Book(Path(settings.records_dir))
    spool = Spool(Path(settings.webhooks_dir))
    bus = Bus.connect(settings.redis_url)
    try:
        calls = await bus.event_log().forget(caller, store.calls_of(caller) | spool.calls_of(caller))
        await bus.commands().texts().forget(caller, calls)
        await bus.commands().ledger().forget(caller)
        await bus.commands().callbacks().forget(caller)
        book.forget(caller)
        spool.forget(calls)
        files = recordings.delete(Path(settings.recordings_dir), store.forget(calls))
        files += recordings.delete_orphans(Path(settings.recordings_dir), store)
        written = await bus.journal().rewrite()
    except BusError as error:
        print(f"forget: Redis is away, nothing is sure to be deleted: {error}", file=sys.stderr)
        return 1
    finally:
        await bus.close()
        spool.close()
        book.close()
        store.close()
    print(f"{caller}: {len(calls)} calls and {files} recordings deleted")
    if settings.database_url:
        print(_of_other_cells(settings, caller))
    if not written:
        print(
            "forget: Redis still writes its file anew; until it has, words are on the disk", file=sys.stderr
        )
    return 0


def _of_other_cells(settings: RecordsSettings, caller: str) -> str:
    """What is to be said of a caller's calls in other cells: each is forgotten where it was."""
    try:
        with Central.opened(settings.database_url) as central:
            others = [cell for cell in central.cells_of(caller) if cell != settings.cell_name]
    except psycopg.Error as error:
        return f"forget: whether other cells have calls of theirs is not known now: {str(error).strip()}"
    if not others:
        return "No other cell has calls of theirs; the copies of these go within seconds."
    return f"forget: other cells have calls of theirs, and have to be told themselves: {', '.join(others)}"


def _time(text: str) -> float:
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no date: 2026-11-30 or 2026-11-30T14:00") from error


def _caller(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("must not be empty")
    return text


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="records", description="Records of calls.")
    commands = parser.add_subparsers(dest="command")
    exporting = commands.add_parser("export", help="print records as JSON lines, oldest first")
    exporting.add_argument("--since", type=_time, metavar="DATE", help="calls that began then or later")
    exporting.add_argument("--until", type=_time, metavar="DATE", help="calls that began before")
    exporting.add_argument("--agent", default="", help="only this agent's")
    exporting.add_argument("--caller", default="", help="only this caller's")
    asking = commands.add_parser(
        "questions", help="print questions that were not surely answered, with counts"
    )
    asking.add_argument("--agent", default="", help="the agent's name")
    listening = commands.add_parser(
        "listen", help="write a recording to stdout; an age identity on stdin opens it"
    )
    listening.add_argument("name", help="as a record has it: the file, or the call")
    commands.add_parser("key", help="make a key for recordings: an age identity")
    forgetting = commands.add_parser("forget", help="delete everything of a caller")
    forgetting.add_argument("caller", type=_caller, help="the caller's number, in any form, or: anonymous")
    return parser.parse_args(argv)


def command(arguments: argparse.Namespace) -> int:
    """Do what the command line asks for; return the exit status."""
    try:
        settings = load(RecordsSettings, os.environ)
    except SettingError as error:
        print(f"records: {error}", file=sys.stderr)
        return 2
    if arguments.command == "key":
        print(sealing.new_key(), end="")
        return 0
    if arguments.command == "listen":
        return listen(settings, arguments.name)
    if arguments.command == "forget":
        return asyncio.run(forget(settings, arguments.caller))
    if arguments.command == "questions":
        return questions(settings, Query(agent=arguments.agent))
    return export(settings, Query(arguments.since, arguments.until, arguments.agent, arguments.caller))


if __name__ == "__main__":
    asked = _arguments(sys.argv[1:])
    if asked.command:
        sys.exit(command(asked))
    run("records", RecordsSettings, main)
