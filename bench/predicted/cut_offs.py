"""Which of the callers' lines were taken to be over before they were. Pure."""

from collections.abc import Iterator, Sequence

import msgspec

from bench.instruments.stats import share
from records.experiment.intervals import of_shares

_TOLD_S = 0.06
"""So near to a line's end the clocks of caller and gateway may say either."""


class Line(msgspec.Struct, frozen=True):
    """Something that a caller said."""

    name: str
    begin: float
    """Of its voice; Unix time in seconds."""
    end: float


class Made(msgspec.Struct, frozen=True):
    """A call, and when turns of its caller were taken to be over (Unix time), live or as it was run again."""

    call: str
    lines: list[Line]
    ends: list[float]

    @property
    def cut_off(self) -> list[bool]:
        """Of each line whether it was."""
        return [any(line.begin < end < line.end - _TOLD_S for end in self.ends) for line in self.lines]


def by_line(calls: Sequence[Made]) -> dict[str, bool]:
    """Of each line whether it was cut off."""
    return dict(_by_line(calls))


def _by_line(calls: Sequence[Made]) -> Iterator[tuple[str, bool]]:
    for call in calls:
        yield from zip((line.name for line in call.lines), call.cut_off, strict=True)


def figures(
    live: Sequence[Made], again: Sequence[Made], predicted: Sequence[Made], shown: Sequence[Made]
) -> dict[str, float | None]:
    """What is to be known: `live` are calls with the settings as they are, `again` and `predicted` these run again as
    they are and as tried, `shown` real calls with what is tried. Only lines that were said in all of them count.
    """
    found = [by_line(calls) for calls in (live, again, predicted, shown)]
    names = sorted(set.intersection(*(set(each) for each in found)))
    told = [[each[name] for name in names] for each in found]
    counts = [sum(each) for each in told]
    was, replayed, expected, came = (share(count, len(names)) for count in counts)
    result: dict[str, float | None] = {
        "lines": len(names),
        "cut_off_live_pct": was,
        "cut_off_replayed_pct": replayed,
        "cut_off_predicted_pct": expected,
        "cut_off_shown_pct": came,
        "predicted_change_pct": expected - replayed,
        "shown_change_pct": came - was,
        "lines_predicted_right_pct": share(
            sum(one == other for one, other in zip(told[2], told[3], strict=True)), len(names)
        ),
    }
    difference = of_shares(counts[2], len(names), counts[3], len(names))
    if difference is not None:
        result |= {
            "shown_less_predicted_pct": 100 * difference.value,
            "shown_less_predicted_low_pct": 100 * difference.low,
            "shown_less_predicted_high_pct": 100 * difference.high,
        }
    return result
