"""Has the stack's own language model read what was said without it, while the caller listens to that.

llama-server keeps what it has read of a conversation, and reads only what is new. After answers that needed no
model all of them would be new, just when somebody waits for the next one: some 20 ms a token on two cores.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from agent.language_model.prompt import ChatMessage
from parley import log
from parley.agents import Agent
from parley.bus import BusError
from parley.errors import EngineError
from parley.messages import letters

_log = log.get("read_ahead")

LOOK_S = 0.05
"""Between two looks whether another worker answers, while something is read."""
WAIT_S = 1.0
"""Until the words that were answered have proved to be all; playout begins meanwhile and has the cores to itself."""


class Reader(Protocol):
    """A language model that keeps what it has read."""

    async def read(self, messages: Sequence[ChatMessage], tools: Sequence[dict[str, Any]] = ()) -> None:
        """Read a conversation. Raises EngineError."""


@dataclass(frozen=True)
class Reading:
    """What is to be read: a conversation up to an answer."""

    call: str
    revision: int
    agent: Agent
    messages: list[ChatMessage]
    tools: Sequence[dict[str, Any]] = ()
    words: str = ""
    """The caller's words, still being spoken, that the conversation ends with; empty: it is what was said for sure."""
    passages: tuple[str, ...] = ()
    """What was found for these words, and stands in front of them."""

    def serves(self, text: str, passages: tuple[str, ...]) -> bool:
        """Whether an answer to `text` from `passages` has to read this, too."""
        same = passages == self.passages or not self.words
        return same and letters(text).startswith(letters(self.words))


class Turns(Protocol):
    """What other workers do with the same server; see parley/model/turns.py."""

    def reading(self) -> AbstractAsyncContextManager[None]:
        """Wait until no other worker reads, and have them wait meanwhile."""

    def answering(self) -> AbstractAsyncContextManager[None]:
        """Have the others read nothing meanwhile."""

    async def others_have_stopped(self) -> None:
        """Wait until nothing is read, though not for long."""

    async def others_answer(self) -> bool:
        """Whether another worker's answer is being written."""


class ReadAhead:
    """Reads for all calls of a worker, one after the other, and only while no answer is being written."""

    def __init__(
        self,
        reader_of: Callable[[Agent], Reader | None],
        is_stale: Callable[[str, int], Awaitable[bool]],
        turns: Turns,
    ) -> None:
        """`reader_of`: an agent's model if it keeps what it reads; `is_stale`: whether a revision of a call was
        dropped, as Bus.is_stale.
        """
        self._reader_of = reader_of
        self._is_stale = is_stale
        self._turns = turns
        self._waiting: dict[str, asyncio.Task[None]] = {}
        self._reading: dict[str, tuple[Reading, asyncio.Task[None]]] = {}
        self._one = asyncio.Lock()
        self._answers = 0

    def reads(self, agent: Agent) -> bool:
        """Whether anything is read for an agent at all."""
        return self._reader_of(agent) is not None

    def later(self, reading: Reading) -> None:
        """Read this soon, in place of what still waits to be read for the call."""
        self._begin(reading, WAIT_S)

    def now(self, reading: Reading) -> None:
        """Read this as soon as nothing else is being read: the answer may be wanted in a moment."""
        self._begin(reading, 0.0)

    def _begin(self, reading: Reading, wait_s: float) -> None:
        self._forget(reading.call)
        reader = self._reader_of(reading.agent)
        if reader is None:
            return
        task = asyncio.create_task(self._read(reader, reading, wait_s), name=f"read ahead for {reading.call}")
        self._waiting[reading.call] = task
        task.add_done_callback(lambda done: self._ended(reading.call, done))

    @asynccontextmanager
    async def answering(
        self, call: str, text: str = "", passages: tuple[str, ...] = ()
    ) -> AsyncGenerator[None]:
        """Around an answer of the model to `text` from `passages`: nothing else is read meanwhile.

        What is being read of the call is waited for if the answer needs it; the rest ends in the server's next step.
        """
        self._forget(call)
        self._answers += 1
        try:
            async with self._turns.answering():
                await self._make_way(call, text, passages)
                await self._turns.others_have_stopped()
                yield
        finally:
            self._answers -= 1

    async def _make_way(self, call: str, text: str, passages: tuple[str, ...]) -> None:
        for reading, task in list(self._reading.values()):
            if reading.call == call and reading.serves(text, passages):
                await asyncio.wait([task])
                continue
            # The server stops when the connection closes, and keeps what it has read so far.
            task.cancel()
            await asyncio.wait([task])
            self._again(reading)

    async def close(self) -> None:
        """Stop reading."""
        tasks = [*self._waiting.values(), *(task for _, task in self._reading.values())]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _forget(self, call: str) -> None:
        if call in self._waiting:
            self._waiting.pop(call).cancel()

    def _ended(self, call: str, task: asyncio.Task[None]) -> None:
        if self._waiting.get(call) is task:
            del self._waiting[call]
        if call in self._reading and self._reading[call][1] is task:
            del self._reading[call]

    async def _read(self, reader: Reader, reading: Reading, wait_s: float) -> None:
        await asyncio.sleep(wait_s)
        async with self._one, self._turns.reading():
            if self._answers or await self._turns.others_answer() or await self._is_dropped(reading):
                return
            self._reading[reading.call] = (reading, self._waiting.pop(reading.call))
            try:
                await self._unless_others_answer(reader.read(reading.messages, reading.tools), reading)
            except EngineError as error:
                _log.debug("nothing was read ahead", call=reading.call, error=str(error))

    async def _unless_others_answer(self, work: Coroutine[Any, Any, None], reading: Reading) -> None:
        task = asyncio.create_task(work, name=f"read for {reading.call}")
        try:
            while not (await asyncio.wait([task], timeout=LOOK_S))[0]:
                if await self._turns.others_answer():
                    self._again(reading)
                    return
            await task
        finally:
            task.cancel()
            await asyncio.wait([task])

    def _again(self, reading: Reading) -> None:
        """What was called off is read later, unless it was a guess, or something newer waits."""
        if not reading.words and reading.call not in self._waiting:
            self.later(reading)

    async def _is_dropped(self, reading: Reading) -> bool:
        if reading.words:
            return False
        try:
            return await self._is_stale(reading.call, reading.revision)
        except BusError:
            return True
