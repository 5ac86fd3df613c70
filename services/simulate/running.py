"""All conversations of a run, by text or by voice, and with a language model where one is needed."""

import math
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from caller.phone.rtp import Codec
from caller.settings import CallerSettings
from parley.agents import Agent
from parley.simulation.load import Case
from parley.simulation.schema import Persona
from simulate.acting import Judge, act, act_all
from simulate.bus import SimulationBus
from simulate.meaning import Meaning
from simulate.model.asking import Model
from simulate.results import Result
from simulate.settings import SimulateSettings
from simulate.stage import Scene, opened
from simulate.voice.speakers import Speakers, Surroundings
from simulate.voice.stage import VoiceStage
from simulate.voice.telephone import telephone
from simulate.voice.witness import watching

LATE_S = 8.0
"""From so long a silence on a line seems dead (DEAD_AIR); agents ask after CALLER_SILENCE_S who is there."""


@dataclass(frozen=True, slots=True)
class Voice:
    """How calls are made."""

    caller: CallerSettings
    codec: Codec
    around: Surroundings


@dataclass(frozen=True, slots=True)
class Run:
    """What is to be done, and how."""

    settings: SimulateSettings
    agents: Mapping[str, Agent]
    cases: Sequence[Case]
    folder: Path
    """Where the reports go."""
    parallel: int
    timed: bool
    """Whether a wait longer than `within_s` is a failure."""
    asks_model: bool
    voice: Voice | None = None
    """None: by text."""


def needs_model(case: Case) -> bool:
    """Whether a language model plays the caller."""
    return isinstance(case.what, Persona) and bool(case.what.goal)


def repeated(cases: Sequence[Case], times: int) -> list[Case]:
    """Each of them so many times, personas each time by another seed."""
    return [_again(case, number) for case in cases for number in range(times)]


def _again(case: Case, number: int) -> Case:
    if not number:
        return case
    other = {"seed": case.what.seed + number} if isinstance(case.what, Persona) else {}
    what = replace(case.what, name=f"{case.name} ({number + 1})", **other)
    return Case(case.agent, case.file, case.line, case.language, what)


async def run(this: Run, on_done: Callable[[Result], None]) -> None:
    """Hold all conversations, and tell of each as it is over, those under way when this is cancelled among them.

    Raise BusError, ParleyError where nothing can be tried.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    console = Console(stderr=True)
    async with AsyncExitStack() as held:
        judge = Judge(
            Meaning(Path(this.settings.models_dir)).likeness,
            this.timed,
            await _model(this, held),
            math.inf if this.voice is None else LATE_S,
        )
        scene = await held.enter_async_context(_scene(this))
        with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as progress:
            task = progress.add_task("conversations", total=len(this.cases))

            def done(result: Result) -> None:
                on_done(result)
                progress.advance(task)
                if not console.is_terminal:  # a bar would stand there once it is over, and nothing before
                    number = int(progress.tasks[0].completed)
                    told = (
                        f"{number}/{len(this.cases)} {result.state}: {result.case.agent}, {result.case.name}"
                    )
                    console.print(told, soft_wrap=True, markup=False, highlight=False)

            await act_all(
                this.cases,
                lambda case: act(scene, case, this.agents[case.agent], judge),
                this.parallel,
                done,
            )


async def _model(this: Run, held: AsyncExitStack) -> Model | None:
    if not (this.asks_model and any(needs_model(case) or case.what.judge for case in this.cases)):
        return None
    model = Model.connect(this.settings)
    held.push_async_callback(model.close)
    await model.there()
    return model


@asynccontextmanager
async def _scene(this: Run) -> AsyncIterator[Scene]:
    bus = SimulationBus.connect(this.settings.redis_url)
    try:
        await bus.ping()
        if this.voice is None:
            async with opened(bus, this.agents) as stage:
                yield stage
        else:
            async with _by_voice(this, this.voice, bus) as stage:
                yield stage
    finally:
        await bus.close()


@asynccontextmanager
async def _by_voice(this: Run, voice: Voice, bus: SimulationBus) -> AsyncIterator[Scene]:
    speakers = Speakers(Path(this.settings.models_dir), voice.around)
    async with watching(bus) as witness, telephone(voice.caller, voice.codec, witness) as phone:
        yield VoiceStage(phone, witness, speakers, this.agents, this.folder)
