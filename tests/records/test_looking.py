"""What looks for ever goes on, whatever is away."""

import asyncio
import sqlite3

import pytest
from structlog.testing import capture_logs

from parley import log
from parley.bus import BusError
from parley.errors import MessageError
from records.looking import look_for_ever


async def test_it_goes_on_and_says_what_is_away() -> None:
    wrong: list[Exception] = [BusError("gone"), MessageError("odd"), sqlite3.OperationalError("full")]

    async def look() -> None:
        if wrong:
            raise wrong.pop(0)
        raise ZeroDivisionError

    with capture_logs() as logged, pytest.raises(ZeroDivisionError):
        async with asyncio.timeout(20):
            await look_for_ever(look, 0.0, log.get("test"), away="away", broke="broke")
    assert [(line["event"], line["error"]) for line in logged] == [
        ("away", "gone"),
        ("away", "odd"),
        ("broke", "full"),
    ]
