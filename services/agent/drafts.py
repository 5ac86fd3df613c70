"""What an agent would know if one more answer were among what it knows."""

import msgspec

from agent.knowledge.base import KnowledgeBase
from agent.knowledge.entries import as_text, found_in
from agent.knowledge.index import Entry
from agent.knowledge.reading import formats
from agent.knowledge.reading.blocks import Unreadable
from parley.agents import Agent
from parley.agents.dialogue import Curated
from parley.outside.inquiries import Draft

_FILE = "answers.md"
"""A fact is read as a line of such a file."""


def with_draft(base: KnowledgeBase, agent: Agent, draft: Draft) -> tuple[KnowledgeBase, Agent]:
    """The knowledge and the agent with a draft, in the agent's present language; both that are given stay as they are.

    Blocks. What is no fact for those who read files changes nothing.
    """
    if draft.asks:
        exact = Curated(ask=draft.asks, answer=draft.answer)
        number = len(agent.file.curated)
        file = msgspec.structs.replace(agent.file, curated=(*agent.file.curated, exact))
        entries = [Entry(draft.answer, ask, curated=number) for ask in draft.asks]
        return base.with_more(agent, entries, ""), msgspec.structs.replace(agent, file=file)
    try:
        passages = formats.read(_FILE, f"- {draft.answer}\n".encode())
    except Unreadable:
        return base, agent
    return base.with_more(agent, found_in(passages), as_text(passages)), agent
