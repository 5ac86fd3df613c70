"""What came of simulated conversations."""

from dataclasses import dataclass, field

from parley.simulation.load import Case
from simulate.model.asking import Line
from simulate.model.votes import Judged
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
    stopped: bool = False
    """Whether that was because the run was stopped."""
    late: bool = False
    """Whether the caller's language model took so long that the agent may have asked whether they are there."""
    judged: list[Judged] = field(default_factory=list)
    """What a language model makes of it."""
    unjudged: list[str] = field(default_factory=list)
    """Statements about it that there was no model for."""
    recording: str = ""
    """File of its sound, below the folder of the reports; empty: none."""

    @property
    def ok(self) -> bool:
        """Whether it is what was to come of it."""
        return not self.problems

    @property
    def state(self) -> str:
        """What came of it, in a word or two."""
        if self.stopped:
            return "not ended"
        if self.late and not self.ok:
            return "caller late"
        return "ok" if self.ok else "failed"

    @property
    def problems(self) -> list[str]:
        """All that is wrong with it, in order."""
        found = [
            f"{'greeting' if not step.exchange.said else repr(step.exchange.said)}: {failure}"
            for step in self.steps
            for failure in step.failures
        ]
        found += self.failures
        found += [
            f"judged not to be so: {each.statement} ({each.sentence!r})"
            for each in self.judged
            if each.verdict == "fail"
        ]
        return found + ([self.broken] if self.broken else [])

    @property
    def undecided(self) -> list[str]:
        """Statements of which it is not known whether they hold."""
        return [each.statement for each in self.judged if each.verdict == "maybe"] + self.unjudged

    @property
    def lines(self) -> list[Line]:
        """All that was said, in order."""
        spoken = [
            (who, text)
            for step in self.steps
            for who, text in (("Caller", step.exchange.said), ("Agent", step.exchange.answer))
        ]
        return [(who, text) for who, text in spoken if text]

    @property
    def slowest_s(self) -> float:
        """The longest wait for an answer."""
        return max((step.exchange.seconds for step in self.steps if step.exchange.said), default=0.0)
