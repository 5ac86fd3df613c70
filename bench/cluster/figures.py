"""What became of calls over several cells, counted by their callers. Pure; times are seconds of CLOCK_MONOTONIC."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bench.faults.turns import Probe, Turn
from bench.instruments.stats import percentile, share


@dataclass
class Call:
    """One call as its caller saw it."""

    number: str
    """The caller's."""
    dialled: float
    answered: float | None = None
    over: float = math.inf
    dropped: bool = False
    """Whether the other side ended it."""
    mute: bool = False
    """Whether its caller gave it up, since nothing came by its line any more."""
    why: str = ""
    turns: list[Turn] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Whether it was not answered at all."""
        return self.answered is None and self.over < math.inf

    @property
    def lost(self) -> bool:
        """Whether it stood, and ended without its caller's wish."""
        return self.answered is not None and (self.dropped or self.mute)

    def goes_on(self, at: float) -> bool:
        """Whether it stood at a moment."""
        return self.answered is not None and self.answered <= at < self.over


@dataclass(frozen=True)
class Level:
    """So many calls at a time in one cell."""

    calls: int
    answer_s: Sequence[float]
    """From the last of a question to the first of its answer."""
    lost: int
    machine_pct: float
    """Of all cores, in use meanwhile."""

    @property
    def p95_s(self) -> float:
        """Of these times; NaN when there are none."""
        return percentile(self.answer_s, 95)


def channels(listed: str) -> dict[str, str]:
    """Channels of calls that came by the edge, with their callers' numbers, of Asterisk's `core show channels concise`.

    Its fields: Channel!Context!Exten!Priority!State!Application!Data!CallerID!…
    """
    lines = [line.split("!") for line in listed.splitlines() if line.startswith("PJSIP/edge-")]
    return {fields[0]: fields[7] for fields in lines if len(fields) > 7}


def cells_of(by_cell: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Which cell a number's call is in, of the channels of each cell."""
    return {number: cell for cell, found in by_cell.items() for number in found.values()}


def spread(by_cell: Mapping[str, Mapping[str, str]]) -> dict[str, float | None]:
    """How evenly cells have been given calls."""
    counts = [len(found) for found in by_cell.values()]
    return {"calls": sum(counts), "most_in_a_cell": max(counts), "fewest_in_a_cell": min(counts)}


def since(calls: Iterable[Call], at: float) -> list[Call]:
    """Calls that stood at a moment or came later."""
    return [call for call in calls if call.over > at]


def course(calls: Iterable[Call], at: float) -> dict[str, float | None]:
    """What became of all calls that something which was done at a moment could have ended."""
    meant = since(calls, at)
    return {
        "calls": sum(call.answered is not None for call in meant),
        "calls_lost": sum(call.lost for call in meant),
        "calls_refused": sum(call.refused for call in meant),
    }


def kill(
    calls: Sequence[Call], at: float, cells: Mapping[str, str], victim: str, probes: Collection[Probe]
) -> dict[str, float | None]:
    """What the death of a cell at a moment came to: its own calls, all others, and those who called then."""
    own = [call for call in calls if call.goes_on(at) and cells.get(call.number) == victim]
    # An own one's caller calls anew: that is another call.
    others = [call for call in since(calls, at) if not any(call is mine for mine in own)]
    return {
        "own_calls": len(own),
        "own_calls_lost": sum(call.lost for call in own),
        "other_calls": sum(call.answered is not None for call in others),
        "other_calls_lost": sum(call.lost for call in others),
        "calls_refused": sum(call.refused for call in others),
    } | new_calls(probes)


def new_calls(probes: Collection[Probe]) -> dict[str, float | None]:
    """After how long whoever called then was greeted: the last of them; None when one never was."""
    after = [probe.after_s for probe in probes]
    return {
        "new_call_after_s": None if None in after else max(value for value in after if value is not None),
        "new_calls_refused": sum(probe.refused + probe.silent for probe in probes),
    }


def both(first: Mapping[str, float | None], second: Mapping[str, float | None]) -> dict[str, float | None]:
    """Two deaths as one: counts are added, of times the longer one counts; None where either is not known."""
    found: dict[str, float | None] = {}
    for name, one in first.items():
        other = second[name]
        if one is None or other is None:
            found[name] = None
        else:
            found[name] = max(one, other) if name.endswith("_s") else one + other
    return found


def answer_times(calls: Iterable[Call]) -> list[float]:
    """From the last of each question to the first of its answer, of all that were answered."""
    return [turn.stretches[0][0] - turn.said_end for call in calls for turn in call.turns if turn.stretches]


def questions(calls: Iterable[Call]) -> dict[str, float | None]:
    """How many were asked in calls that were not lost, and had no answer in time."""
    turns = [turn for call in calls if not call.lost for turn in call.turns]
    return {"questions": len(turns), "questions_unanswered": sum(not turn.stretches for turn in turns)}


def right(turns: Sequence[Turn]) -> float:
    """Share of these answers that have a word which they must have, in per cent."""
    return share(sum(turn.answered for turn in turns), len(turns))


def most_known(levels: Sequence[Level], limit_s: float) -> dict[str, float | None]:
    """The most calls at a time in one cell whose answers are in time and of which none is lost; p95 is theirs.

    Where not even the first is, its p95. Levels come in their order.
    """
    found: dict[str, float | None] = {"calls_one_cell": 0, "calls_p95_s": levels[0].p95_s if levels else None}
    for level in levels:
        if level.lost or not level.p95_s <= limit_s:
            break
        found |= {"calls_one_cell": level.calls, "calls_p95_s": level.p95_s}
    for level in levels:
        found |= {f"calls_p95_s_{level.calls}": level.p95_s, f"calls_lost_{level.calls}": level.lost}
    return found


def evenly(turns: Sequence[Turn], most: int) -> list[Turn]:
    """At most so many of them, from beginning to end."""
    step = max(1, math.ceil(len(turns) / most))
    return list(turns[::step])
