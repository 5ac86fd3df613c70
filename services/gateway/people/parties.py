"""Whom a handover speaks with: the conversation, the guide, and the caller's line."""

from typing import Protocol

from gateway.conversation.replies import Reply
from gateway.turns.events import State
from parley.agents import Agent


class Voice(Protocol):
    """What is asked of the conversation and of its guide."""

    @property
    def summary(self) -> Reply:
        """What a person is told."""

    @property
    def agent(self) -> Agent:
        """Who speaks, in the language of the call."""

    def hand_over(self, text: str) -> None:
        """Say the handoff sentence to its end."""

    def order_summary(self, text: str, caller: str) -> None:
        """Have `summary` made."""

    def emit(self, kind: str, *, at: float | None = None, **data: object) -> None:
        """Tell the `events` stream."""


class Speaker(Protocol):
    """What a supervision asks of the conversation."""

    @property
    def agent(self) -> Agent:
        """Who speaks, in the language of the call."""

    @property
    def state(self) -> State:
        """Whose turn it is."""

    def tell(self, text: str, wait_s: float | None = None, *, hang_up: bool = False) -> None:
        """Say a line at once."""

    def emit(self, kind: str, *, at: float | None = None, **data: object) -> None:
        """Tell the `events` stream."""


class Answers(Protocol):
    """Who tells the caller what came of it: the guide."""

    def offer(self, name: str, remark: str) -> None:
        """Nobody of a target took the call."""

    def back(self, remark: str) -> None:
        """Go on with the agent."""

    def goodbye(self, remark: str) -> None:
        """Take leave."""


class Lines(Protocol):
    """The caller's way to the media plane; see `line.py`."""

    async def release(self) -> None:
        """Take the caller off the media plane."""

    async def regain(self) -> None:
        """Bring the caller back to it."""
