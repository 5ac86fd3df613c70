"""Other workers at the same language model, as a test says."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager


class Turns:
    """`answers`: whether another worker's answer is being written."""

    def __init__(self) -> None:
        self.answers = False
        self.told: list[str] = []

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[None]:
        yield

    @asynccontextmanager
    async def answering(self) -> AsyncGenerator[None]:
        self.told.append("answer begins")
        yield
        self.told.append("answer ends")

    async def others_have_stopped(self) -> None:
        self.told.append("others have stopped")

    async def others_answer(self) -> bool:
        return self.answers
