"""A waveform as lines of an SVG picture, a path for each who speaks. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

HEIGHT = 100
_MIDDLE = HEIGHT / 2
_LEAST = 1.0
"""Half a line where nothing is heard."""
NOBODY = "nobody"
MARKED = (
    "key",
    "tool",
    "menu",
    "collected",
    "open_question",
    "note",
    "language",
    "text_message",
    "recording_paused",
    "transfer_started",
    "transfer_connected",
    "transfer_failed",
    "supervision",
)
"""What is marked beside interruptions and acknowledgements."""
_BARGE_IN = {"interrupted": "interruption", "resumed": "acknowledgement"}
_SHOWN = ("digit", "name", "label", "key", "target", "question", "text", "language", "user")
"""What is said of a mark, the first of these that it has."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened, on the picture."""

    at_s: float
    x: float
    kind: str
    """A word of the console's."""
    what: str
    """Which key, tool or person; empty: nothing more is known."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn."""

    width: int
    """Parts of the outline; HEIGHT is how high it is."""
    seconds: float
    paths: dict[str, str]
    """By who speaks: caller, agent, person, or nobody that is known."""
    marks: list[Mark]


def picture(course: Mapping[str, Any]) -> Picture:
    """Of a recording's course, as the API tells it."""
    outline, seconds = course["outline"], course["duration_s"]
    speaker = _speakers(course, len(outline), seconds)
    paths: dict[str, list[str]] = {}
    for place, (loud, who) in enumerate(zip(outline, speaker, strict=True)):
        half = max(_LEAST, _MIDDLE * loud / 100)
        paths.setdefault(who, []).append(f"M{place + 0.5} {_MIDDLE - half:g}V{_MIDDLE + half:g}")
    marks = [mark for told in course["marks"] if (mark := _mark(told, len(outline), seconds)) is not None]
    return Picture(len(outline), seconds, {who: "".join(lines) for who, lines in paths.items()}, marks)


def _speakers(course: Mapping[str, Any], width: int, seconds: float) -> list[str]:
    """Of each part who speaks: the caller, where both do."""
    found = [NOBODY] * width
    for line in sorted(course["lines"], key=lambda line: line["who"] == "caller"):
        first, last = (round(_x(line[end], width, seconds)) for end in ("begin_s", "end_s"))
        for place in range(max(0, first), min(width, last)):
            found[place] = line["who"]
    return found


def _mark(told: Mapping[str, Any], width: int, seconds: float) -> Mark | None:
    kind, more = told["kind"], told["told"]
    word = _BARGE_IN.get(str(more.get("outcome"))) if kind == "barge_in" else kind
    if word is None or (word == kind and kind not in MARKED):
        return None
    what = next((str(more[name]) for name in _SHOWN if more.get(name) not in (None, "")), "")
    return Mark(told["at_s"], round(_x(told["at_s"], width, seconds), 1), word, what)


def _x(at_s: float, width: int, seconds: float) -> float:
    return width * at_s / seconds if seconds else 0.0
