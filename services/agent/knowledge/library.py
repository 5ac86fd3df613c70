"""What a reply asks of the knowledge: a line that can be said at once, or what the language model is to answer from."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from prometheus_client import Counter, Histogram

from agent.knowledge.answers import registers
from agent.knowledge.answers.registers import Register
from agent.knowledge.base import KnowledgeBase
from agent.knowledge.decide import Decision, Kind
from agent.knowledge.grounding import Grounding
from agent.knowledge.limits import LIMITS
from agent.knowledge.people import Wanted
from agent.knowledge.prepared import Prepared
from parley import log
from parley.agents import Agent, parse_action
from parley.messages import ReplyAction
from parley.outside.dialling import filled

_fast_path = Counter(
    "parley_fast_path_total",
    "Answers that were spoken without the language model, by agent and by where they come from.",
    ["agent", "source"],
)
_search_seconds = Histogram(
    "parley_knowledge_search_seconds",
    "Time to find what fits a caller's words in an agent's knowledge.",
    buckets=(0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2, 0.5, 1),
)
_log = log.get("knowledge")
_SAID = 4
"""How many lines of the conversation before an answer may be taken up in it."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is to be said."""

    line: str = ""
    """Spoken as it stands; empty: the language model answers."""
    register: Kind = "chat"
    """How sure it is."""
    action: ReplyAction = "none"
    """What is done after the line."""
    target: str = ""
    """To whom the call is given; empty: to anybody."""
    passages: tuple[str, ...] = ()
    """What the language model is to answer from, beside what stands in its prompt already."""
    sources: tuple[str, ...] = ()
    """What its answer must rest on, see grounding.py; empty: it may say what it likes."""
    instead: str = ""
    """Said when the answer does not."""
    opening: str = ""
    """Facts with which the answer begins while the language model writes the rest, where it is to speak of them."""
    bridge: str = ""
    """Bridges the wait for it, where it is known what it will be about, and there is no such beginning."""

    def grounding(self, agent: Agent, text: str, history: Sequence[Mapping[str, str]]) -> Grounding | None:
        """What an answer to a caller's words must rest on, if anything; what has been said may be said again."""
        if not self.sources:
            return None
        # What the company has told the agent in this call counts as a fact.
        notes = [h["text"] for h in history if h["role"] in ("note", "known")]
        said = (h["text"] for h in history[-_SAID:])
        return Grounding((*self.sources, agent.file.company, *notes, *said), text, agent.file.language)

    def noted(self, notes: Sequence[str]) -> "Found":
        """The same where the company has told the agent something: what is not surely known may stand there."""
        if not notes or self.register not in ("unknown", "unsure"):
            return self
        return Found(register="ground", passages=self.passages, sources=tuple(notes), instead=self.line)

    def filled(self, values: Mapping[str, str]) -> "Found":
        """The same with what is known of the caller in place of the fields' names, `{name}`."""
        passages = tuple(filled(passage, values) for passage in self.passages)
        sources = tuple(filled(source, values) for source in self.sources)
        return replace(
            self,
            line=filled(self.line, values),
            passages=passages,
            sources=sources,
            instead=filled(self.instead, values),
            opening=filled(self.opening, values),
        )


class Library(Protocol):
    """The knowledge of all agents, as replies use it."""

    async def ask(self, agent: Agent, text: str, history: Sequence[Mapping[str, str]]) -> Found:
        """Find what answers a caller's words; `history` holds `{"role", "text"}`, oldest first."""

    async def person_wanted(self, agent: Agent, text: str) -> Wanted | None:
        """Tell whom the caller asks for, and whether that is sure; None: nobody."""

    def facts(self, agent: Agent) -> str:
        """What stands at the head of the agent's prompt."""


class IndexedLibrary:
    """The library over a KnowledgeBase, which works on threads."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base
        self._prepared = Prepared(base)

    async def prepare(self, agent: Agent, text: str, history: Sequence[Mapping[str, str]]) -> Found:
        """Find what answers words that may not be all; for the same words `ask` knows it then."""
        said = earlier_words(history, text), last_heard(history)
        return found_of(await asyncio.to_thread(self._prepared.prepare, agent, text, *said), agent)[0]

    async def ask(self, agent: Agent, text: str, history: Sequence[Mapping[str, str]]) -> Found:
        """See Library."""
        with _search_seconds.time():
            said = earlier_words(history, text), last_heard(history)
            decision = await asyncio.to_thread(self._prepared.ask, agent, text, *said)
        found, source = found_of(decision, agent)
        if source:
            _fast_path.labels(agent.name, source).inc()
        best = decision.hits[0] if decision.hits else None
        _log.debug(
            "decided",
            agent=agent.name,
            kind=decision.kind,
            known=round(decision.known, 2),
            best=best.entry.said if best else "",
            chance=round(best.chance, 2) if best else 0,
        )
        return found

    async def person_wanted(self, agent: Agent, text: str) -> Wanted | None:
        """See Library."""
        file = agent.file
        return await asyncio.to_thread(self._base.people.wanted, text, file.targets, file.language)

    def facts(self, agent: Agent) -> str:
        """See Library."""
        return self._base.text(agent)


def found_of(decision: Decision, agent: Agent) -> tuple[Found, str]:
    """What a decision means for the reply, and where a line comes from: curated, knowledge, likely, unsure, between or
    unknown.

    Where it comes from is empty when there is no line.
    """
    decision = _without_promises(decision, agent)
    kind = decision.kind
    if kind == "unknown" or kind == "between":  # noqa: PLR1714 - mypy narrows by these
        line = decision.two.question if decision.two is not None else agent.file.unknown
        return Found(line=line, register=kind), kind
    if kind == "ground" or kind == "chat":  # noqa: PLR1714 - likewise
        instead = told("unsure", decision, agent) if decision.said else agent.file.unknown
        heading = decision.hits[0].entry.heading if decision.hits and decision.passages else ""
        bridge = registers.bridge(heading, decision.passages, agent.file.language)
        return Found(
            register=kind,
            passages=decision.passages,
            sources=decision.sources,
            instead=instead,
            opening=told("likely", decision, agent) if _opens(decision) else "",
            bridge=bridge,
        ), ""
    line = told(kind, decision, agent)
    curated = decision.hits[0].entry.curated if kind == "say" and decision.hits else None
    if curated is None:
        return Found(line=line, register=kind), "knowledge" if kind == "say" else kind
    then = parse_action(agent.file.curated[curated].then)
    if then.kind == "hangup":
        return Found(line=line, register="say", action="hangup"), "curated"
    if then.kind in ("person", "target", "collect", "text"):
        named = then.kind in ("collect", "text")
        target = f"{then.kind}:{then.name}" if named else then.name
        return Found(line=line, register="say", action="transfer", target=target), "curated"
    return Found(line=line, register="say"), "curated"


def _opens(decision: Decision) -> bool:
    """Whether its facts are what the answer may begin with: what is long is there for the model to sum up."""
    return decision.kind == "ground" and 0 < len(" ".join(decision.said).split()) <= LIMITS.say_words


def _without_promises(decision: Decision, agent: Agent) -> Decision:
    """The decision without exact answers after which something is done, unless one of them surely is the answer.

    "I will connect you with the front desk." is true only where that is done then. Said as what may be the answer, or
    read by the language model, it would be a promise that nobody keeps.
    """
    if decision.kind in ("say", "unknown", "between"):
        return decision
    promises = {exact.answer for exact in agent.file.curated if parse_action(exact.then).kind != "none"}
    said, passages, sources = (
        tuple(line for line in lines if line not in promises)
        for lines in (decision.said, decision.passages, decision.sources)
    )
    left = replace(decision, said=said, passages=passages, sources=sources)
    none_left = not (passages if decision.kind == "ground" else said)
    return replace(left, kind="unknown") if decision.kind != "chat" and none_left else left


def told(register: Register, decision: Decision, agent: Agent) -> str:
    """The facts of a decision with what tells how sure they are."""
    heading = decision.hits[0].entry.heading if decision.hits else ""
    lead = registers.in_front(register, heading, decision.said, agent.file.language)
    return " ".join(filter(None, (lead, *decision.said)))


def earlier_words(history: Sequence[Mapping[str, str]], text: str) -> list[str]:
    """What the caller said before `text`, which the history may already have."""
    said = [h["text"] for h in history if h["role"] == "user" and h["text"].strip()]
    return said[:-1] if said and said[-1].endswith(text) else said


def last_heard(history: Sequence[Mapping[str, str]]) -> str:
    """What the caller heard last of the agent; empty when nothing."""
    return next((h["text"] for h in reversed(history) if h["role"] == "assistant"), "")


def as_heard(history: Sequence[Mapping[str, str]], heard: str) -> Sequence[Mapping[str, str]]:
    """The history with what was heard of a reply that is being interrupted, which it has not yet."""
    return [*history, {"role": "assistant", "text": heard}] if heard.strip() else history
