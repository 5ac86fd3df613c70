"""An agent that has functions, asked by a model that calls them."""

import json
from pathlib import Path
from typing import Any

import msgspec

from agent.reply import Replier
from agent.tools.call import ToolCall
from agent.tools.servers import Servers
from agent.tools.toolboxes import Toolboxes
from agent.voice.pool import DeadlinePool
from agent.voice.tts import Speaker
from parley.agents import Agent
from parley.agents.schema import Tool
from parley.messages import ReplyEnd, Speech
from tests.agent.conftest import job
from tests.fakes.engines.deeds import FakeDeeds
from tests.fakes.engines.library import FixedLibrary
from tests.fakes.engines.llm import ScriptedLlm
from tests.fakes.engines.voice import WordVoice

ORDER = {
    "type": "object",
    "properties": {"number": {"type": "string", "pattern": "^[0-9]{4}$"}},
    "required": ["number"],
}


def with_fields(agent: Agent, **fields: Any) -> Agent:
    return msgspec.structs.replace(agent, file=msgspec.structs.replace(agent.file, **fields))


def webhook(url: str, method: str = "POST", **fields: Any) -> Tool:
    values = {"name": "order_status", "description": "Status of an order.", "url": url, "method": method}
    return msgspec.convert(
        {**values, "parameters": ORDER, "fallback": "I cannot see that now.", **fields}, Tool
    )


def call(name: str, /, **arguments: object) -> tuple[ToolCall, ...]:
    return (ToolCall("call-0", name, json.dumps(arguments)),)


class Desk:
    """A replier with functions; the turn is over as soon as something has been said."""

    def __init__(
        self,
        agent: Agent,
        pool: DeadlinePool,
        llm: ScriptedLlm,
        *,
        enabled: bool = False,
        secrets: Path = Path("/nowhere"),
        inside: frozenset[str] = frozenset({"127.0.0.1"}),
        servers: Servers | None = None,
    ) -> None:
        self.llm = llm
        self.said = ""
        self.history: list[dict[str, str]] = []
        self.goes_on = False
        """Whether the caller goes on speaking, so that the turn is not over."""
        self.events: list[tuple[str, dict[str, object]]] = []
        self.deeds = FakeDeeds()
        self.toolboxes = Toolboxes(
            self._history,
            self._emit,
            self.deeds,
            enabled=enabled,
            secrets=secrets,
            inside=inside,
            servers=servers,
        )
        speaker = Speaker({"joe": WordVoice()}, pool, 10**6)
        self.replier = Replier(
            {"shop": agent},
            FixedLibrary(),
            speaker,
            self._history,
            llm_of=lambda _: llm,
            default_voice="joe",
            toolbox_of=self.toolboxes.of,
        )

    async def _history(self, call: str) -> list[dict[str, str]]:
        return self.history

    async def _emit(self, kind: str, call: str, **data: object) -> None:
        self.events.append((kind, data))

    async def _say(self, speech: Speech) -> None:
        self.said += speech.text
        if not self.goes_on and not self.history:
            self.history.append({"role": "user", "text": job().text})

    async def reply(self) -> ReplyEnd:
        end = await self.replier.reply(job(), 0.0, self._say)
        await self.toolboxes.close()
        assert isinstance(end, ReplyEnd)
        return end

    def results(self) -> list[str]:
        return [m["content"] for m in self.llm.asked[-1] if m["role"] == "tool"]


def model(*calls: tuple[ToolCall, ...], answer: str = "It was shipped.") -> ScriptedLlm:
    llm = ScriptedLlm(answer)
    llm.calls = list(calls)
    return llm


def names(desk: Desk) -> list[str]:
    return [tool["function"]["name"] for tool in desk.llm.tools[0]]
