"""Which calls a command line asks for, and how far it has come with them."""

import argparse
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from parley.agents import Agent, load_agents, missing
from records.query import Query
from records.record import Record
from records.store import Store
from replay.compare import Limits
from replay.kept import Kept, NoCalls, Passed, chosen, read

AS_IT_IS = "as it is"
"""What the settings that are not tried are called."""
RECORDS, RECORDINGS = Path("/records"), Path("/recordings")


def options(parser: argparse.ArgumentParser, argv: Sequence[str] | None, *, most: int) -> argparse.Namespace:
    """Read a command line that names calls beside what else `parser` knows; `most` of a range if it does not say."""
    parser.add_argument("calls", nargs="*", metavar="CALL", help="ids of calls, or last (default: a range)")
    parser.add_argument("--since", type=_time, metavar="DATE", help="calls that began then or later")
    parser.add_argument("--until", type=_time, metavar="DATE", help="calls that began before")
    parser.add_argument("--agent", default="", help="only this agent's")
    parser.add_argument("--most", type=int, default=most, help="the newest calls of a range, so many")
    parser.add_argument(
        "--cut-off-ms", type=int, default=1000, help="who goes on so soon after the end was cut off"
    )
    parser.add_argument("--key", action="store_true", help="an age identity on stdin opens recordings")
    parser.add_argument("--records", type=Path, default=RECORDS, help="folder of the records")
    parser.add_argument("--recordings", type=Path, default=RECORDINGS, help="folder of the recordings")
    found = parser.parse_args(argv)
    if found.most < 1:
        parser.error("--most: must be 1 or more")
    if not 0 < found.cut_off_ms <= 60_000:
        parser.error("--cut-off-ms: must be 1 to 60000")
    return found


def _time(text: str) -> float:
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no date: 2026-11-30 or 2026-11-30T14:00") from error


def records(asked: argparse.Namespace, agents: Collection[str]) -> list[Record]:
    """What is kept of the calls that are asked for, whether they were recorded or not; raise as `calls`."""
    with closing(Store.reading(asked.records)) as store:
        found = [store.record(call) for call in _chosen(asked, agents, store)]
    return [record for record in found if record is not None]


def calls(asked: argparse.Namespace, agents: Collection[str]) -> tuple[list[Kept], list[Passed]]:
    """The calls that are asked for, and which of them cannot be run again, as those of other agents than these.

    Raise NoCalls, sqlite3.Error.
    """
    key = sys.stdin.read() if asked.key else ""
    with closing(Store.reading(asked.records)) as store:
        kept, passed = read(store, asked.recordings, _chosen(asked, agents, store), key)
    there = [one for one in kept if one.timeline.agent in agents]
    passed += [
        Passed(one.timeline.call, f"there is no agent {one.timeline.agent!r}")
        for one in kept
        if one.timeline.agent not in agents
    ]
    return there, passed


def _chosen(asked: argparse.Namespace, agents: Collection[str], store: Store) -> list[str]:
    if asked.agent and (wrong := missing(asked.agent, (*agents, *store.agents_since(0.0)))):
        raise NoCalls(f"--agent: {wrong}")
    query = Query(asked.since, asked.until, asked.agent, channel="voice")
    return chosen(store, asked.calls, query, asked.most)


def agents(folder: Path) -> dict[str, Agent]:
    """The agents of a folder; what is wrong with others is told."""
    found, wrong = load_agents(folder)
    for error in wrong:
        print(error, file=sys.stderr)
    return found


def limits(asked: argparse.Namespace) -> Limits:
    """From when on something is told."""
    return Limits(cut_off_s=asked.cut_off_ms / 1000)


def watched[Item](items: Sequence[Item], what: str) -> Iterator[Item]:
    """The items, with a progress bar on a terminal."""
    columns = (TextColumn(what), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True) as progress:
        yield from progress.track(items)
