"""Looks again and again for what is to be done at others' or in the database, whatever is away meanwhile."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

from parley.bus import BusError
from parley.errors import MessageError


async def look_for_ever(
    look: Callable[[], Awaitable[None]], every_s: float, log: Any, *, away: str, broke: str
) -> None:
    """Do for ever what `look` does; `away` and `broke` are logged where others cannot be asked, and where the database
    takes or tells nothing.
    """
    while True:
        try:
            await look()
        except (BusError, MessageError) as error:
            log.warning(away, error=str(error))
        except sqlite3.Error as error:
            log.error(broke, error=str(error))
        await asyncio.sleep(every_s)
