"""What is done for others one after the other, behind callers: while none of them waits for this worker."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from parley.bus import BusError
from parley.outside.mailbox import Mailbox, Question

LOOK_S = 0.1
"""Time between two looks whether a caller waits."""
_BLOCK_S = 5.0
_AFTER_ERROR_S = 1.0


class Leisure:
    """When there is time."""

    def __init__(self, busy: Callable[[], bool]) -> None:
        """`busy`: whether a caller waits for this worker."""
        self._busy = busy

    async def comes(self, until: float) -> bool:
        """Wait until no caller waits for this worker; False: one did until then (Unix time in seconds)."""
        while self._busy():
            if time.time() > until:
                return False
            await asyncio.sleep(LOOK_S)
        return time.time() < until


async def one_by_one[Q: Question](
    mailbox: Mailbox[Q, Any], do: Callable[[Q], Awaitable[None]], log: Any, *, away: str, broke: str
) -> None:
    """Do for ever what is asked for; `away` and `broke` are logged when Redis is away, and when one thing breaks."""
    while True:
        try:
            async with mailbox.in_hand(_BLOCK_S) as asked:
                if asked is not None:
                    await do(asked)
        except BusError as error:
            log.warning(away, error=str(error))
            await asyncio.sleep(_AFTER_ERROR_S)
        except Exception:  # one that breaks must not end the worker
            log.exception(broke)
