"""`python -m replay.search [CALL...]`: which silences end turns quickest and cut few of the kept callers off.

Runs the calls again with every choice, proposes one, and changes nothing. Exit status: 0 it is told; 2 it could not be
tried.
"""

import argparse
import os
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from rich.console import Console
from rich.table import Table

from agent.wishes.intents import is_goodbye
from parley import log
from parley.agents import Agent, load_agents
from parley.errors import ParleyError
from replay import asking
from replay.answers import NONE
from replay.compare import Limits, Run, Said, Totals, totals
from replay.ears import Ears, Engines
from replay.kept import Kept, Passed, none_of
from replay.rerun import Hearing, rerun
from replay.runs import vad_of
from replay.trial import Setup

FAST_MS = (300, 400, 500, 600)
SLOW_MS = (1200, 1500, 1800)
MOST = 20
"""Calls of a range: each is run again with every choice."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A choice, and what came of it."""

    name: str
    """As .env has it; empty: the settings as they are."""
    totals: Totals

    @property
    def cut_off_pct(self) -> float:
        """Turns in which the caller was cut off, per cent."""
        return 100 * self.totals.cut_offs / max(1, self.totals.turns)


def best(tried: Sequence[Tried], most_pct: float) -> Tried | None:
    """The quickest that cuts off at most so many callers, and leaves no more unanswered than the first; None: there is
    none.
    """
    good = [
        (one.totals.wait_mean_s, one.cut_off_pct, number)
        for number, one in enumerate(tried)
        if one.totals.wait_mean_s is not None
        and one.cut_off_pct <= most_pct
        and one.totals.unanswered <= tried[0].totals.unanswered
    ]
    return tried[min(good)[2]] if good else None


def main(argv: Sequence[str] | None = None) -> int:
    """Search; return the exit status."""
    told = "Silences that end turns, tried on kept calls."
    parser = argparse.ArgumentParser(prog="replay.search", description=told)
    parser.add_argument(
        "--cut-offs", type=float, default=3.0, metavar="PERCENT", help="turns in which callers may be cut off"
    )
    options = asking.options(parser, argv, most=MOST)
    if not 0 <= options.cut_offs <= 100:
        parser.error("--cut-offs: must be 0 to 100")
    log.configure("replay", "error")  # what is printed is for people
    try:
        tried, kept, passed = search(options, os.environ)
    except (ParleyError, sqlite3.Error, OSError) as error:
        print(f"replay: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    _show(tried, kept, passed, options.cut_offs)
    return 0


def search(
    options: argparse.Namespace, environ: Mapping[str, str]
) -> tuple[list[Tried], Sequence[Kept], Sequence[Passed]]:
    """Try every choice, the settings as they are first; return with which calls. Raise as main catches."""
    present = Setup.of(environ, {})
    agents, _ = load_agents(present.agents_dir)
    kept, passed = asking.calls(options, agents)
    if not kept:
        raise none_of(passed)
    setups = {"": present} | {
        f"ENDPOINT_FAST_MS={fast} ENDPOINT_SLOW_MS={slow}": Setup.of(
            environ, {"ENDPOINT_FAST_MS": str(fast), "ENDPOINT_SLOW_MS": str(slow)}
        )
        for fast, slow in product(FAST_MS, SLOW_MS)
        if present.gateway.pause_ms <= fast <= slow <= present.gateway.endpoint_open_ms
    }
    ears, limits = Engines().of(present), asking.limits(options)
    names = asking.watched(list(setups), "settings")
    return [Tried(name, _run(kept, setups[name], ears, agents, limits)) for name in names], kept, passed


def _run(
    kept: Sequence[Kept], setup: Setup, ears: Ears, agents: Mapping[str, Agent], limits: Limits
) -> Totals:
    """Run all calls with one choice; nothing is answered, since only the ends of turns are looked at."""
    runs, vad = [], vad_of(setup.gateway)
    for one in kept:
        file = agents[one.timeline.agent].file
        hearing = Hearing(ears, vad, file.language, ", ".join(file.vocabulary), is_goodbye)
        course = rerun(one.timeline, one.audio, setup, hearing)
        runs.append(Run(course, tuple(Said(turn, NONE) for turn in course.turns)))
    return totals(runs, limits)


def _show(tried: Sequence[Tried], kept: Sequence[Kept], passed: Sequence[Passed], most_pct: float) -> None:
    console = Console(highlight=False)
    for one_passed in passed:
        console.print(f"{one_passed.call} is passed over: {one_passed.why}", soft_wrap=True, markup=False)
    shown = Table("settings", "cut off", "mean wait", "p95", "not answered", title=f"{len(kept)} calls")
    for one in tried:
        sums = one.totals
        waits = ("–" if wait is None else f"{wait:.2f} s" for wait in (sums.wait_mean_s, sums.wait_p95_s))
        shown.add_row(one.name or "as it is", f"{one.cut_off_pct:.1f} %", *waits, str(sums.unanswered))
    console.print(shown)
    found = best(tried, most_pct)
    rule = f"at most {most_pct:g} % cut off"
    if found is None:
        console.print(f"None of these has {rule}.")
    elif not found.name:
        console.print(f"Nothing is quicker than the settings as they are with {rule}.")
    else:
        console.print(f"Quickest with {rule}: {found.name}")


if __name__ == "__main__":
    sys.exit(main())
