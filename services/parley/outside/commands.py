"""What is asked of calls from outside, on its way to the gateway that has them and back. Any method may raise BusError.

gateway:{id}:down    stream  a Command is an entry among the workers' answers
command:{id}         list    its CommandAnswer, for a minute
"""

from typing import Any

from parley.errors import MessageError
from parley.messages import Command, CommandAnswer, decode, encode
from parley.outbound.callbacks import CallbackBook
from parley.outbound.ledger import Ledger
from parley.outside.deeds import Deeds
from parley.outside.dialling import Dials, dials
from parley.outside.inbox import Inbox
from parley.outside.inquiries import Inquiries, inquiries
from parley.outside.lookups import Lookups, lookups
from parley.outside.outcomes import Outcomes, outcomes
from parley.outside.over.corrections import Corrections, corrections
from parley.outside.over.topics import Groupings, groupings
from parley.outside.readings import Readings, readings
from parley.outside.reports import Reports
from parley.outside.texts import Texts

_TTL_S = 60


class Commands:
    """Both ends of the way, made by `Bus.commands`."""

    def __init__(self, redis: Any) -> None:
        self._redis = redis

    def inquiries(self) -> Inquiries:
        """Questions to agents that belong to no call."""
        return inquiries(self._redis)

    def lookups(self) -> Lookups:
        """Callers whom a company may know."""
        return lookups(self._redis)

    def outcomes(self) -> Outcomes:
        """Calls of which something is to be known."""
        return outcomes(self._redis)

    def deeds(self) -> Deeds:
        """What functions of the language model have done in calls."""
        return Deeds(self._redis)

    def readings(self) -> Readings:
        """Calls that are over, and are to be read."""
        return readings(self._redis)

    def groupings(self) -> Groupings:
        """Lines of such calls, among which topics are looked for."""
        return groupings(self._redis)

    def corrections(self) -> Corrections:
        """What was really said in such calls."""
        return corrections(self._redis)

    def dials(self) -> Dials:
        """Calls that are to be made."""
        return dials(self._redis)

    def ledger(self) -> Ledger:
        """Calls that were made, and who wants none."""
        return Ledger(self._redis)

    def callbacks(self) -> CallbackBook:
        """Callers who are to be called back."""
        return CallbackBook(self._redis)

    def reports(self) -> Reports:
        """What `make doctor` found."""
        return Reports(self._redis)

    def texts(self) -> Texts:
        """Texts that are to be sent, and who wants none."""
        return Texts(self._redis)

    def inbox(self) -> Inbox:
        """Texts that come in."""
        return Inbox(self._redis)

    async def owner(self, call: str) -> str:
        """The gateway that has a call, or had it within the last hour; empty: none."""
        found = await self._redis.hget(f"call:{call}", "gateway")
        return found.decode() if found else ""

    async def go_on_from(self, chat: str, call: str, most: int = 24) -> None:
        """Begin a call's history with the last lines of a chat's; they are kept for as long."""
        history = f"call:{call}:history"
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.copy(f"call:{chat}:history", history)
            pipe.ltrim(history, -most, -1)
            await pipe.execute()

    async def order(self, stream: str, command: Command, timeout_s: float) -> CommandAnswer | None:
        """Send a command down a gateway's stream, and wait for what becomes of it; None: nobody has said so in time."""
        # Of a gateway that there is not, no stream is to be made.
        sent = await self._redis.xadd(stream, {"m": encode(command)}, nomkstream=True)
        if sent is None:
            return CommandAnswer(call=command.call, id=command.id, result="gone")
        return await self.answered(command, timeout_s)

    async def answered(self, command: Command, timeout_s: float) -> CommandAnswer | None:
        """Wait for what becomes of a command that has been sent; None: nobody has said so in time."""
        answer = await self._redis.blpop([_list(command.id)], timeout=timeout_s)
        if answer is None:
            return None
        message = decode(answer[1])
        if not isinstance(message, CommandAnswer):
            raise MessageError(f"{_list(command.id)}: not an answer to a command")
        return message

    async def answer(self, answer: CommandAnswer) -> None:
        """Tell who asked what became of a command."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.rpush(_list(answer.id), encode(answer))
            pipe.expire(_list(answer.id), _TTL_S)
            await pipe.execute()


def _list(command: str) -> str:
    return f"command:{command}"
