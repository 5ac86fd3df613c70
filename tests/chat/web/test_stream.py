import asyncio
import json

from chat.talk.board import Bell
from chat.web.stream import Streams


async def test_what_changes_while_something_is_being_sent_is_sent_at_once() -> None:
    bell, changes = Bell(), 1

    def news(after: int) -> tuple[int, str, bool]:
        return changes, json.dumps([after, changes]), False

    told = Streams().told("c1", bell, news, 0)
    await anext(told)  # the beginning
    assert b"[0, 1]" in await anext(told)
    changes = 2
    bell.ring()  # nobody waits for it now: the first news is still on its way
    async with asyncio.timeout(10):
        assert b"[1, 2]" in await anext(told)
    await told.aclose()  # type: ignore[attr-defined]
