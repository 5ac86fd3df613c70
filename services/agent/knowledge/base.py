"""What all agents know: indexes that are rebuilt where something has changed, and asked for every caller's words."""

import dataclasses
from collections.abc import Callable, Iterable, Sequence

from agent.knowledge import decide
from agent.knowledge.decide import Decision
from agent.knowledge.embedder import Embedder, Vectors
from agent.knowledge.evidence import Evidence
from agent.knowledge.index import Entry, Index, Read
from agent.knowledge.reading.facts.passages import Passage
from agent.knowledge.reading.shelf import Folder, Shelf
from parley import languages
from parley.agents import Agent
from parley.errors import AgentFileError

Progress = Callable[[int, int], None]
"""Called with how many texts are embedded, and of how many."""

_BATCH = 16
PREFIX_CHARS = 6_000
"""Knowledge up to this length, some 1500 tokens, stands as a whole in the prompt, which servers keep processed."""


class KnowledgeBase:
    """The knowledge of all agents, by name and language. `load` and `ask` block: they belong on a thread."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._shelf = Shelf()
        self._encoded: dict[str, Read] = {}
        """What the model made of texts: only what is new is embedded."""
        self._indexes: dict[Folder, Index] = {}
        self._texts: dict[Folder, str] = {}
        self._main_texts: dict[str, str] = {}
        self._talk: dict[str, Vectors] = {}
        """What callers say in a language that asks for nothing."""

    def load(self, agents: Iterable[Agent], progress: Progress | None = None) -> list[AgentFileError]:
        """Read the knowledge of some agents again, in all their languages; return what of it cannot be used.

        A file that cannot be read is left out; the rest of the agent's knowledge is used.
        """
        agents = list(agents)
        passages, errors = self._shelf.read(agents)
        entries: dict[Folder, list[Entry]] = {}
        for agent in agents:
            for code in (agent.file.language, *agent.file.languages):
                key = (agent.name, code)
                entries[key] = entries_of(agent.in_language(code), passages[key])
                self._texts[key] = as_text(passages[key])
            self._main_texts[agent.name] = self._texts[agent.name, agent.file.language]
        self._embed([e.matched for found in entries.values() for e in found], progress)
        for code in {code for _, code in entries} - self._talk.keys():
            self._talk[code] = self._embedder.embed(languages.get(code).knowledge.small_talk)
        for key, found in entries.items():
            self._indexes[key] = Index(found, [self._encoded[e.matched] for e in found], key[1])
        return errors

    def text(self, agent: Agent) -> str:
        """Everything that the agent knows, as lines; empty where that is too long a prompt.

        In its present language, or in the main one where it has no facts in that: the model can translate.
        """
        text = self._texts.get((agent.name, agent.file.language)) or self._main_texts.get(agent.name, "")
        return text if len(text) <= PREFIX_CHARS else ""

    def sentences(self, agent: Agent) -> list[str]:
        """What may be spoken as it stands, curated answers first."""
        index = self._indexes.get((agent.name, agent.file.language))
        entries = sorted(index.entries, key=lambda e: e.curated is None) if index is not None else []
        return list(dict.fromkeys(e.said for e in entries if not e.tool))

    def ask(self, agent: Agent, text: str, earlier: Sequence[str]) -> Decision:
        """Decide on a caller's words; `earlier` is what the caller said before, oldest first."""
        language = agent.file.language
        index = self._indexes.get((agent.name, language))
        if index is None or not index.entries:
            return Decision("chat")
        whole = decide.resolved(text, earlier, language)
        read = self._embedder.encode(list(dict.fromkeys((text, whole))))
        talk = float((self._talk[language] @ read[0].vector).max())
        question = decide.is_question(text, language)
        alone = decide.decide(index.search(text, read[0]), talk, question=question, follow_up=False)
        if whole == text or alone.kind == "chat":
            return self._in_short(agent, alone)
        both = decide.decide(index.search(whole, read[-1]), talk, question=question, follow_up=True)
        # What sounds like a follow-up may be a question of its own.
        own = alone.kind == "say" and alone.hits[0].chance > both.hits[0].chance
        return self._in_short(agent, alone if own else both)

    def evidence(self, agent: Agent, text: str, earlier: Sequence[str]) -> tuple[list[Entry], Evidence]:
        """What speaks for the entries that may answer a caller's words, and for none: what weights are fitted to."""
        index = self._indexes[agent.name, agent.file.language]
        whole = decide.resolved(text, earlier, agent.file.language)
        places, evidence = index.evidence(whole, self._embedder.encode([whole])[0])
        return [index.entries[place] for place in places], evidence

    def _in_short(self, agent: Agent, decision: Decision) -> Decision:
        """Where all facts stand in the prompt, only the likeliest stands beside the question: each takes time to read.

        An agent without facts in its language has nothing that says what it does not know.
        """
        if decision.kind == "unknown" and not self._texts[agent.name, agent.file.language]:
            return dataclasses.replace(decision, kind="chat")
        return dataclasses.replace(decision, passages=decision.passages[:1]) if self.text(agent) else decision

    def _embed(self, texts: Iterable[str], progress: Progress | None) -> None:
        new = [text for text in dict.fromkeys(texts) if text not in self._encoded]
        for start in range(0, len(new), _BATCH):
            batch = new[start : start + _BATCH]
            self._encoded.update(zip(batch, Read.all(batch, self._embedder), strict=True))
            if progress is not None:
                progress(start + len(batch), len(new))


def entries_of(agent: Agent, passages: Iterable[Passage]) -> list[Entry]:
    """Everything of an agent that can be found: its passages, and every way to ask for an answer."""
    entries = [Entry(p.text, matched, p.heading, p.source) for p in passages for matched in (*p.asks, p.text)]
    for number, curated in enumerate(agent.file.curated):
        entries += [Entry(curated.answer, ask, curated=number) for ask in curated.ask]
    return entries + [Entry(t.description, t.description, tool=True) for t in agent.file.tools]


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
