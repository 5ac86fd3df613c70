"""What is done beside a call: its failure ends the call, and the call's end ends it."""

import asyncio

from gateway.calls.chores import Chores
from gateway.calls.ending import Ending
from parley.errors import AriError


async def test_one_that_fails_ends_the_call() -> None:
    ending = Ending()
    chores = Chores("c1", ending)

    async def refused() -> None:
        raise AriError("POST", "channels/c1/continue", 500, "no")

    chores.begin(refused())
    async with asyncio.timeout(10):
        await ending.wait()
    assert ending.outcome == "failed"


async def test_what_is_not_done_is_given_up_without_being_a_failure() -> None:
    ending, happened = Ending(), list[str]()
    chores = Chores("c1", ending)

    async def long() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            happened.append("given up")

    async def short() -> None:
        happened.append("done")

    chores.begin(short())
    chores.begin(long())
    await asyncio.sleep(0)
    await chores.stop()
    assert happened == ["done", "given up"]
    assert ending.outcome == ""


async def test_the_first_reason_for_an_end_counts() -> None:
    ending = Ending()
    ending.end("caller_hung_up")
    ending.end("stopped")
    await ending.wait()
    assert ending.outcome == "caller_hung_up"
