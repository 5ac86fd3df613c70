"""Who is available before the line to Asterisk stands is registered by it."""

import asyncio
import threading
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection

from api.console.people import telephones
from tests.api.console.conftest import Console
from tests.api.console.people.test_telephones import WAIT_S, Asterisk, desk, open_page, wish

__all__ = ["desk"]


def test_who_is_available_before_the_line_stands_is_registered_by_it(
    desk: tuple[Console, Asterisk], monkeypatch: pytest.MonkeyPatch
) -> None:
    console, it = desk
    opening, wished, connect = threading.Event(), threading.Event(), telephones.connect

    async def slowly(*arguments: Any, **more: Any) -> ClientConnection:
        opening.set()
        await asyncio.to_thread(wished.wait, WAIT_S)
        return await connect(*arguments, **more)

    monkeypatch.setattr(telephones, "connect", slowly)
    with open_page(console):
        assert opening.wait(WAIT_S)
        assert wish(console, "available")["available"] is True
        wished.set()
        assert it.next("REGISTER").header("expires") == "300"
