"""What is made ready for an agent before its calls: indexes, voices, speech and the language model's prompt.

Done for all agents at the start, and again for those that have changed, beside the calls that go on.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Protocol

from agent.knowledge.base import KnowledgeBase
from agent.language_model import prompt as conversation
from agent.voice import kept
from agent.voice.sentences import sentences_of
from agent.voice.tts import Distant, Speaker, Voice
from parley import log
from parley.agents import Agent, places, references
from parley.errors import EngineError, ModelMissing

_log = log.get("preparation")
_SENTENCES_SHARE = 0.7

Prompt = list[conversation.ChatMessage]
LoadVoice = Callable[[str], Voice]
"""Loads a voice by its name; blocks. Raises ModelMissing or EngineError."""


class PromptReader(Protocol):
    """Has the language model's server read what calls begin with; see `watch.py`."""

    async def read(self, prompts: Sequence[Prompt]) -> None:
        """Have some prompts read, all at a time."""

    async def read_meanwhile(self, prompts: Sequence[Prompt]) -> None:
        """Have some read one after the other, beside calls."""


class Preparation:
    """Prepares the agents of one worker."""

    def __init__(
        self,
        agents: Mapping[str, Agent],
        base: KnowledgeBase,
        speaker: Speaker,
        load_voice: LoadVoice,
        *,
        default_voice: str,
        distant_of: Callable[[Agent], Distant | None] = lambda _: None,
    ) -> None:
        """`distant_of`: the remote voice of an agent that has one."""
        self._agents = agents
        self._base = base
        self._speaker = speaker
        self._load_voice = load_voice
        self._default_voice = default_voice
        self._distant_of = distant_of

    async def begin(self) -> None:
        """Prepare what no call can do without: knowledge and voices."""
        await self._knowledge(self._agents.keys())
        await self._voices(self._agents.keys())

    async def go_on(self) -> None:
        """Prepare speech, behind all that somebody waits for: a line that is not there yet is spoken when it is due."""
        await self._late(self._agents.keys())

    async def learn(self, names: Collection[str] | None = None) -> None:
        """Learn how a person is asked for, in the languages in which calls begin first."""
        agents = [agent for agent in self._known(names) if agent.file.targets]
        begin = [agent.file.language for agent in agents]
        for code in dict.fromkeys((*begin, *(code for agent in agents for code in agent.file.languages))):
            try:
                await asyncio.to_thread(self._base.people.learn, code)
            except asyncio.CancelledError:
                self._base.people.closed = True
                raise

    async def again(self, reader: PromptReader, names: Collection[str]) -> None:
        """Prepare agents that have changed."""
        await self._knowledge(names)
        await self._voices(names)
        self._unpin()
        await reader.read(list(self.prompts(names).values()))
        await self._late(names)
        await self.learn(names)
        _log.info("agents are ready again", agents=sorted(names))
        await reader.read_meanwhile(self.further_prompts(names))

    def prompts(self, names: Collection[str] | None = None) -> dict[str, Prompt]:
        """What calls begin with, by agent, for these agents (all of them) in their first languages."""
        return {agent.key: self._prompt(agent) for agent in self._known(names)}

    def further_prompts(self, names: Collection[str] | None = None) -> list[Prompt]:
        """What calls begin with when their language has been changed."""
        agents = self._known(names)
        return [self._prompt(spoken) for agent in agents for spoken in kept.in_other_languages(agent)]

    def _prompt(self, agent: Agent) -> Prompt:
        return conversation.chat(agent, [], "Hello.", date.today(), facts=self._base.text(agent))

    def _known(self, names: Collection[str] | None) -> list[Agent]:
        """The agents of these names; one may have been removed meanwhile."""
        names = self._agents.keys() if names is None else names
        return [self._agents[name] for name in names if name in self._agents]

    def _spoken(self, names: Collection[str]) -> list[Agent]:
        """The agents in all their languages."""
        return kept.in_all_languages(self._known(names))

    async def _knowledge(self, names: Collection[str]) -> None:
        for agent in self._known(names):
            if literal := [places.spell(place) for place in references.literal_secrets(agent.file)]:
                _log.warning(
                    "what looks like a key stands in a file that every service reads",
                    agent=agent.name,
                    fields=literal,
                )
        for error in await asyncio.to_thread(self._base.load, self._known(names)):
            _log.error("a file of an agent's knowledge cannot be used", error=str(error))

    async def _voices(self, names: Collection[str]) -> None:
        for voice in {agent.file.voice for agent in self._spoken(names)}:
            if not voice or self._speaker.has(voice):
                continue
            try:
                self._speaker.add(voice, await asyncio.to_thread(self._load_voice, voice))
            except (ModelMissing, EngineError) as error:
                _log.warning(
                    "an agent speaks with TTS_VOICE instead of its own voice", voice=voice, error=str(error)
                )

    async def _lines(self, names: Collection[str], lines_of: Callable[[Agent], list[str]]) -> None:
        await self._keep(self._spoken(names), lines_of)

    async def _keep(self, agents: list[Agent], lines_of: Callable[[Agent], list[str]]) -> None:
        await kept.keep_lines(self._speaker, agents, self._default_voice, lines_of, self._distant_of)

    async def _late(self, names: Collection[str]) -> None:
        await self._lines(names, kept.calls_lines)
        await self._lines(names, kept.guiding_lines)
        await self._sentences(names)

    async def _sentences(self, names: Collection[str]) -> None:
        """Answers that need no language model: their speech fills at most a part of the memory for it."""
        for agent in self._spoken(names):
            for line in (agent.file.unknown, *self._base.sentences(agent)):
                if self._speaker.fullness >= _SENTENCES_SHARE:
                    _log.warning("TTS_CACHE_MB is too small for the speech of all answers", agent=agent.name)
                    return
                await self._keep([agent], _only(line))

    def _unpin(self) -> None:
        """Speech of lines that no agent says any more may go."""
        self._speaker.unpin(
            {
                (voice, sentence)
                for agent in self._spoken(self._agents.keys())
                for voice in self._voices_of(agent)
                for line in self._all_lines(agent)
                for sentence in sentences_of(line)
            }
        )

    def _voices_of(self, agent: Agent) -> list[str]:
        own = self._speaker.voice_of(agent, self._default_voice)
        distant = self._distant_of(agent)
        return [own] if distant is None else [own, distant.name]

    def _all_lines(self, agent: Agent) -> list[str]:
        lines = [*kept.calls_lines(agent), *kept.guiding_lines(agent)]
        return [*lines, agent.file.unknown, *self._base.sentences(agent)]


def _only(line: str) -> Callable[[Agent], list[str]]:
    return lambda _: [line]
