"""Between a conversation and call control: menus, keys and people decide without the language model."""

from typing import Protocol

from gateway.turns.events import State
from parley.agents import Action, Agent


class Guidance(Protocol):
    """Decides what the caller's choices do; see `guide.py`."""

    @property
    def choosing(self) -> bool:
        """Whether the caller's next words choose from a menu."""

    @property
    def expected(self) -> tuple[str, ...]:
        """Words that the caller is likely to say next; none: anything may be said."""

    def choose(self, text: str) -> bool:
        """Act on words that choose something; return whether they do."""

    def answers(self, text: str) -> bool:
        """Whether words put right what was just read back."""

    def not_understood(self, text: str) -> None:
        """The caller's words, to their end, choose nothing."""

    def no_choice(self) -> None:
        """The time for a choice is over."""

    def greeted(self) -> None:
        """The first line has been heard."""

    def transfer(self, target: str) -> None:
        """An answer hands the call to one of the agent's targets; empty: to the person that it names."""

    def handed_over(self) -> None:
        """The handoff sentence has been heard to its end."""


class Speech(Protocol):
    """What the guide asks of a conversation; see `conversation.py`."""

    last_said: str
    last_heard: str
    """What was heard of it."""

    @property
    def state(self) -> State:
        """Whose turn it is."""

    def tell(self, text: str, wait_s: float | None = None, *, hang_up: bool = False) -> None:
        """Say a line at once."""

    def skip(self, wait_s: float | None = None) -> None:
        """Say no more of what is being said."""

    def leave(self) -> None:
        """Say goodbye and hang up."""

    def become(self, agent: Agent) -> None:
        """Go on as another agent, or in another language."""

    def note(self, text: str) -> None:
        """Remember what the caller said or typed."""

    def hide(self, secret: str) -> None:
        """Tell nobody of this who reads what happened in the call."""

    def emit(self, kind: str, *, at: float | None = None, **data: object) -> None:
        """Tell the `events` stream."""


class Desk(Protocol):
    """What the guide asks for where people, or what they get, are concerned; see `handover.py`."""

    def transfer(self, name: str, *, wait: bool = False) -> None:
        """Give the call to a target, if anybody is there or the caller wants to wait."""

    def voicemail(self) -> None:
        """Take a message."""

    def pressed(self, key: str) -> None:
        """A key was pressed while the handoff sentence is said."""

    def spoken(self) -> None:
        """The handoff sentence has been heard."""

    def serve(self, action: Action) -> None:
        """Ask whether the caller wants a text of the agent's (`text`), or send it (`send`); never call them again, and
        take leave (`do_not_call`); call them back when somebody is free (`callback`)."""
