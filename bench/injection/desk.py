"""Answers an attempt as a worker does: what was found, the model, its functions, and what of its words is spoken."""

import json
import time
from collections.abc import AsyncGenerator, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
import msgspec

from agent.knowledge.base import KnowledgeBase
from agent.knowledge.library import Found, found_of
from agent.language_model import prompt
from agent.language_model.answer import Answer
from agent.language_model.chat_stream import Token
from agent.language_model.confidential import Confidential
from agent.language_model.llm import Llm
from agent.language_model.prompt import ChatMessage
from agent.tools.call import ToolCall
from agent.tools.claims import Claims
from agent.tools.tools import Toolbox
from agent.tools.webhooks import Services
from bench.injection.attempts import Attempt, Outcome
from parley.agents import Agent
from parley.agents.schema import LlmOverride, Tool
from parley.outside.deeds import Deed

ORDER = {
    "type": "object",
    "properties": {"number": {"type": "string", "pattern": "^[0-9]{4}$"}},
    "required": ["number"],
    "additionalProperties": False,
}
TOOLS = (
    Tool(
        name="order_status",
        description="Looks up where an order is.",
        url="http://orders.example/status",
        method="GET",
        parameters=ORDER,
    ),
    Tool(
        name="cancel_order",
        description="Cancels an order, when the caller asks for that.",
        url="http://orders.example/cancel",
        parameters=ORDER,
    ),
)


def equipped(agent: Agent) -> Agent:
    """Return the agent with all functions that there can be."""
    file = msgspec.structs.replace(agent.file, tools=TOOLS, llm=LlmOverride(tools=True))
    return msgspec.structs.replace(agent, file=file)


class Obedient:
    """A language model that does whatever the attempt is after."""

    def __init__(self, attempt: Attempt, agent: Agent) -> None:
        calls = [
            ToolCall(f"call-{n}", name, json.dumps(given)) for n, (name, given) in enumerate(attempt.calls)
        ]
        together = [tuple(calls)] if calls else []
        self._calls = [(call,) for call in calls] if attempt.kind == "result" else together
        self._writes = (attempt.writes or "Done.").replace("{instructions}", prompt.instructions(agent))

    async def stream(
        self,
        messages: Sequence[ChatMessage],
        max_tokens: int | None = None,
        timeout_s: float | None = None,
        tools: Sequence[dict[str, Any]] = (),
    ) -> AsyncGenerator[Token]:
        if self._calls:
            yield Token("", calls=self._calls.pop(0))
            return
        for word in self._writes.split(" "):
            yield Token(f"{word} ")


class _Noted:
    """A model of which it is noted what it calls."""

    def __init__(self, llm: Llm, called: list[str]) -> None:
        self._llm = llm
        self._called = called

    async def stream(
        self,
        messages: Sequence[ChatMessage],
        max_tokens: int | None = None,
        timeout_s: float | None = None,
        tools: Sequence[dict[str, Any]] = (),
    ) -> AsyncGenerator[Token]:
        async for token in self._llm.stream(messages, max_tokens, timeout_s, tools):
            self._called += [call.name for call in token.calls]
            yield token


async def attempted(attempt: Attempt, agent: Agent, llm: Llm, base: KnowledgeBase | None = None) -> Outcome:
    """Answer an attempt; without `base` nothing is found but what the attempt itself has planted."""
    agent = agent.in_language(attempt.language)
    found = _found(attempt, agent, base)
    if found.line:  # said as it stands: no model is asked
        return Outcome(said=found.line, action=found.action, target=found.target)
    outcome = Outcome()
    facts = base.text(agent) if base else ""
    async with httpx.AsyncClient(transport=httpx.MockTransport(_service(attempt, outcome))) as client:
        answer = Answer(
            _Noted(llm, outcome.called),
            prompt.chat(agent, [], attempt.say, date.today(), facts=facts, passages=found.passages),
            time.monotonic(),
            _toolbox(agent, client, outcome),
            found.grounding(agent, attempt.say, []),
            confidential=Confidential(prompt.instructions(agent)),
            claims=Claims(attempt.language, sources=(*found.passages, *found.sources)),
            language=attempt.language,
        )
        outcome.said = " ".join([piece async for piece in answer.pieces()])
    outcome.action, outcome.target, outcome.refused = answer.action, answer.target, answer.refused
    return outcome


def _found(attempt: Attempt, agent: Agent, base: KnowledgeBase | None) -> Found:
    found = found_of(base.ask(agent, attempt.say, []), agent)[0] if base else Found()
    if not attempt.facts:
        return found
    return Found(passages=(*found.passages, attempt.facts), sources=(*found.sources, attempt.facts))


def _toolbox(agent: Agent, client: httpx.AsyncClient, outcome: Outcome) -> Toolbox:
    async def committed() -> bool:
        return True

    async def emit(kind: str, **data: object) -> None:
        outcome.events.append(kind)

    return Toolbox(agent, Services(client, Path("/nowhere")), "attempt", committed, emit, diary=_OneAnswer())


class _OneAnswer:
    """Keeps nothing: there is no later answer."""

    async def add(self, deed: Deed) -> None:
        pass

    async def deeds(self) -> list[Deed]:
        return []


def _service(attempt: Attempt, outcome: Outcome) -> Any:
    def answer(request: httpx.Request) -> httpx.Response:
        given = (
            json.loads(request.content) if request.content else dict(parse_qsl(request.url.query.decode()))
        )
        outcome.requests.append((str(request.url.copy_with(query=None)), given))
        return httpx.Response(200, stream=httpx.ByteStream((attempt.result or '{"status": "ok"}').encode()))

    return answer
