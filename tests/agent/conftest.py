from collections.abc import Iterator

import pytest

from agent.voice.pool import DeadlinePool
from parley.agents import Agent, AgentFile
from parley.messages import ReplyJob


@pytest.fixture
def pool() -> Iterator[DeadlinePool]:
    pool = DeadlinePool(2, "tts")
    yield pool
    pool.close()


@pytest.fixture
def shop() -> Agent:
    file = AgentFile(
        company="Shop",
        extensions=("1",),
        greeting="Hello, Shop. How can I help?",
        persona="You are Shop's voice.",
        farewell="Thanks. Goodbye!",
        apology="Sorry, what?",
        voice="joe",
    )
    return Agent(name="shop", file=file)


def job(text: str = "When are you open?", **fields: object) -> ReplyJob:
    values: dict[str, object] = {
        "call": "c1", "gateway": "g1", "agent": "shop", "turn": 1, "revision": 1, "queued_at": 0.0, "text": text
    }  # fmt: skip
    return ReplyJob(**(values | fields))  # type: ignore[arg-type]
