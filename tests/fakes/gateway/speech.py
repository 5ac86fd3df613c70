"""A conversation that notes what call control asks of it."""

from typing import Any

from gateway.turns.events import State
from parley.agents import Agent


class NotingSpeech:
    """`done` holds what was asked for, in order; `events` what was told."""

    def __init__(self, agent: Agent) -> None:
        self.state = State.LISTENING
        self.last_said = self.last_heard = ""
        self.done: list[tuple[Any, ...]] = []
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.agent = agent

    def tell(self, text: str, wait_s: float | None = None, *, hang_up: bool = False) -> None:
        self.done.append(("tell", text, wait_s) if not hang_up else ("farewell", text))

    def skip(self, wait_s: float | None = None) -> None:
        self.done.append(("skip", wait_s))

    def leave(self) -> None:
        self.done.append(("leave",))

    def become(self, agent: Agent) -> None:
        self.agent = agent

    def note(self, text: str) -> None:
        self.done.append(("note", text))

    def hide(self, secret: str) -> None:
        self.done.append(("hide", secret))

    def emit(self, kind: str, *, at: float | None = None, **data: Any) -> None:
        self.events.append((kind, data))

    def last(self) -> tuple[Any, ...]:
        return self.done[-1]
