"""`python -m simulate [AGENT...]`: simulated callers talk to the running stack's agents by text, as their tests say.

Writes junit.xml and report.html. Exit status: 0 all is as the tests say; 1 not so; 2 it could not be tried.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from parley import log
from parley.agents import Agent, load_agents
from parley.bus import BusError
from parley.errors import ParleyError
from parley.settings import Settings, load
from parley.simulation.load import Case, load_cases
from simulate import reports
from simulate.acting import Judge, act, act_all
from simulate.bus import SimulationBus
from simulate.meaning import Meaning
from simulate.results import Result
from simulate.stage import opened

PARALLEL = 2
"""Conversations at a time: real callers share the workers."""


def main(argv: Sequence[str] | None = None) -> int:
    """Hold the conversations; return the exit status."""
    options = _options(argv)
    try:
        settings = load(Settings, os.environ)
        log.configure("simulate", "error")  # what is printed is for people
        agents, cases, wrong = _read(Path(settings.agents_dir), options)
        if wrong:
            return 2
        judge = Judge(Meaning(Path(settings.models_dir)).likeness, timed=options.assert_times)
        results = asyncio.run(_run(settings, agents, cases, judge, options.parallel))
        folder = options.out / f"{options.at:%Y-%m-%dT%H-%M-%S}"
        reports.write(results, folder, options.at)
    except (ParleyError, BusError, OSError) as error:
        print(f"simulate: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    failed = sum(not result.ok for result in results)
    console = Console(highlight=False)
    console.print(reports.table(results))
    console.print(f"{len(results)} conversations, {failed} failed; {folder}/report.html", soft_wrap=True)
    return 1 if failed else 0


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="simulate", description="Simulated callers talk to agents by text.")
    parser.add_argument("agents", nargs="*", help="names of agents (default: all that have tests)")
    parser.add_argument("--only", default="", help="hold only conversations whose name has this in it")
    parser.add_argument("--parallel", type=int, default=PARALLEL, help="conversations at a time, 1 to 50")
    parser.add_argument(
        "--assert-times", action="store_true", help="a wait longer than within_s is a failure"
    )
    parser.add_argument("--out", type=Path, default=Path("out/simulate"), help="where the reports go")
    options = parser.parse_args(argv)
    if options.parallel not in range(1, 51):
        parser.error("--parallel: must be 1 to 50")
    options.at = datetime.now().astimezone()
    return options


def _read(root: Path, options: argparse.Namespace) -> tuple[dict[str, Agent], list[Case], bool]:
    """The agents, the conversations that are wanted, and whether anything is wrong, which is printed."""
    agents, broken = load_agents(root)
    wanted = set(options.agents) or set(agents)
    problems = [str(error) for error in broken if not options.agents or error.path.parent.name in wanted]
    named = {error.path.parent.name for error in broken} | agents.keys()
    problems += [f"{root}: there is no agent {name}" for name in sorted(wanted - named)]
    cases, errors = load_cases(agents, wanted & agents.keys())
    cases = [case for case in cases if options.only.casefold() in case.name.casefold()]
    problems += map(str, errors)
    if not (cases or problems):
        problems.append(f"{root}: no agent of these has such a test in its folder tests/")
    for problem in problems:
        print(problem, file=sys.stderr)
    return agents, cases, bool(problems)


async def _run(
    settings: Settings, agents: Mapping[str, Agent], cases: Sequence[Case], judge: Judge, parallel: int
) -> list[Result]:
    bus = SimulationBus.connect(settings.redis_url)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    try:
        await bus.ping()
        with Progress(
            *columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True
        ) as progress:
            task = progress.add_task("conversations", total=len(cases))
            async with opened(bus, agents) as stage:
                return await act_all(
                    cases,
                    lambda case: act(stage, case, agents[case.agent], judge),
                    parallel,
                    lambda _: progress.advance(task),
                )
    finally:
        await bus.close()


if __name__ == "__main__":
    sys.exit(main())
