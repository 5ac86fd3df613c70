"""What two versions of an agent come to, side by side. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import Literal

from parley.experiment.choice import Variant
from records.experiment.intervals import Difference, of_means, of_medians, of_shares, still_needed
from records.insight.outcome import CONTAINED, Outcome

POINTS = 5
"""The difference of contained calls, in points of per cent, that is worth being seen."""

Unit = Literal["share", "points", "seconds"]
"""0 to 1; 0 to 100; seconds."""


@dataclass(frozen=True, slots=True)
class Told:
    """A call or chat that was part of an experiment, is over and was analysed."""

    variant: Variant
    caller: str
    """Whose number is not known is somebody else each time."""
    outcome: Outcome
    score: int | None
    seconds: float | None
    """How long it took; None: it is a chat, whose pauses are as long as one likes."""
    wait_s: float | None
    """How long half of its answers took at the most, by voice; None: there were none."""


@dataclass(frozen=True, slots=True)
class Row:
    """One measure of both versions."""

    name: str
    unit: Unit
    a: float | None
    """None: there is nothing to make it of."""
    b: float | None
    count_a: int
    """How many it is made of."""
    count_b: int
    difference: Difference | None
    """None: there are too few."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """An experiment, as far as it has come."""

    agent: str
    experiment: str
    since: float
    """When its first call began, Unix time in seconds."""
    until: float
    """When its last one did."""
    calls_a: int
    calls_b: int
    callers_a: int
    callers_b: int
    rows: Sequence[Row]
    needed: int | None
    """Calls that are still needed to see a difference of POINTS in those that are contained; None: one version has had
    no call."""


def compare(agent: str, experiment: str, since: float, until: float, told: Sequence[Told]) -> Comparison:
    """Compare the versions by the calls that each has had."""
    a, b = ([call for call in told if call.variant == variant] for variant in ("a", "b"))
    contained = sum(call.outcome in CONTAINED for call in told) / len(told) if told else 0.0
    return Comparison(
        agent=agent,
        experiment=experiment,
        since=since,
        until=until,
        calls_a=len(a),
        calls_b=len(b),
        callers_a=len({call.caller for call in a}),
        callers_b=len({call.caller for call in b}),
        rows=(
            _share("contained", a, b, *CONTAINED),
            _share("handed over", a, b, "handed_over"),
            _share("not known", a, b, "unknown_answer"),
            _mean("score, mean", "points", [call.score for call in a], [call.score for call in b]),
            _wait([call.wait_s for call in a], [call.wait_s for call in b]),
            _mean("length, mean", "seconds", [call.seconds for call in a], [call.seconds for call in b]),
        ),
        needed=still_needed(contained, len(a), len(b), POINTS / 100),
    )


def _share(name: str, a: Sequence[Told], b: Sequence[Told], *outcomes: Outcome) -> Row:
    some_a, some_b = (sum(call.outcome in outcomes for call in calls) for calls in (a, b))
    difference = of_shares(some_a, len(a), some_b, len(b))
    shares = (some_a / len(a) if a else None, some_b / len(b) if b else None)
    return Row(name, "share", *shares, len(a), len(b), difference)


def _mean(name: str, unit: Unit, a: Sequence[float | None], b: Sequence[float | None]) -> Row:
    known_a, known_b = _known(a), _known(b)
    means = (fmean(known_a) if known_a else None, fmean(known_b) if known_b else None)
    return Row(name, unit, *means, len(known_a), len(known_b), of_means(known_a, known_b))


def _wait(a: Sequence[float | None], b: Sequence[float | None]) -> Row:
    known_a, known_b = _known(a), _known(b)
    medians = (median(known_a) if known_a else None, median(known_b) if known_b else None)
    difference = of_medians(known_a, known_b)
    return Row("answer, median", "seconds", *medians, len(known_a), len(known_b), difference)


def _known(values: Sequence[float | None]) -> list[float]:
    return [value for value in values if value is not None]
