"""`python -m replay --with "ENDPOINT_FAST_MS=300" [CALL...]`: runs kept calls again, and tells what would be different.

Reads the records and recordings of a stack, which need not run. Exit status: 0 it is told; 2 it could not be tried.
"""

import argparse
import os
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console

from agent.knowledge.base import load_base
from parley import log
from parley.errors import ParleyError
from replay import asking, reports, versions
from replay.answers import Answers
from replay.compare import Compared, compared
from replay.ears import Engines
from replay.kept import NoCalls, none_of
from replay.reports import Report
from replay.runs import Side
from replay.trial import Setup, parse

MOST = 100
"""Calls of a range: some minutes."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run calls again; return the exit status."""
    options = _options(argv)
    log.configure("replay", "error")  # what is printed is for people
    try:
        report = replay(options, os.environ)
    except (ParleyError, sqlite3.Error, OSError) as error:
        print(f"replay: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    # The page goes where it is sent to, and the tables beside it.
    reports.show(report, Console(stderr=options.html, highlight=False))
    if options.html:
        print(reports.page(report))
    return 0


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="replay", description="Kept calls, run again with other settings.")
    parser.add_argument("--with", dest="tried", required=True, help="settings that are tried: NAME=VALUE ...")
    parser.add_argument("--called", default="", help="what these are called in what is told (as they stand)")
    parser.add_argument("--html", action="store_true", help="print a page of HTML; the tables go to stderr")
    return asking.options(parser, argv, most=MOST)


def replay(options: argparse.Namespace, environ: Mapping[str, str]) -> Report:
    """Do what the options say; raise ParleyError, OSError, sqlite3.Error."""
    changes = parse(options.tried)
    if not changes:
        raise NoCalls("nothing is to be tried: WITH is empty")
    setups = Setup.of(environ, {}), Setup.of(environ, changes)
    folders = dict.fromkeys(setup.agents_dir for setup in setups)
    agents = set.intersection(*(set(asking.agents(folder)) for folder in folders))
    kept, passed = asking.calls(options, agents)
    if not kept:
        raise none_of(passed)
    limits = asking.limits(options)
    sides = _sides(setups, {one.timeline.agent for one in kept})
    told: list[Compared] = []
    for one in asking.watched(kept, "calls"):
        before, after = (side.run(one) for side in sides)
        told.append(compared(one.timeline, before, after, limits))
    timelines = [one.timeline for one in kept]
    was, now = (versions.missing(side.answers.agents, timelines) for side in sides)
    return Report(options.called or options.tried, tuple(told), tuple(passed), limits, (was, now))


def _sides(setups: Sequence[Setup], names: set[str]) -> list[Side]:
    """Engines and agents of both runs, shared where they are the same; what is wrong with an agent is told."""
    engines, known = Engines(), dict[Path, Answers]()
    ears = [engines.of(setup) for setup in setups]
    for setup in setups:
        if setup.agents_dir not in known:
            answers = Answers(setup.agents_dir, load_base(Path(setup.gateway.models_dir)))
            for error in answers.learn(names):
                print(error, file=sys.stderr)
            known[setup.agents_dir] = answers
    return [
        Side.of(setup, hears, known[setup.agents_dir].within(setup.knowledge.limits))
        for setup, hears in zip(setups, ears, strict=True)
    ]


if __name__ == "__main__":
    sys.exit(main())
