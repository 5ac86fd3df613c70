"""Tasks in the background, none of which may end unnoticed."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from parley import log

_log = log.get("watching")


def watched(
    work: Coroutine[Any, Any, None], name: str, broke: Callable[[], None], *, chat: str
) -> asyncio.Task[None]:
    """Begin a task of a chat's; when it breaks, that is logged and `broke` called."""

    def over(task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("a chat broke", call=chat, task=name, error=repr(error), exc_info=error)
            broke()

    task = asyncio.create_task(work, name=name)
    task.add_done_callback(over)
    return task


async def until_done(work: Coroutine[Any, Any, None], others: Iterable[asyncio.Task[None]]) -> None:
    """Do what needs the `others`; raise at once what one of them ends with."""
    main = asyncio.create_task(work, name="main")
    going_on = {main, *others}
    try:
        while main in going_on:
            done, going_on = await asyncio.wait(going_on, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
    finally:
        main.cancel()
