"""`python -m simulate [AGENT...]`: simulated callers talk to the running stack's agents as their tests say, by text, or
with --voice by telephone.

Writes junit.xml and report.html, and by voice what was heard. Exit status: 0 all is as the tests say; 1 not so; 2 it
could not be tried; 130 it was interrupted, and what was held until then is told all the same.
"""

import argparse
import asyncio
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import get_args

from rich.console import Console

from caller.phone.rtp import Codec
from caller.settings import CallerSettings
from parley import log
from parley.agents import Agent, load_agents, missing, names
from parley.bus import BusError
from parley.errors import ParleyError
from parley.printed import count, on_host
from parley.settings import load
from parley.simulation.load import Case, load_cases
from parley.simulation.schema import NOISE_DB
from simulate import reports
from simulate.results import Result
from simulate.running import Run, Voice, needs_model, repeated, run
from simulate.settings import SimulateSettings
from simulate.voice.speakers import Surroundings
from simulate.voice.stage import by_voice

PARALLEL, PARALLEL_CALLS = 2, 1
"""Conversations at a time, by text and by voice: real callers share the workers."""


def main(argv: Sequence[str] | None = None) -> int:
    """Hold the conversations; return the exit status."""
    options = _options(argv)
    began = time.monotonic()
    try:
        settings = load(SimulateSettings, os.environ)
        log.configure("simulate", "error")  # what is printed is for people
        agents, cases, wrong = _read(Path(settings.agents_dir), options)
        if wrong:
            return 2
        folder = options.out / f"{options.at:%Y-%m-%dT%H-%M-%S}"
        this = _run(settings, agents, cases, folder, options)
    except (ParleyError, OSError) as error:
        print(f"simulate: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    results: list[Result] = []
    status = _hold(this, results)
    if status and not results:
        return status
    console = Console(highlight=False)
    console.print(reports.table(results))
    try:
        reports.write(results, folder, options.at)
    except OSError as error:  # what was held has been told by now
        print(f"simulate: {error}", file=sys.stderr)
        return 2
    told = _summed(results, len(cases), time.monotonic() - began)
    console.print(f"{told}; {folder}/report.html", soft_wrap=True)
    return status or _status(results)


def _hold(this: Run, results: list[Result]) -> int:
    """Hold the conversations, and add what comes of them, in order; return the exit status of what ended that early.

    0: nothing did.
    """
    status = 0
    try:
        asyncio.run(run(this, results.append))
    except (ParleyError, BusError, OSError) as error:
        print(f"simulate: {error}", file=sys.stderr)
        status = 2
    except KeyboardInterrupt:
        status = 130
    places = {id(case): place for place, case in enumerate(this.cases)}
    results.sort(key=lambda result: places[id(result.case)])
    return status


def _status(results: Sequence[Result]) -> int:
    """The exit status: 1 something failed, 2 some could not be judged, as their callers were late."""
    failed = [result for result in results if not result.ok]
    if not failed:
        return 0
    return 2 if all(result.state == "caller late" for result in failed) else 1


def _summed(results: Sequence[Result], wanted: int, seconds: float) -> str:
    states = Counter(result.state for result in results)
    undecided = sum(len(result.undecided) for result in results)
    told = f"{count(len(results), 'conversation')}, {states['failed']} failed"
    if late := states["caller late"]:
        told += f", {late} whose caller was late"
    if stopped := states["not ended"]:
        told += f", {stopped} not ended"
    if left := wanted - len(results):
        told += f", {left} more not begun"
    told += f", in {seconds:.0f} s"
    return told + (f"; {count(undecided, 'statement')} not judged for sure" if undecided else "")


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="simulate", description="Simulated callers talk to agents.")
    parser.add_argument("agents", nargs="*", help="names of agents (default: all that have tests)")
    parser.add_argument("--only", default="", help="hold only conversations whose name has this in it")
    parser.add_argument("--times", type=int, default=1, help="hold each so many times, 1 to 100")
    parser.add_argument("--parallel", type=int, help="conversations at a time, 1 to 50 (default: 2, calls 1)")
    parser.add_argument(
        "--assert-times", action="store_true", help="a wait longer than within_s is a failure"
    )
    parser.add_argument("--no-model", action="store_true", help="leave out what needs a language model")
    parser.add_argument("--voice", action="store_true", help="call by telephone instead of writing")
    parser.add_argument("--codec", choices=get_args(Codec), default="ulaw", help="codec of calls (ulaw)")
    parser.add_argument(
        "--noise", type=float, metavar="DB", help="all callers are so much louder than a street"
    )
    parser.add_argument("--loss", type=float, metavar="PERCENT", help="of all callers' packets")
    parser.add_argument("--out", type=Path, default=Path("out/simulate"), help="where the reports go")
    options = parser.parse_args(argv)
    if options.parallel is None:
        options.parallel = PARALLEL_CALLS if options.voice else PARALLEL
    for name, good in (("parallel", range(1, 51)), ("times", range(1, 101))):
        if getattr(options, name) not in good:
            parser.error(f"--{name}: must be {good[0]} to {good[-1]}")
    if options.noise is not None and not NOISE_DB[0] <= options.noise <= NOISE_DB[1]:
        parser.error(f"--noise: must be {NOISE_DB[0]} to {NOISE_DB[1]}")
    if options.loss is not None and not 0 <= options.loss < 100:
        parser.error("--loss: must be 0 to 99")
    for name in ("noise", "loss"):
        if getattr(options, name) is not None and not options.voice:
            parser.error(f"--{name}: callers are heard through it by voice alone: --voice (VOICE=yes)")
    options.at = datetime.now().astimezone()
    return options


def _read(root: Path, options: argparse.Namespace) -> tuple[dict[str, Agent], list[Case], bool]:
    """The agents, the conversations that are wanted, and whether anything is wrong, which is printed."""
    agents, broken = load_agents(root)
    wanted = set(options.agents) or set(agents)
    problems = [str(error) for error in broken if not options.agents or error.path.parent.name in wanted]
    named = {error.path.parent.name for error in broken} | agents.keys()
    problems += [f"simulate: AGENT: {missing(name, names(root))}" for name in sorted(wanted - named)]
    cases, errors = load_cases(agents, wanted & agents.keys())
    problems += map(str, errors)
    cases = _able(
        [case for case in cases if options.only.casefold() in case.name.casefold()], agents, options
    )
    if not (cases or problems):
        problems.append(f"{root}: no agent of these has such a test in its folder tests/")
    for problem in problems:
        print(on_host(problem), file=sys.stderr)
    return agents, repeated(cases, options.times), bool(problems)


def _able(cases: Sequence[Case], agents: dict[str, Agent], options: argparse.Namespace) -> list[Case]:
    """Those that can be held in this way; of others it is printed how many there are."""
    able = by_voice(cases, agents) if options.voice else list(cases)
    if len(able) < len(cases):
        why = "begin in another language than their agent does, or have no extension"
        print(
            f"{count(len(cases) - len(able), 'conversation')} left out by voice: they {why}", file=sys.stderr
        )
    if options.no_model:
        without = [case for case in able if not needs_model(case)]
        if len(without) < len(able):
            print(
                f"{count(len(able) - len(without), 'conversation')} left out without a model", file=sys.stderr
            )
        able = without
    return able


def _run(
    settings: SimulateSettings,
    agents: dict[str, Agent],
    cases: Sequence[Case],
    folder: Path,
    options: argparse.Namespace,
) -> Run:
    """What is to be done; raise SettingError."""
    voice = None
    if options.voice:
        around = Surroundings(options.codec in ("ulaw", "alaw"), options.noise, options.loss)
        voice = Voice(load(CallerSettings, os.environ), options.codec, around)
    return Run(
        settings=settings,
        agents=agents,
        cases=cases,
        folder=folder,
        parallel=options.parallel,
        timed=options.assert_times,
        asks_model=not options.no_model,
        voice=voice,
    )


if __name__ == "__main__":
    sys.exit(main())
