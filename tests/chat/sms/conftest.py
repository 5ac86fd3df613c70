"""Somebody who writes texts to an agent, over a real Redis."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from chat.sms.intake import Intake, Received
from chat.web.visitors import Limits
from parley.outside.inbox import Inbox
from parley.outside.texts import Text, Texts, whom
from tests.chat.conftest import Scene, open_house, shop

OURS, THEIRS = "+4930123456", "+4915112345678"
ANSWER = "We open at nine. We close at five."
AGENTS = {"shop": shop(extensions=("100", OURS, "+4930999"))}


@dataclass
class Mobile:
    """A telephone, and the service that its texts are brought to."""

    scene: Scene
    intake: Intake
    texts: Texts
    inbox: Inbox
    written: int = 0

    async def write(self, text: str, **more: Any) -> None:
        """Have a text brought."""
        self.written += 1
        fields = {"id": f"SM{self.written}", "sender": THEIRS, "number": OURS, "text": text, **more}
        await self.intake.take(Received(**fields))

    async def sent(self, number: str = THEIRS) -> Text:
        """Wait for the next text that is to be sent to it, and take it."""
        async with asyncio.timeout(30):
            while (text := await self.texts.first(whom("shop", number))) is None:  # noqa: ASYNC110  # in Redis
                await asyncio.sleep(0.01)
        await self.texts.done(text)
        return text

    async def gets_nothing(self, number: str = THEIRS) -> bool:
        """Whether nothing waits to be sent to it."""
        return await self.texts.first(whom("shop", number)) is None


def mobile_in(scene: Scene, per_minute: int = 100) -> Mobile:
    commands = scene.bus.commands()
    texts, inbox = commands.texts(), commands.inbox()
    intake = Intake(scene.house, scene.agents, Limits(100, per_minute), texts, inbox)
    return Mobile(scene, intake, texts, inbox)


@pytest.fixture
async def mobile(redis_url: str) -> AsyncIterator[Mobile]:
    async with open_house(redis_url, AGENTS) as scene:
        yield mobile_in(scene)
