"""What an agent's files and its exact answers give to be found."""

from collections.abc import Iterable

from agent.knowledge.index import Entry
from agent.knowledge.reading.facts.passages import Passage
from parley.agents import Agent


def entries_of(agent: Agent, passages: Iterable[Passage]) -> list[Entry]:
    """Everything of an agent that can be found: its passages, and every way to ask for an answer."""
    entries = found_in(passages)
    for number, curated in enumerate(agent.file.curated):
        entries += [Entry(curated.answer, ask, curated=number) for ask in curated.ask]
    tools = [tool.description for tool in agent.file.tools]
    tools += [tool.description for server in agent.file.mcp for tool in server.tools]
    return entries + [Entry(description, description, tool=True) for description in tools]


def found_in(passages: Iterable[Passage]) -> list[Entry]:
    """Passages, by themselves and by every question to which they are the answer."""
    return [Entry(p.text, matched, p.heading, p.source) for p in passages for matched in (*p.asks, p.text)]


def as_text(passages: Iterable[Passage]) -> str:
    """The passages as lines under their headings, for a prompt."""
    lines: list[str] = []
    heading = None
    for passage in passages:
        if passage.heading != heading:
            heading = passage.heading
            lines += [f"# {heading}"] if heading else []
        lines.append(f"- {' '.join((*passage.asks, passage.text))}")
    return "\n".join(lines)
