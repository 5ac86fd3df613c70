"""What came of simulated conversations."""

from dataclasses import dataclass, field

from parley.simulation.load import Case
from simulate.stage import Exchange


@dataclass(slots=True)
class Step:
    """An exchange, and what is wrong with it."""

    exchange: Exchange
    failures: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    """What is told and is no failure."""


@dataclass(slots=True)
class Result:
    """What came of one conversation."""

    case: Case
    steps: list[Step] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    """What is wrong with it as a whole."""
    seconds: float = 0.0
    broken: str = ""
    """Why it could not be held to its end; empty: it was."""

    @property
    def ok(self) -> bool:
        """Whether it is what was to come of it."""
        return not self.problems

    @property
    def problems(self) -> list[str]:
        """All that is wrong with it, in order."""
        found = [
            f"{'greeting' if not step.exchange.said else repr(step.exchange.said)}: {failure}"
            for step in self.steps
            for failure in step.failures
        ]
        return found + self.failures + ([self.broken] if self.broken else [])

    @property
    def slowest_s(self) -> float:
        """The longest wait for an answer."""
        return max((step.exchange.seconds for step in self.steps if step.exchange.said), default=0.0)
