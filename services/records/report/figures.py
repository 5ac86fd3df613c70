"""What a week of calls comes to: counts, and measures with how many calls they are of. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

import numpy as np

from records.experiment.compare import Comparison
from records.insight.insight import Insight
from records.insight.score import WEIGHTS
from records.query import OpenQuestion

FEW = 30
"""Of fewer calls a share says little: one call more or less is more than three points."""


@dataclass(frozen=True, slots=True)
class Told:
    """A call or chat that is over, as far as the report is about it."""

    day: int
    """0 is Monday."""
    channel: str
    insight: Insight | None
    """None: it was not analysed."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure, and how many there were to make it of."""

    value: float
    count: int

    @property
    def few(self) -> bool:
        """Whether it may be chance."""
        return self.count < FEW


@dataclass(frozen=True, slots=True)
class Share:
    """Some of all."""

    some: int
    all: int

    @property
    def value(self) -> float:
        """0 to 1; there must be any."""
        return self.some / self.all

    @property
    def few(self) -> bool:
        """Whether it may be chance."""
        return self.all < FEW


@dataclass(frozen=True, slots=True)
class Waits:
    """How long answers took, in seconds: half of them less than `p50`, 95 % less than `p95`."""

    p50: float
    p95: float
    count: int


@dataclass(frozen=True, slots=True)
class EngineUse:
    """What one engine did, and what it cost."""

    part: str
    engine: str
    requests: int
    seconds: float
    read: int
    written: int
    characters: int
    cost: float | None
    """None: there is no price."""


@dataclass(frozen=True, slots=True)
class Figures:
    """All that the page tells of one week."""

    told: Sequence[Told]
    reasons: Mapping[str, int] = field(default_factory=dict)
    """Calls that were given to people, by why (handovers.py)."""
    answers: Mapping[str, Sequence[float]] = field(default_factory=dict)
    """Seconds until each answer, by `voice` and `text`."""
    questions: Sequence[OpenQuestion] = ()
    """What was not known, the most frequent first."""
    engines: Sequence[EngineUse] = ()
    costs: Mapping[str, float] = field(default_factory=dict)
    """By currency."""
    experiments: Sequence[Comparison] = ()
    """Of which calls of the week were part, each with all its calls until the end of that week."""
    tests: int = 0
    """Calls of the canary's, which are in nothing else."""

    @property
    def analysed(self) -> list[tuple[Told, Insight]]:
        """Those that are counted: the others are not known."""
        return [(each, each.insight) for each in self.told if each.insight is not None]

    @property
    def count(self) -> int:
        """Calls and chats that were analysed."""
        return len(self.analysed)

    @property
    def by_day(self) -> list[int]:
        """Monday to Sunday."""
        days = Counter(each.day for each, _ in self.analysed)
        return [days[day] for day in range(7)]

    @property
    def by_channel(self) -> dict[str, int]:
        """How they came, the most frequent first."""
        return dict(Counter(each.channel for each, _ in self.analysed).most_common())

    def outcomes(self, *names: str) -> int:
        """How many became one of these."""
        return sum(insight.outcome in names for _, insight in self.analysed)

    def share(self, *names: str) -> Share | None:
        """How many of all became one of these; None: there were none."""
        return Share(self.outcomes(*names), self.count) if self.count else None

    @property
    def categories(self) -> dict[str, int]:
        """What they were about, the most frequent first; empty: none of the agent's categories, or not read."""
        return dict(Counter(insight.category for _, insight in self.analysed).most_common())

    @property
    def topics(self) -> set[str]:
        """Which of them no agent's file names: they were found by likeness of calls."""
        return {insight.category for _, insight in self.analysed if insight.category_by == "topic"}

    @property
    def score(self) -> Measure | None:
        """The median."""
        return _median([insight.score for _, insight in self.analysed if insight.score is not None])

    @property
    def parts(self) -> dict[str, Measure]:
        """The mean of each part of the score, as far as calls had it."""
        found = {
            name: [insight.parts[name] for _, insight in self.analysed if name in insight.parts]
            for name in WEIGHTS
        }
        return {name: Measure(fmean(values), len(values)) for name, values in found.items() if values}

    @property
    def mood(self) -> Measure | None:
        """The mean of how pleased callers were, -1 to 1."""
        return _mean([insight.sentiment.mean for _, insight in self.analysed if insight.sentiment])

    @property
    def mood_change(self) -> Measure | None:
        """The mean of how that changed within a call."""
        return _mean([insight.sentiment.change for _, insight in self.analysed if insight.sentiment])

    def waits(self, kind: str) -> Waits | None:
        """How long answers took: `voice`, from the caller's last sound to the agent's first, or `text`."""
        seconds = self.answers.get(kind, ())
        if not seconds:
            return None
        p50, p95 = np.percentile(seconds, (50, 95))
        return Waits(float(p50), float(p95), len(seconds))


def _median(values: Sequence[float]) -> Measure | None:
    return Measure(float(np.median(values)), len(values)) if values else None


def _mean(values: Iterable[float]) -> Measure | None:
    known = list(values)
    return Measure(fmean(known), len(known)) if known else None
