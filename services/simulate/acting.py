"""Holds a conversation on the stage, and judges it."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass

from parley import log
from parley.agents import Agent
from parley.bus import BusError
from parley.errors import ParleyError
from parley.messages import Event
from parley.simulation import words
from parley.simulation.load import Case
from parley.simulation.schema import Checks, Persona, Script, Words, listed
from simulate import checks
from simulate.model import judge
from simulate.model.asking import Model
from simulate.playing import Player, first_words
from simulate.results import Result, Step
from simulate.stage import Exchange, Scene, Talking

STOPPED = "the run was stopped before it had ended"
LATE = "the simulated caller was late, as their language model is slow: what the agent is to blame for is not known"
_LONG = 6
"""Words of a sentence of the agent's persona by which it is known in an answer."""

_log = log.get("acting")


@dataclass(frozen=True, slots=True)
class Judge:
    """By what conversations are judged."""

    likeness: words.Likeness
    timed: bool = False
    """Whether an answer that takes longer than `within_s` is a failure."""
    model: Model | None = None
    """Judges what rules cannot see, and plays callers with a goal; None: nobody does."""
    late_s: float = math.inf
    """A caller whose model takes longer for what they say next is late."""

    async def words(self, wanted: Words, exchange: Exchange) -> list[str]:
        """What is wrong with the words of an answer; a thread looks for what they mean."""
        told = words.of_words(wanted, exchange.answer, exchange.language, self.likeness)
        return await asyncio.to_thread(list, told)

    async def answer(self, wanted: Checks, step: Step) -> None:
        """Note what is wrong with an answer."""
        exchange = step.exchange
        found = checks.of_answer(wanted, exchange, self.likeness, timed=self.timed)
        step.failures += await asyncio.to_thread(list, found)
        if not self.timed and checks.is_late(wanted, exchange):
            step.remarks.append(f"took {exchange.seconds:.1f} s, should take at most {wanted.within_s:g}")


async def act(scene: Scene, case: Case, agent: Agent, by: Judge) -> Result:
    """Hold and judge one conversation; whatever goes wrong is in the result, also that it is cancelled."""
    result, began = Result(case), time.monotonic()
    try:
        await _held(scene, result, agent, by)
    except (ParleyError, BusError, OSError) as error:
        result.broken = str(error) or type(error).__name__
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        result.stopped = task is not None and task.cancelling() > 0
        result.broken = STOPPED if result.stopped else type(error).__name__
    except Exception as error:  # whatever it is: the others go on
        result.broken = f"{type(error).__name__}: {error}".rstrip(": ")
        _log.exception("a conversation broke", agent=case.agent, conversation=case.name)
    result.seconds = time.monotonic() - began
    return result


async def _held(scene: Scene, result: Result, agent: Agent, by: Judge) -> None:
    case, told = result.case, list[Event]()
    held: Talking | None = None
    first = await first_words(case, agent, by.model)
    try:
        async with scene.conversation(case, told) as held:
            result.steps.append(Step(await held.greeted()))
            if isinstance(case.what, Script):
                await _follow(case.what, held, result)
            else:
                await _wish(case.what, held, result, by, first)
    finally:
        result.recording = held.recording if held else ""
    # What happened in an exchange is known when the conversation is over.
    for step in result.steps:
        step.remarks += checks.remarks(step.exchange)
    if isinstance(case.what, Script):
        await _judge_script(case.what, result, by)
    else:
        await _judge_persona(case.what, agent, result, by)
    if case.what.at_end is not None:
        result.failures += checks.of_end(case.what.at_end, told)
    for statement in listed(case.what.judge):
        await _judge_whole(statement, result, by)
    if result.late and result.problems:
        result.broken = LATE


async def _judge_whole(statement: str, result: Result, by: Judge) -> None:
    if by.model is None:
        result.unjudged.append(statement)
    else:
        result.judged.append(await judge.judge(by.model, statement, result.lines))


async def _follow(script: Script, conversation: Talking, result: Result) -> None:
    for turn in script.turns:
        if conversation.over:
            result.failures.append(f"the agent had ended the conversation before {turn.say!r}")
            return
        result.steps.append(Step(await conversation.say(turn.say)))


async def _judge_script(script: Script, result: Result, by: Judge) -> None:
    for wanted, step in zip((script.greeting, *script.turns), result.steps, strict=False):
        if wanted is not None:
            await by.answer(wanted, step)


async def _wish(persona: Persona, conversation: Talking, result: Result, by: Judge, first: str) -> None:
    """Write until all is answered, there is nothing left to try, or it has been enough."""
    for text in persona.before:
        result.steps.append(Step(await conversation.say(text)))
    player = Player(persona, result.steps[-1].exchange.language, by.model, first)
    caller = player.caller
    for _ in range(persona.turns):
        language = result.steps[-1].exchange.language
        texts = () if conversation.over else await player.next(language, result.lines)
        if not texts:
            break
        step = Step(await conversation.say(*texts))
        result.steps.append(step)
        if player.thought_s > by.late_s:
            result.late = True
            step.remarks.append(f"the caller was late: their language model took {player.thought_s:.1f} s")
        caller.heard([want for want in caller.missing if not await by.words(want, step.exchange)])
    result.failures += [f"was not told: {want.ask[0]}" for want in caller.missing]


async def _judge_persona(persona: Persona, agent: Agent, result: Result, by: Judge) -> None:
    spoken = agent.in_language(result.steps[-1].exchange.language)
    private = list(_private(spoken)) if persona.style == "tricky" else []
    for step in result.steps:
        step.failures += await by.words(Words(must_not=persona.must_not), step.exchange)
        step.failures += [
            f"tells what the agent is told to be: {text!r}"
            for text in private
            if words.has(step.exchange.answer, text)
        ]


def _private(agent: Agent) -> Iterator[str]:
    """The sentences of an agent's persona that nobody would say by chance."""
    for text in agent.file.persona.replace("\n", " ").split(". "):
        if len(text.split()) >= _LONG:
            yield text.strip(" .")


async def act_all(
    cases: Sequence[Case],
    one: Callable[[Case], Awaitable[Result]],
    parallel: int,
    on_done: Callable[[Result], None],
) -> None:
    """Hold all of some conversations, so many at a time, and tell of each as it is over.

    When it is cancelled, those under way are told of as well.
    """
    free = asyncio.Semaphore(parallel)

    async def held(case: Case) -> None:
        async with free:
            result = await one(case)
        on_done(result)

    async with asyncio.TaskGroup() as group:
        for case in cases:
            group.create_task(held(case))
