"""A command on its way from a request to the gateway that has the call, and its answer. Bounded in time and number."""

import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi.concurrency import run_in_threadpool

from api.access.audit import Audit
from api.access.keys import Key
from api.access.repeats import Repeats
from api.problems import Problem, unavailable
from parley.bus import Bus, BusError, down_stream
from parley.errors import MessageError
from parley.messages import Command, CommandAnswer, Verb

OBEYED_S = 3.0
"""A command that its gateway sees later is not done."""
ANSWERED_S = 5.0
"""How long its answer is waited for."""
LOOK_S = 0.5
"""After so long without an answer it is looked whether another gateway has taken the call over."""
_DONE = "done"


@dataclass(frozen=True, slots=True)
class Order:
    """What a request asks of a call."""

    call: str
    verb: Verb
    value: str = ""
    user: str = ""
    token: str = ""
    """As in the Command."""


class Orders:
    """Gives orders to gateways."""

    def __init__(
        self, bus: Bus, audit: Audit, repeats: Repeats, elsewhere: Callable[[str], str] = lambda _call: ""
    ) -> None:
        """`elsewhere`: where a call goes on that does not here, in words; empty: nowhere. Blocks."""
        self._bus = bus
        self._elsewhere = elsewhere
        self._audit = audit
        self._repeats = repeats

    async def give(self, key: Key, order: Order, repeat: str) -> None:
        """Have it done, once for all requests with the name `repeat` (empty: none); raise Problem when it was not."""

        async def given() -> str:
            await self.noted(key, f"call.{order.verb}", order.call, lambda: self.sent(order))
            return _DONE

        await self.once(key, repeat, (order.call, order.verb, order.value), given)

    async def once(
        self, key: Key, repeat: str, asked: tuple[str, ...], do: Callable[[], Awaitable[str]]
    ) -> str:
        """Do what is asked and return its answer; what was done already with that name is only answered again."""
        if not repeat:
            return await do()
        before = await run_in_threadpool(self._repeats.begin, key, repeat, *asked)
        if before is not None:
            return before
        try:
            answer = await do()
        except BaseException:
            await run_in_threadpool(self._repeats.drop, key, repeat)
            raise
        await run_in_threadpool(self._repeats.end, key, repeat, answer)
        return answer

    async def noted(self, key: Key, action: str, call: str, do: Callable[[], Awaitable[None]]) -> None:
        """Do it, and write down what became of it."""
        outcome = "failed"
        try:
            await do()
            outcome = _DONE
        except Problem as problem:
            rule = problem.body.rule
            outcome = f"{problem.kind}: {rule}" if rule else problem.kind
            raise
        finally:
            await run_in_threadpool(self._audit.note, key.name, action, call, outcome)

    async def sent(self, order: Order) -> None:
        """Have it done; raise Problem when it was not."""
        try:
            answer = await self._answer(order)
        except (BusError, MessageError) as error:
            raise unavailable("Redis cannot be reached now; whether it was done is not known") from error
        if answer is None:
            raise Problem(504, "no-answer", "the gateway has not said in time whether it was done")
        if answer.result == "gone":
            raise await self._not_going_on(order.call)
        if answer.result == "refused":
            raise Problem(409, "refused", answer.reason)

    async def _answer(self, order: Order) -> CommandAnswer | None:
        """Ask the gateway that has the call; one that has died has it no more, and who has taken it over is asked."""
        commands, command = self._bus.commands(), _command(order)
        asked, answer = "", None
        until = time.monotonic() + ANSWERED_S
        while (left := until - time.monotonic()) > 0 and (answer is None or answer.result == "gone"):
            gateway, wait_s = await commands.owner(order.call), min(left, LOOK_S)
            if not gateway:
                raise await self._not_going_on(order.call)
            if gateway != asked:
                answer = await commands.order(down_stream(gateway), command, wait_s)
            elif answer is None:
                answer = await commands.answered(command, wait_s)
            else:
                break
            asked = gateway
        return answer

    async def _not_going_on(self, call: str) -> Problem:
        if there := await run_in_threadpool(self._elsewhere, call):
            return Problem(409, "other-cell", there)
        return Problem(404, "not-going-on", f"no call {call} goes on")


def _command(order: Order) -> Command:
    return Command(
        call=order.call,
        id=secrets.token_hex(16),
        verb=order.verb,
        value=order.value,
        user=order.user,
        token=order.token,
        until=time.time() + OBEYED_S,
    )
