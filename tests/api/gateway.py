"""Somebody who answers commands as a gateway does, on a real Redis."""

import asyncio
import threading
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from parley.bus import Bus, down_stream
from parley.messages import Command, CommandAnswer, ReplyEnd

Reply = Callable[[Command], CommandAnswer | None]


def done(command: Command) -> CommandAnswer:
    return CommandAnswer(call=command.call, id=command.id, result="done")


class Gateway:
    """Has one call, and answers what is asked of it."""

    def __init__(self, bus: Bus, reply: Reply = done, call: str = "") -> None:
        self.name, self.call = f"gw-{uuid.uuid4().hex}", call or uuid.uuid4().hex
        self.asked: list[Command] = []
        self._bus, self._reply = bus, reply

    async def begin(self) -> None:
        await self._bus.open_call(self.call, gateway=self.name, agent="shop", caller="1001")
        await self._bus.publish(down_stream(self.name), ReplyEnd(call="c", turn=1, revision=1))

    async def run(self) -> None:
        after = "0"
        while True:
            for entry_id, message in await self._bus.read(down_stream(self.name), after, block_ms=1000):
                after = entry_id
                if isinstance(message, Command):
                    self.asked.append(message)
                    if answer := self._reply(message):
                        await self._bus.commands().answer(answer)


@asynccontextmanager
async def answering(bus: Bus, reply: Reply = done, call: str = "") -> AsyncIterator[Gateway]:
    """A gateway that runs."""
    gateway = Gateway(bus, reply, call)
    await gateway.begin()
    running = asyncio.create_task(gateway.run())
    try:
        yield gateway
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@contextmanager
def going_on(redis_url: str, call: str, reply: Reply = done) -> Iterator[None]:
    """A call goes on at a gateway that answers what it is asked, whoever waits meanwhile."""
    begun, over = threading.Event(), threading.Event()

    async def run() -> None:
        bus = Bus.connect(redis_url)
        async with answering(bus, reply, call):
            begun.set()
            await asyncio.to_thread(over.wait)
        await bus.close()

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    begun.wait(20)
    try:
        yield
    finally:
        over.set()
        thread.join()
