"""A library that finds always the same."""

from collections.abc import Mapping, Sequence

from agent.knowledge.library import Found
from agent.knowledge.people import Wanted
from parley.agents import Agent


class FixedLibrary:
    """Remembers what it was asked."""

    def __init__(self, found: Found | None = None, person: Wanted | None = None) -> None:
        self.found = found or Found()
        self.person = person
        self.asked: list[tuple[str, list[dict[str, str]]]] = []

    async def ask(self, agent: Agent, text: str, history: Sequence[Mapping[str, str]]) -> Found:
        self.asked.append((text, [dict(h) for h in history]))
        return self.found

    async def person_wanted(self, agent: Agent, text: str) -> Wanted | None:
        return self.person

    def facts(self, agent: Agent) -> str:
        return "Open from 9 to 5."
