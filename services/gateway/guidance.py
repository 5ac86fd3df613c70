"""What a conversation asks of call control: menus, keys and people decide without the language model."""

from typing import Protocol


class Guidance(Protocol):
    """Decides what the caller's choices do; see `guide.py`."""

    @property
    def choosing(self) -> bool:
        """Whether the caller's next words choose from a menu."""

    def choose(self, text: str) -> bool:
        """Act on words that choose something; return whether they do."""

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


class NoGuidance:
    """A conversation with the agent and nothing else."""

    choosing = False

    def choose(self, text: str) -> bool:
        """Choose nothing."""
        return False

    def not_understood(self, text: str) -> None:
        """Do nothing."""

    def no_choice(self) -> None:
        """Do nothing."""

    def greeted(self) -> None:
        """Do nothing."""

    def transfer(self, target: str) -> None:
        """Do nothing."""

    def handed_over(self) -> None:
        """Do nothing."""
