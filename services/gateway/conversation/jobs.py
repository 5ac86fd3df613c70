"""One call's commands to Redis: in order and in the background, patient while Redis is away or full for a moment."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from prometheus_client import Counter

from parley import log
from parley.bus import BusAway, BusError, BusFull

Job = Callable[[], Awaitable[None]]

_JOB_S = 5.0
"""A command that takes longer is given up and made again."""
_RETRY_S = 0.2
_PATIENCE_S = 30.0
"""Audio and work that could not be handed on for so long are dropped: nobody waits any more. 1 MB of a call."""
_KEPT_S = 60.0
"""What happened and what was said is tried for longer: a record is read when the call is long over."""
_STALLED_S = 1.0
"""Redis takes a command within milliseconds, and is away for less than a second when it is started anew."""

_dropped = Counter(
    "parley_bus_dropped_total",
    "Callers' audio and orders to workers, in pieces, that Redis took for so long not that nobody needs them any more.",
)
_refused = Counter(
    "parley_bus_refused_total",
    "What calls had to tell Redis and it did not take, for it refused or did not answer for a minute.",
)
_log = log.get("jobs")


@dataclass(frozen=True, slots=True)
class _Command:
    asked: float
    """When, in monotonic seconds."""
    job: Job
    passing: bool = False


class Jobs:
    """The commands of one call. Whoever adds one never waits."""

    def __init__(self, call: str) -> None:
        self._call = call
        self._queue: asyncio.Queue[_Command | None] = asyncio.Queue()
        self._in_hand: _Command | None = None

    def add(self, job: Job) -> None:
        """Have a command carried out after all those before it."""
        self._queue.put_nowait(_Command(time.monotonic(), job))

    def add_passing(self, job: Job) -> None:
        """The same for what is of use at once or never: audio, and work that is asked for.

        None is taken while the command in hand has been tried for as long as patience lasts, so that a Redis that
        hangs leaves no heap behind; and what has waited for so long is dropped untried.
        """
        now = time.monotonic()
        if self._in_hand is not None and now - self._in_hand.asked > _PATIENCE_S:
            _dropped.inc()
            return
        self._queue.put_nowait(_Command(now, job, passing=True))

    @property
    def stalled(self) -> bool:
        """Whether commands do not reach Redis: whoever waits for an answer is to be told to wait on."""
        return self._in_hand is not None and time.monotonic() - self._in_hand.asked > _STALLED_S

    def close(self) -> None:
        """Let `run` return once everything has been carried out."""
        self._queue.put_nowait(None)

    async def run(self) -> None:
        """Carry the commands out until `close`; one that fails is logged and does not stop the next."""
        while (command := await self._queue.get()) is not None:
            if command.passing and time.monotonic() - command.asked > _PATIENCE_S:
                _dropped.inc()
                continue
            self._in_hand = command
            try:
                await self._carry_out(command)
            except (BusError, TimeoutError) as error:
                _refused.inc()
                _log.error("Redis refused", call=self._call, error=str(error) or type(error).__name__)
            except Exception:  # the call's other commands are worth no less
                _log.exception("a command to Redis broke", call=self._call)
            self._in_hand = None

    async def _carry_out(self, command: _Command) -> None:
        patience_s = _PATIENCE_S if command.passing else _KEPT_S
        while True:
            try:
                async with asyncio.timeout(_JOB_S):
                    return await command.job()
            except (*BusAway, BusFull, TimeoutError):
                if time.monotonic() - command.asked > patience_s:
                    raise
                await asyncio.sleep(_RETRY_S)
