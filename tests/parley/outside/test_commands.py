"""Commands find the gateway that has a call, and answers whoever asked."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator

import pytest

from parley.bus import Bus, down_stream
from parley.errors import MessageError
from parley.messages import Command, CommandAnswer, ReplyEnd


@pytest.fixture
async def gateway(bus: Bus) -> AsyncIterator[str]:
    """The name of one whose stream there is."""
    name = f"gw-{uuid.uuid4().hex}"
    await bus.publish(down_stream(name), ReplyEnd(call="c", turn=1, revision=1))
    yield name
    await bus._redis.delete(down_stream(name))


def command(call: str) -> Command:
    return Command(call=call, id=uuid.uuid4().hex, verb="skip", until=time.time() + 60)


async def test_a_command_is_answered(bus: Bus, gateway: str, name: str) -> None:
    await bus.open_call(name, gateway=gateway, agent="a")
    commands, order = bus.commands(), command(name)
    assert await commands.owner(name) == gateway
    asked = asyncio.create_task(commands.order(down_stream(gateway), order, 20))
    seen = ""
    async with asyncio.timeout(20):
        while seen != order.id:
            for _, message in await bus.read(down_stream(gateway), "0", block_ms=100):
                seen = message.id if isinstance(message, Command) else ""
    answer = CommandAnswer(call=name, id=order.id, result="refused", reason="no")
    await commands.answer(answer)
    assert await asked == answer
    assert await bus._redis.exists(f"command:{order.id}") == 0


async def test_an_answer_that_nobody_fetches_goes_by_itself(bus: Bus) -> None:
    id_ = uuid.uuid4().hex
    await bus.commands().answer(CommandAnswer(call="c", id=id_, result="done"))
    assert 0 < await bus._redis.ttl(f"command:{id_}") <= 60


async def test_who_does_not_answer_is_not_waited_for(bus: Bus, gateway: str) -> None:
    assert await bus.commands().order(down_stream(gateway), command("c"), 0.05) is None


async def test_a_gateway_that_there_is_not_gets_no_stream(bus: Bus, name: str) -> None:
    answer = await bus.commands().order(down_stream(name), command("c"), 0.05)
    assert answer is not None
    assert answer.result == "gone"
    assert await bus._redis.exists(down_stream(name)) == 0
    assert await bus.commands().owner(name) == ""


async def test_what_is_no_answer_is_named(bus: Bus, gateway: str) -> None:
    order = command("c")
    await bus._redis.rpush(f"command:{order.id}", b"garbage")
    with pytest.raises(MessageError):
        await bus.commands().order(down_stream(gateway), order, 5)
