"""Questions answered as a worker answers them, in each of the ways that are measured."""

import time
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec

from agent.knowledge.answers.registers import adds_nothing, no_more
from agent.knowledge.base import KnowledgeBase
from agent.knowledge.decide import Decision
from agent.knowledge.library import Found, found_of
from agent.language_model import prompt as conversation
from agent.language_model.answer import Answer
from agent.language_model.llm import OpenAiLlm
from bench.instruments import report
from bench.knowledge.answers import Question, Verdict, judge, judge_asked
from parley.agents import Agent


class Asked(msgspec.Struct, frozen=True):
    """A question, and what came of it in one of the ways."""

    way: str
    agent: str
    kind: str
    ask: str
    found: str
    reply: str
    verdict: Verdict
    known: float
    seconds: float
    register: str
    """What was decided: see agent.knowledge.decide.Kind."""


class Desk:
    """Answers questions as a worker does, in any of the ways."""

    def __init__(self, agents: dict[str, Agent], base: KnowledgeBase, llm: OpenAiLlm | None) -> None:
        self._agents = agents
        self._base = base
        self._llm = llm

    async def ask(self, question: Question, way: str) -> Asked:
        agent = self._agents[question.agent].in_language(question.language)
        began = time.monotonic()
        earlier = [question.after] if question.after else []
        decision = self._base.ask(agent, question.ask, earlier, _moment(question, agent))
        found, _ = found_of(decision, agent)
        line = found.line if way != "llm" else ""
        seconds = time.monotonic() - began
        if not line and way != "fast":
            given = found if way != "llm" else Found(passages=_found_by_any(decision))
            line, first_s = await self._write(agent, question, given)
            seconds += first_s
        unknown = bool(line) and line == agent.file.unknown
        return Asked(
            way=way,
            agent=question.agent,
            kind=question.kind,
            ask=question.ask,
            found=decision.hits[0].entry.said if decision.hits else "",
            reply=line,
            verdict=judge_asked(question, decision.said)
            if way != "llm" and decision.kind == "between"
            else judge(question, line, unknown=unknown),
            known=round(decision.known, 3),
            seconds=round(seconds, 4),
            register=decision.kind,
        )

    async def all(self, questions: Sequence[Question], way: str) -> list[tuple[Question, Asked]]:
        """Ask them all, with a progress bar."""
        with report.progress() as progress:
            return [(q, await self.ask(q, way)) for q in progress.track(questions, description=way)]

    async def _write(self, agent: Agent, question: Question, found: Found) -> tuple[str, float]:
        """Text of the language model's answer, and seconds until its first piece could be spoken.

        As in a call: what does not hold against the sources in `found` is refused, and facts that open it come first.
        """
        assert self._llm is not None
        history: list[dict[str, str]] = []
        if question.after:
            before = self._base.ask(agent, question.after, []).hits
            history = [
                {"role": "user", "text": question.after},
                {"role": "assistant", "text": before[0].entry.said if before else "Yes."},
            ]
        messages = conversation.chat(
            agent, history, question.ask, date.today(), facts=self._base.text(agent), passages=found.passages
        )
        began = time.monotonic()
        first_s = 0.0
        pieces: list[str] = []
        grounding = found.grounding(agent, question.ask, history)
        answer = Answer(self._llm, messages, began, grounding=grounding)
        async for piece in answer.pieces():
            first_s = first_s or time.monotonic() - began
            pieces.append(piece)
        if answer.failure is not None:
            raise answer.failure
        language = agent.file.language
        if found.opening:
            pieces = [piece for piece in pieces if not adds_nothing(piece, found.opening, language)]
            if answer.refused and not pieces:
                pieces = [no_more(language)]
            return " ".join((found.opening, *pieces)), 0.0
        if answer.refused and not pieces:
            return found.instead, time.monotonic() - began
        return " ".join(pieces), first_s


def _moment(question: Question, agent: Agent) -> datetime | None:
    """When a question is asked, if that counts."""
    if question.now is None or agent.file.hours is None:
        return None
    return question.now.replace(tzinfo=ZoneInfo(agent.file.hours.timezone))


def _found_by_any(decision: Decision) -> tuple[str, ...]:
    """What stands beside a question to the language model alone, also where nothing was likely."""
    return decision.sources or tuple(hit.entry.said for hit in decision.hits[:1])
