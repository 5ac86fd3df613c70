"""What is made ready on words that are still being spoken: the decision, its speech, the language model's prompt.

All of it is for words that may turn out other ones. Then it is dropped, or simply not found again; what is said, the
transcript decides. A call has one such preparation at a time, and only its newest words wait for the next.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from datetime import date
from typing import Protocol

from prometheus_client import Counter

from agent.knowledge.library import Found, as_heard
from agent.language_model import acquaintance
from agent.language_model import prompt as conversation
from agent.language_model.read_ahead import ReadAhead, Reading
from agent.open_questions import Emit
from agent.tools.tools import Toolbox
from agent.voice.sentences import sentences_of
from agent.voice.tts import Distant, Speaker
from agent.wishes import intents
from parley import log
from parley.agents import Agent, find
from parley.bus import PREPARE_JOBS, Bus, BusError
from parley.errors import EngineError
from parley.job_queue import Delivery, Source, take_jobs
from parley.messages import PartialTranscript, ReplyJob
from parley.usage import tally

GROUP = "agent"
LATEST_S = 0.5
"""Words that are older have been overtaken by the next, or by the transcript."""
FEWEST_WORDS = 3
"""Fewer tell nothing of what will be asked, while the caller speaks on."""
_LATER_S = 60.0
"""Speech that somebody waits for goes before."""
_CLAIM_AFTER_MS = 5000
_CALLS = 64
"""Calls at a time of which it is kept what was found last."""

_prepared = Counter(
    "parley_partial_prepared_total",
    "Words still being spoken that an agent worker was told, by what was prepared: said (an answer that stands in the "
    "knowledge), model (its prompt was read ahead), nothing; late: dropped.",
    ["outcome"],
)
for _what in ("said", "model", "nothing", "late"):
    _prepared.labels(_what)

_log = log.get("forethought")


class Knows(Protocol):
    """The knowledge of all agents; see library.py."""

    async def prepare(self, agent: Agent, text: str, history: Sequence[Mapping[str, str]]) -> Found:
        """Find what answers words that may not be all."""

    def facts(self, agent: Agent) -> str:
        """What stands at the head of the agent's prompt."""


class Forethought:
    """Prepares answers, for any number of calls."""

    def __init__(
        self,
        agents: Mapping[str, Agent],
        knowledge: Knows,
        speaker: Speaker,
        history: Callable[[str], Awaitable[list[dict[str, str]]]],
        ahead: ReadAhead,
        *,
        default_voice: str,
        distant_of: Callable[[Agent], Distant | None] = lambda _: None,
        toolbox_of: Callable[[Agent, ReplyJob], Toolbox | None] = lambda _agent, _job: None,
        emit: Emit | None = None,
    ) -> None:
        """As a Replier has it, since prompts and speech are to be the same; `emit` tells what engines did."""
        self._agents = agents
        self._knowledge = knowledge
        self._speaker = speaker
        self._history = history
        self._ahead = ahead
        self._default_voice = default_voice
        self._distant_of = distant_of
        self._toolbox_of = toolbox_of
        self._emit = emit
        self._waiting: dict[str, PartialTranscript] = {}
        self._working: dict[str, asyncio.Task[None]] = {}
        self._found: dict[str, tuple[str, ...]] = {}

    async def run(self, bus: Bus, consumer: str, stopping: asyncio.Event) -> None:
        """Take words until `stopping`; of several workers each entry goes to one."""

        async def do(delivery: Delivery) -> None:
            await bus.finish(delivery, GROUP)
            if isinstance(delivery.message, PartialTranscript):
                self.take(delivery.message)

        try:
            await take_jobs(bus, Source(PREPARE_JOBS, GROUP, consumer, _CLAIM_AFTER_MS), do, stopping)
        finally:
            await self.close()

    def take(self, partial: PartialTranscript) -> None:
        """Prepare on these words, in place of older ones that still wait."""
        if time.time() - partial.published_at > LATEST_S:
            _prepared.labels("late").inc()
            return
        self._waiting[partial.call] = partial
        if partial.call not in self._working:
            task = asyncio.create_task(self._work(partial.call), name=f"prepare for {partial.call}")
            self._working[partial.call] = task

    async def settled(self) -> None:
        """Wait until everything that was taken has been prepared."""
        await asyncio.gather(*self._working.values())

    async def close(self) -> None:
        """Stop preparing."""
        tasks = list(self._working.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self, call: str) -> None:
        try:
            while (partial := self._waiting.pop(call, None)) is not None:
                try:
                    _prepared.labels(await self._prepare(partial)).inc()
                except (BusError, EngineError) as error:
                    _log.debug("nothing was prepared", call=call, error=str(error))
        finally:
            del self._working[call]

    async def _prepare(self, partial: PartialTranscript) -> str:
        known = find(self._agents, partial.agent)
        few = not partial.hushed and len(partial.text.split()) < FEWEST_WORDS
        if known is None or few or intents.is_goodbye(partial.text):
            return "nothing"
        agent = known.in_language(partial.language)
        history = conversation.without(await self._history(partial.call), partial.repeats)
        found = await self._knowledge.prepare(agent, partial.text, as_heard(history, partial.heard))
        found = acquaintance.told(found, agent, history)
        if said := found.line or found.opening:
            with tally.counting() as done:
                await self._speak(agent, said)
            if self._emit is not None:
                await tally.tell(self._emit, partial.call, partial.agent, done)
        if found.line:
            return "said"
        if not self._ahead.reads(agent):
            return "nothing"
        # What is found may change with the next words, and stands in front of them in the prompt.
        if not (self._is_steady(partial.call, found.passages) or partial.hushed):
            return "nothing"
        self._read(agent, partial, history, found)
        return "model"

    def _is_steady(self, call: str, passages: tuple[str, ...]) -> bool:
        """Whether the same was found for the words before."""
        before = self._found.pop(call, ())
        self._found[call] = passages
        if len(self._found) > _CALLS:
            del self._found[next(iter(self._found))]
        return passages == before

    async def _speak(self, agent: Agent, line: str) -> None:
        """Have the speech of a line there, if it is not kept from before."""
        voice, distant = self._speaker.voice_of(agent, self._default_voice), self._distant_of(agent)
        for sentence in sentences_of(line):
            if not self._speaker.keeps(voice, sentence, distant):
                due = time.monotonic() + _LATER_S
                async with aclosing(self._speaker.speak(voice, sentence, due, distant)) as pieces:
                    async for _ in pieces:
                        pass

    def _read(
        self, agent: Agent, partial: PartialTranscript, history: Sequence[Mapping[str, str]], found: Found
    ) -> None:
        # While somebody speaks the last word is often half of one.
        words = partial.text if partial.hushed else partial.text.rsplit(maxsplit=1)[0]
        messages = conversation.chat(
            agent,
            history,
            words,
            date.today(),
            partial.heard,
            facts=self._knowledge.facts(agent),
            passages=found.passages,
        )
        toolbox = self._toolbox_of(agent, _job(partial))
        tools = toolbox.definitions if toolbox else ()
        self._ahead.now(
            Reading(partial.call, 0, agent, messages, tools, words=words, passages=found.passages)
        )


def _job(partial: PartialTranscript) -> ReplyJob:
    """The job that an answer to these words would be."""
    return ReplyJob(
        call=partial.call,
        gateway=partial.gateway,
        agent=partial.agent,
        turn=partial.turn,
        revision=0,
        queued_at=partial.published_at,
        text=partial.text,
        language=partial.language,
    )
