"""Somebody in a call who wants no calls: their number goes on the do-not-call list, and leave is taken of them."""

from collections.abc import Callable, Coroutine
from typing import Any

from gateway.people.parties import Answers, Voice
from parley import log
from parley.bus import Bus, BusError
from parley.outbound.rules import is_outside
from parley.telephone import numbers

_log = log.get("unwilling")


class Unwilling:
    """Puts one of them on the list."""

    def __init__(
        self,
        caller: str,
        *,
        bus: Bus,
        voice: Voice,
        answers: Callable[[], Answers],
        begin: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        """As of a handover."""
        self._caller = caller
        self._bus = bus
        self._voice = voice
        self._answers = answers
        self._begin = begin

    def note(self) -> None:
        """Put them there, and tell what came of it; whoever has no number outside is told that it is not known."""
        number = numbers.normal(self._caller, self._voice.agent.country)
        if is_outside(number):
            self._begin(self._add(number))
        else:
            self._voice.emit("do_not_call", outcome="no_number")
            self._answers().back(self._voice.agent.line("no_calls_number"))

    async def _add(self, number: str) -> None:
        try:
            await self._bus.commands().ledger().add(number)
        except BusError as error:
            _log.error("a wish for no calls is not noted", error=str(error))
            self._voice.emit("do_not_call", outcome="away")
            self._answers().back(self._voice.agent.file.apology)
            return
        self._voice.emit("do_not_call", outcome="noted")
        self._answers().goodbye(self._voice.agent.line("no_more_calls"))
