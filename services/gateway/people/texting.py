"""A text (SMS) for a caller: only what the agent's file holds, to the number that they call from, after a yes."""

import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Literal

from prometheus_client import Counter

from gateway.people.parties import Answers, Voice
from parley import log
from parley.agents.actions import Action
from parley.bus import Bus, BusError
from parley.languages import LineName
from parley.outside.texts import Text, whom
from parley.telephone import numbers

TEXTS = Counter(
    "parley_call_texts_total",
    "Texts that callers were to be sent, by agent and what became of them.",
    ["agent", "outcome"],
)

Outcome = Literal["sent", "unwanted", "no_number", "away"]
_LINES: Mapping[Outcome, LineName] = {
    "sent": "text_sent",
    "unwanted": "text_unwanted",
    "no_number": "text_no_number",
    "away": "text_away",
}

_log = log.get("texting")


class Texting:
    """What one caller is sent."""

    def __init__(
        self,
        call: str,
        caller: str,
        extension: str,
        *,
        bus: Bus,
        voice: Voice,
        answers: Callable[[], Answers],
        begin: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        """As of a handover."""
        self._call = call
        self._caller = caller
        self._extension = extension
        self._bus = bus
        self._voice = voice
        self._answers = answers
        self._begin = begin

    def text(self, action: Action) -> None:
        """Ask whether the caller wants a text, or send it; and tell what came of that."""
        if not self._outside(self._caller):
            self._tell(action.name, "no_number")
        elif action.kind == "text":
            self._answers().offer(f"text:{action.name}", "")
        else:
            self._begin(self._send(action.name))

    async def _send(self, name: str) -> None:
        outcome: Outcome
        try:
            outcome = await self._put(name)
        except BusError as error:
            _log.error("a text was not sent", call=self._call, error=str(error))
            outcome = "away"
        self._tell(name, outcome)

    async def _put(self, name: str) -> Outcome:
        """Have it sent; that it will be is all that can be told while the caller waits."""
        agent, texts = self._voice.agent, self._bus.commands().texts()
        number = self._outside(self._caller)
        if not await texts.sends():
            return "away"
        if await texts.is_stopped(whom(agent.name, number)):
            return "unwanted"
        text = Text(
            id=f"{self._call}.{name}",  # once in a call, however often it is asked for
            call=self._call,
            agent=agent.name,
            sender=self._sender(),
            to=number,
            body=agent.file.texts[name].text,
            since=time.time(),
        )
        await texts.put(text)
        return "sent"

    def _tell(self, name: str, outcome: Outcome) -> None:
        agent = self._voice.agent
        TEXTS.labels(agent.name, outcome).inc()
        self._voice.emit("text_message", name=name, outcome=outcome)
        known = agent.file.texts.get(name)
        self._answers().back(agent.line(_LINES[outcome], target=known.name if known else name))

    def _sender(self) -> str:
        """A number of the agent's that telephones can answer: the one that was called, if it is one."""
        found = map(self._outside, (self._extension, *self._voice.agent.file.extensions))
        return next(filter(None, found), "")

    def _outside(self, number: str) -> str:
        """A number in E.164; empty for one of the house, or none."""
        normal = numbers.normal(number, self._voice.agent.country)
        return normal if normal.startswith("+") else ""
