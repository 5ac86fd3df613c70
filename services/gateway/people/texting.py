"""A text (SMS) for a caller: only what the agent's file holds, after a yes, to the number that they call from.

Where the file and the operator allow it, it may go to another number that they have told and confirmed.
"""

import hashlib
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from functools import partial
from typing import Any, Literal, Protocol

from prometheus_client import Counter

from gateway.people.parties import Answers, Voice
from parley import log
from parley.agents.actions import Action
from parley.bus import Bus, BusError
from parley.languages import LineName
from parley.outbound.texts import NOBODY, OtherNumbers
from parley.outside.texts import Text, whom
from parley.telephone import numbers

TEXTS = Counter(
    "parley_call_texts_total",
    "Texts that callers were to be sent, by agent and what became of them.",
    ["agent", "outcome"],
)

Outcome = Literal[
    "sent", "unwanted", "no_number", "away", "sent_there", "not_there", "unwanted_there", "limit"
]
_LINES: Mapping[Outcome, LineName] = {
    "sent": "text_sent",
    "unwanted": "text_unwanted",
    "no_number": "text_no_number",
    "away": "text_away",
    "sent_there": "text_sent_there",
    "not_there": "text_not_there",
    "unwanted_there": "text_not_there",  # what others want is nobody's business
    "limit": "text_limit",
}

_log = log.get("texting")


class Asking(Answers, Protocol):
    """The guide, of which a number is asked as well."""

    def do(self, action: Action) -> None:
        """Ask for what an action names (`collect`)."""


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
        answers: Callable[[], Asking],
        begin: Callable[[Coroutine[Any, Any, None]], None],
        others: OtherNumbers = NOBODY,
    ) -> None:
        """As of a handover; `others`: who else may have one."""
        self._call = call
        self._caller = caller
        self._extension = extension
        self._bus = bus
        self._voice = voice
        self._answers = answers
        self._begin = begin
        self._others = others
        self._sent_to_others = 0

    def text(self, action: Action) -> None:
        """Ask whether the caller wants a text, or send it (`name`, or `name number` to another number); and tell what
        came of that.
        """
        name, _, other = action.name.partition(" ")
        known = self._voice.agent.file.texts.get(name)
        anywhere = known is not None and known.other_numbers and bool(self._others.prefixes)
        own = self._outside(self._caller)
        if action.kind == "send":
            self._send_to(name, own, other)
        elif own:
            self._answers().offer(f"text-anywhere:{name}" if anywhere else f"text:{name}", "")
        elif anywhere:
            self._answers().do(Action("collect", f"text:{name}"))
        else:
            self._tell(name, "no_number")

    def _send_to(self, name: str, own: str, other: str) -> None:
        if other:
            self._begin(self._send(name, partial(self._put_there, name, other)))
        elif own:
            self._begin(self._send(name, partial(self._put, name, own)))
        else:
            self._tell(name, "no_number")

    async def _send(self, name: str, put: Callable[[], Awaitable[Outcome]]) -> None:
        outcome: Outcome
        try:
            outcome = await put()
        except BusError as error:
            _log.error("a text was not sent", call=self._call, error=str(error))
            outcome = "away"
        self._tell(name, outcome)

    async def _put(self, name: str, number: str) -> Outcome:
        """Have it sent; that it will be is all that can be told while the caller waits."""
        agent, texts = self._voice.agent, self._bus.commands().texts()
        if not await texts.sends():
            return "away"
        if await texts.is_stopped(whom(agent.name, number)):
            return "unwanted"
        # Once in a call, however often it is asked for.
        await texts.put(self._made(f"{self._call}.{name}", name, number))
        return "sent"

    async def _put_there(self, name: str, number: str) -> Outcome:
        """Have it sent to another number that may have it."""
        agent, texts = self._voice.agent, self._bus.commands().texts()
        known = agent.file.texts.get(name)
        if known is None or not known.other_numbers or not self._others.may_have(number):
            return "not_there"
        if not await texts.sends():
            return "away"
        if await texts.is_stopped(whom(agent.name, number)):
            return "unwanted_there"
        caller = self._outside(self._caller) or numbers.ANONYMOUS
        if self._sent_to_others >= self._others.per_call:
            return "limit"
        if not await texts.count_other(caller, self._others.per_day, self._others.in_all):
            return "limit"
        self._sent_to_others += 1
        # Once in a day, whoever asks for it: nobody is to be flooded.
        await texts.put(self._made(_once(agent.name, name, number), name, number))
        return "sent_there"

    def _made(self, identity: str, name: str, number: str) -> Text:
        agent = self._voice.agent
        return Text(
            id=identity,
            call=self._call,
            agent=agent.name,
            sender=self._sender(),
            to=number,
            body=agent.file.texts[name].text,
            since=time.time(),
        )

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


def _once(agent: str, name: str, number: str) -> str:
    """The id of a text to another number. It does not tell the number: ids stand in the log, and at the provider."""
    return f"other.{hashlib.sha256(f'{agent} {name} {number}'.encode()).hexdigest()[:16]}"
