"""`python -m replay.search [CALL...]`: which silences end turns quickest and cut few of the kept callers off, from when
on speech interrupts the agent, so that it seldom falls silent for nothing, and from when on a fact is the answer.

Runs the calls again with every choice, proposes one of each, and changes nothing. Exit status: 0 it is told; 2 some of
it could not be tried.
"""

import argparse
import math
import os
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from rich.console import Console
from rich.table import Table

from agent.wishes.intents import is_goodbye
from parley import log
from parley.agents import Agent, names
from parley.errors import ParleyError
from parley.printed import count
from records.record import Record
from replay import asking, versions
from replay.answers import NONE
from replay.compare import Run, Said, Totals, totals
from replay.ears import Ears, Engines
from replay.kept import Kept, NoCalls, Passed, none_of
from replay.knowing import search as knowing
from replay.live.agreement import CutOffs, cut_offs
from replay.reports import of_versions
from replay.rerun import Hearing, rerun
from replay.runs import vad_of
from replay.trial import Setup

FAST_MS = (300, 400, 500, 600)
SLOW_MS = (1200, 1500, 1800)
SHORTEST_MS = (64, 96, 128)
LEVELS_DBFS = (-40, -34, -28)
"""Of speech that interrupts."""
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

    @property
    def false_barge_in_pct(self) -> float:
        """How often the agent fell silent and went on, per cent of the turns."""
        return 100 * self.totals.resumed / max(1, self.totals.turns)


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a search; the settings as they are come first in both lists."""

    endings: list[Tried]
    barge_ins: list[Tried]
    kept: Sequence[Kept]
    passed: Sequence[Passed]
    lost: int
    """Calls whose version of their agent is no more."""
    cut_offs: CutOffs
    """With the settings as they are, against the live calls."""


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


def calmest(tried: Sequence[Tried], most_pct: float) -> Tried | None:
    """The one that falls silent for nothing least often, at most so often, and misses no interruption, cuts off no more
    callers and leaves no more unanswered than the first; None: there is none.
    """
    first = tried[0].totals
    good = [
        (one.false_barge_in_pct, number)
        for number, one in enumerate(tried)
        if one.false_barge_in_pct <= most_pct
        and one.totals.interrupted >= first.interrupted
        and one.totals.cut_offs <= first.cut_offs
        and one.totals.unanswered <= first.unanswered
    ]
    return tried[min(good)[1]] if good else None


def main(argv: Sequence[str] | None = None) -> int:
    """Search; return the exit status."""
    options = _options(argv)
    log.configure("replay", "error")  # what is printed is for people
    status = 0
    try:
        records = asking.records(options, names(Path(Setup.of(os.environ, {}).gateway.agents_dir)))
        # Turns need a recording; what was asked does not.
        for part in (_turns, _knowledge):
            try:
                part(options, records)
            except NoCalls as error:
                print(f"replay: {error}", file=sys.stderr)
                status = 2
    except (ParleyError, sqlite3.Error, OSError) as error:
        print(f"replay: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return status


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    told = "Silences that end turns, speech that interrupts, and how sure answers are, tried on kept calls."
    parser = argparse.ArgumentParser(prog="replay.search", description=told)
    limits = (
        ("--cut-offs", 3.0, "turns in which callers may be cut off"),
        ("--false-barge-ins", 5.0, "how often the agent may fall silent and go on, of all turns"),
        ("--wrong", 3.0, "of what is said surely, how much may be wrong"),
    )
    for name, most, told in limits:
        parser.add_argument(name, type=float, default=most, metavar="PERCENT", help=f"{told} ({most:g})")
    options = asking.options(parser, argv, most=MOST)
    for name, _, _ in limits:
        if not 0 <= getattr(options, name[2:].replace("-", "_")) <= 100:
            parser.error(f"{name}: must be 0 to 100")
    return options


def _turns(options: argparse.Namespace, _: Sequence[Record]) -> None:
    _show(search(options, os.environ), options.cut_offs, options.false_barge_ins)


def _knowledge(options: argparse.Namespace, records: Sequence[Record]) -> None:
    knowing.show(knowing.search(os.environ, records), options.wrong, Console(highlight=False))


def search(options: argparse.Namespace, environ: Mapping[str, str]) -> Found:
    """Try every choice of what turns depend on. Raise as main catches."""
    present = Setup.of(environ, {})
    agents = asking.agents(present.agents_dir)
    kept, passed = asking.calls(options, agents)
    if not kept:
        raise none_of(passed)
    endings = [
        {"ENDPOINT_FAST_MS": str(fast), "ENDPOINT_SLOW_MS": str(slow)}
        for fast, slow in product(FAST_MS, SLOW_MS)
        if present.gateway.pause_ms <= fast <= slow <= present.gateway.endpoint_open_ms
    ]
    barge_ins = [
        {"BARGE_IN_MIN_MS": str(shortest), "BARGE_IN_LEVEL_DBFS": str(level)}
        for shortest, level in product(SHORTEST_MS, LEVELS_DBFS)
    ]
    ears, limits = Engines().of(present), asking.limits(options)
    choices = [{}, *endings, *barge_ins]
    runs = [
        _run(kept, Setup.of(environ, changes), ears, agents)
        for changes in asking.watched(choices, "settings")
    ]
    first, *others = (Tried(_name(one), totals(run, limits)) for one, run in zip(choices, runs, strict=True))
    told = [one.timeline for one in kept]
    return Found(
        endings=[first, *others[: len(endings)]],
        barge_ins=[first, *others[len(endings) :]],
        kept=kept,
        passed=passed,
        lost=versions.missing(agents, told),
        cut_offs=cut_offs(zip(told, runs[0], strict=True), limits),
    )


def _name(changes: Mapping[str, str]) -> str:
    return " ".join(f"{name}={value}" for name, value in changes.items())


def _run(kept: Sequence[Kept], setup: Setup, ears: Ears, agents: Mapping[str, Agent]) -> list[Run]:
    """Run all calls with one choice; nothing is answered, since only ends of turns and interruptions are looked at."""
    runs, vad = [], vad_of(setup.gateway)
    for one in kept:
        file = versions.of(agents, one.timeline).file
        hearing = Hearing(ears, vad, file.language, ", ".join(file.vocabulary), is_goodbye)
        course = rerun(one.timeline, one.audio, setup, hearing)
        runs.append(Run(course, tuple(Said(turn, NONE) for turn in course.turns)))
    return runs


def _show(found: Found, most_cut_off_pct: float, most_false_pct: float) -> None:
    console = Console(highlight=False)
    for one_passed in found.passed:
        console.print(f"{one_passed.call} is passed over: {one_passed.why}", soft_wrap=True, markup=False)
    if found.lost:
        console.print(of_versions(found.lost, found.lost), soft_wrap=True)
    title = count(len(found.kept), "call")
    shown = Table("settings", "cut off", "mean wait", "p95", "not answered", title=f"{title}: ends of turns")
    for one in found.endings:
        sums = one.totals
        waits = ("–" if wait is None else f"{wait:.2f} s" for wait in (sums.wait_mean_s, sums.wait_p95_s))
        shown.add_row(one.name or asking.AS_IT_IS, f"{one.cut_off_pct:.1f} %", *waits, str(sums.unanswered))
    console.print(shown)
    rule = f"at most {most_cut_off_pct:g} % cut off"
    console.print(proposal(best(found.endings, most_cut_off_pct), "quick", rule))
    for sentence in cautions(found.cut_offs, found.endings[0].totals.turns, most_cut_off_pct):
        console.print(sentence, soft_wrap=True)
    shown = Table(
        "settings", "fell silent for nothing", "interrupted", "cut off", title=f"{title}: interruptions"
    )
    for one in found.barge_ins:
        false = f"{one.totals.resumed} ({one.false_barge_in_pct:.1f} %)"
        shown.add_row(
            one.name or asking.AS_IT_IS, false, str(one.totals.interrupted), f"{one.cut_off_pct:.1f} %"
        )
    console.print(shown)
    rule = f"at most {most_false_pct:g} % of turns for nothing, and no interruption missed"
    console.print(proposal(calmest(found.barge_ins, most_false_pct), "calm", rule))


def cautions(cut: CutOffs, turns: int, most_cut_off_pct: float) -> list[str]:
    """Why the proposed ends of turns may be wrong; sentences.

    Where nobody of n is cut off, 3/n of all may be, with 95 % certainty (the rule of three: Hanley, Lippman-Hand, 1983,
    "If nothing goes wrong, is everything all right?").
    """
    told = [cut.caution] if cut.caution else []
    fewest = math.ceil(300 / max(1.0, most_cut_off_pct))
    if turns < fewest:
        told.append(
            f"{count(turns, 'turn')} cannot tell that at most {most_cut_off_pct:g} % are cut off, even where none is: "
            f"that takes {fewest}."
        )
    return told


def proposal(found: Tried | None, how: str, rule: str) -> str:
    """What is told of a choice; None: there is none that keeps to the rule, and leaves no more turns unanswered."""
    if found is None:
        return f"None of these has {rule}, and leaves no more turns unanswered than the settings as they are."
    if not found.name:
        return f"Nothing is {how}er than the settings as they are with {rule}."
    return f"{how.capitalize()}est with {rule}: {found.name}"


if __name__ == "__main__":
    sys.exit(main())
