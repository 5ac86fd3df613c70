"""Watches whether the language model answers, and fills its prompt cache when it came or came back."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, nullcontext, suppress
from itertools import cycle, islice

from prometheus_client import Gauge

from agent.language_model.llm import Llm
from agent.language_model.prompt import ChatMessage
from parley import log
from parley.errors import EngineError

_log = log.get("watch")
_up = Gauge("parley_llm_up", "Whether the language model answered last time (1) or not (0).")

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 2.0
LOOK_S = 1.0
"""Time between two looks at a model that answers: who restarts it has emptied its cache, also when nobody asked."""
WARM_TIMEOUT_S = 180.0
"""A prompt that the server reads for the first time takes some 10 s on two idle cores, in each of its slots."""
FILLED_S = 60.0
"""So long a worker that starts waits for that, and before it for its first answer where the server is there: beside
calls that have theirs read it would never be ready."""


class LlmWatch:
    """Asks the language model until it answers, and again after an error."""

    def __init__(
        self,
        llm: Llm,
        prompts: Callable[[], Mapping[str, list[ChatMessage]]],
        *,
        further: Callable[[], Sequence[list[ChatMessage]]] = tuple,
        alive: Callable[[], Awaitable[bool]] | None = None,
        alone: Callable[[], AbstractAsyncContextManager[None]] = nullcontext,
        parallel: int,
        on_change: Callable[[bool], None],
    ) -> None:
        """`prompts`: what calls begin with, now, by agent; `further`: prompts that are read when calls are taken
        already; `alive` tells at once whether the server is there, where that costs nothing; `alone`: around what other
        workers would have read at the same time, each for itself, and find read when it is done; `parallel`: how many
        slots the server keeps prompts in, 0 if nothing is to be read.
        """
        self._llm = llm
        self._prompts = prompts
        self._further = further
        self._alive = alive
        self._alone = alone if parallel else nullcontext
        self._parallel = parallel
        self._on_change = on_change
        self._doubt = asyncio.Event()
        self._doubt.set()
        self._up: bool | None = None
        self._wanted: dict[str, float] = {}
        self._read_again: set[str] = set()

    def is_away(self, agent: str) -> bool:
        """Whether the model is known not to answer, or has come back and not read yet what an agent's calls begin with.

        Whose answers it was wanted for last, it reads first when it is back.
        """
        self._wanted[agent] = time.monotonic()
        return self._up is False and agent not in self._read_again

    def report(self, error: EngineError) -> None:
        """Take note that a request failed."""
        if error.kind in ("refused", "http"):
            self._doubt.set()

    async def run(self) -> None:
        """Watch for ever."""
        while True:
            await self._until_doubt()
            await self._until_it_answers()
            self._doubt.clear()
            await self.read_meanwhile(self._further())

    async def _until_doubt(self) -> None:
        while not self._doubt.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._doubt.wait(), LOOK_S)
            if self._alive is not None and not await self._alive():
                _log.error("the language model is gone")
                self._set(False)
                return

    async def _until_it_answers(self) -> None:
        starts = self._up is None
        asking = asyncio.create_task(self._first_answer(), name="ask the language model")
        try:
            if starts:
                await self._be_ready_in_time(asking)
            prompts = await asking
        finally:
            asking.cancel()
        if starts and self._up is not False:
            await self._start_with(list(prompts.values()))
        else:
            await self._come_back(prompts)
            self._set(True)

    async def _be_ready_in_time(self, asking: asyncio.Task[dict[str, list[ChatMessage]]]) -> None:
        """Wait for the first answer, but not for long where the server is there: it answers others meanwhile."""
        await asyncio.wait({asking}, timeout=FILLED_S)
        is_there = self._alive is not None and await self._alive()
        if is_there and self._up is None and not asking.done():
            _log.info("the language model is busy with calls; not waited for any longer")
            self._set(True)

    async def _first_answer(self) -> dict[str, list[ChatMessage]]:
        """Ask until there is an answer; return what calls begin with, the most wanted first."""
        wait_s = FIRST_WAIT_S
        while True:
            prompts = self._most_wanted_first()
            try:
                async with self._alone():
                    await self._ask(next(iter(prompts.values())))
                return prompts
            except EngineError as error:
                if self._up is not False:
                    _log.error(
                        "the language model does not answer; is LLM_BASE_URL right?",
                        kind=error.kind,
                        detail=error.detail,
                    )
                self._set(False)
            await asyncio.sleep(wait_s)
            wait_s = min(LONGEST_WAIT_S, wait_s * 1.5)

    async def _start_with(self, prompts: Sequence[list[ChatMessage]]) -> None:
        filling = asyncio.create_task(self._fill_slots(prompts), name="fill the prompt cache")
        try:
            await asyncio.wait({filling}, timeout=FILLED_S)
            self._set(True)
            await filling
        finally:
            filling.cancel()

    def _most_wanted_first(self) -> dict[str, list[ChatMessage]]:
        prompts = self._prompts()
        return {
            name: prompts[name] for name in sorted(prompts, key=lambda name: -self._wanted.get(name, 0.0))
        }

    async def _fill_slots(self, prompts: Sequence[list[ChatMessage]]) -> None:
        """Have every prompt read once, and no slot left empty: each one has a cache of its own."""
        await self.read(list(islice(cycle(prompts), max(self._parallel, len(prompts)))))

    async def _come_back(self, prompts: Mapping[str, list[ChatMessage]]) -> None:
        """Have the prompts read one after the other, so that calls that are going on wait for no other company's."""
        for name, prompt in prompts.items():
            await self.read([prompt])
            self._read_again.add(name)

    async def read(self, prompts: Sequence[list[ChatMessage]]) -> None:
        """Have the server read some prompts, all at a time, so that each gets a slot."""
        if not self._parallel:
            return
        async with self._alone():
            done = await asyncio.gather(*(self._ask(prompt) for prompt in prompts), return_exceptions=True)
        for error in done:
            if isinstance(error, BaseException):
                _log.warning("a prompt could not be prepared", error=str(error))

    async def read_meanwhile(self, prompts: Sequence[list[ChatMessage]]) -> None:
        """Have the server read some prompts one after the other: the other slots are for callers."""
        for prompt in prompts:
            await self.read([prompt])

    async def _ask(self, prompt: list[ChatMessage]) -> None:
        async with aclosing(self._llm.stream(prompt, max_tokens=1, timeout_s=WARM_TIMEOUT_S)) as tokens:
            async for _ in tokens:
                pass

    def _set(self, up: bool) -> None:
        _up.set(up)
        if not up:
            self._read_again.clear()
        if up != self._up:
            self._up = up
            self._on_change(up)
            if up:
                _log.info("the language model answers")
