"""What an agent does with words, decided as a reply is, without a language model and without anything being said.

In the order of a reply (agent/reply.py): people first, then goodbyes and patience, then what is known.
"""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from agent.knowledge.base import KnowledgeBase
from agent.knowledge.library import earlier_words, found_of, last_heard
from agent.knowledge.limits import Chosen
from agent.wishes import intents, no_calls, patience, persons
from parley.agents import Agent, load_agents
from parley.agents.load import versions
from parley.errors import AgentFileError

History = Sequence[Mapping[str, str]]
"""What was said before, oldest first: `{"role", "text"}`, as a call's history has it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A decision."""

    register: str
    """`say`, `likely`, `unsure`, `between`, `unknown`, as the knowledge decides; `model`: the language model's to
    answer; `person`, `offer`: given to a person, asked whether that is wanted; `goodbye`, `wait`."""
    line: str = ""
    """What is said, or the likeliest passage that the model answers from, or to whom the call is given."""


NONE = Answer("none")
"""Nobody answered what was said, or a line of the agent's own did: a menu's, or of what it was asked to collect."""


class Answers:
    """The agents of a folder."""

    def __init__(self, folder: Path, base: KnowledgeBase) -> None:
        self._base = base
        self.agents, self.errors = load_agents(folder)
        """By name; see `versions.of`."""

    def within(self, limits: Chosen) -> Self:
        """The same, decided by other limits; what was learned is shared."""
        other = copy.copy(self)
        other._base = copy.copy(self._base)
        other._base.limits = limits
        return other

    def learn(self, names: set[str]) -> list[AgentFileError]:
        """Read what these agents know; return what of it is wrong."""
        chosen = [one for one in versions(self.agents.values()).values() if one.name in names]
        errors = self._base.load(chosen)
        for agent in chosen:
            for code in agent.file.all_languages if agent.file.targets else ():
                self._base.people.learn(code)
        return [error for error in self.errors if error.path.parent.name in names] + errors

    def to(self, agent: Agent, text: str, history: History, now: datetime) -> Answer:
        """Decide on a caller's words; `agent` in the language of the call, `now` aware."""
        special = self._unasked(agent, text)
        if special is not None:
            return special
        heard = last_heard(history)
        decision = self._base.ask(agent, text, earlier_words(history, text), now, heard)
        found, _ = found_of(decision, agent)
        if found.register != "say" and (wanted := self._person(agent, text)) is not None:
            return Answer("offer", persons.offer(agent, wanted))
        if found.line:
            return Answer(found.register, found.line)
        return Answer("model", found.passages[0] if found.passages else "")

    def ends(self, agent: Agent, text: str) -> bool:
        """Whether the agent's part is over with what is said to these words."""
        found = self._unasked(agent, text)
        return found is not None and found.register in ("person", "goodbye")

    def _unasked(self, agent: Agent, text: str) -> Answer | None:
        """What is done whatever is known; None: that decides."""
        language = agent.file.language
        if no_calls.wants_no_calls(text, language):
            return Answer("person", "do_not_call")
        if (target := self._person(agent, text, sure=True)) is not None:
            return Answer("person", target or "anybody")
        if intents.is_goodbye(text, language):
            return Answer("goodbye")
        waits = patience.is_held(text, language) or patience.wants_wait(text, language)
        return Answer("wait") if waits else None

    def _person(self, agent: Agent, text: str, *, sure: bool = False) -> str | None:
        """Whom the caller asks for; None: nobody."""
        file = agent.file
        wanted = self._base.people.wanted(text, file.targets, file.language)
        return wanted.target if wanted is not None and wanted.sure is sure else None
