"""Where in a recording each word was said, and what else happened: the record and the recording, held together. Pure.

Nobody keeps when single words were said. Of a line it is known when it began and ended; its words are laid, by their
letters, over what is voiced in between.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from api.calls.loudness import PIECE_S, Loudness
from api.calls.views import Who, Whole
from parley.messages import Event
from records.sound.timeline import Span, Timeline, timeline

MOST = 1200
"""Parts of an outline: more nobody sees."""
_SAME_S = 0.05
"""A line and the agent's speech end at one moment."""
_A_WORD_S = 0.35
"""How long a word takes, where nothing tells when its line began."""


class Word(BaseModel):
    """A word of a line."""

    text: str = Field(examples=["Saturday?"])
    at_s: float = Field(examples=[1.42])
    """When it begins, about, in seconds from the beginning of the recording."""


class Spoken(BaseModel):
    """A line of the call that can be heard in the recording."""

    line: int = Field(examples=[0])
    """Its place among the call's `turns`, from 0."""
    who: Who
    begin_s: float = Field(examples=[0.62])
    end_s: float = Field(examples=[2.1])
    words: list[Word]


class Mark(BaseModel):
    """Something that happened while it was recorded."""

    at_s: float = Field(examples=[12.5])
    kind: str = Field(examples=["barge_in"])
    """`key`, or as in the call's `events` and `transfers`."""
    told: dict[str, Any] = Field(examples=[{"outcome": "interrupted"}])
    """What else is known of it."""


class Course(BaseModel):
    """A recording: what it looks like, and what is heard in it when."""

    duration_s: float = Field(examples=[19.4])
    outline: list[int] = Field(examples=[[0, 12, 64, 71, 8]])
    """How loud it is, 0 to 100, in parts of one length."""
    lines: list[Spoken]
    marks: list[Mark]


def course(call: Whole, events: Sequence[Event], sound: Loudness) -> Course:
    """Of a call that is over, with its events as they were kept; raise NoTimeline when these tell of no recording."""
    told = timeline(call.call, events)
    reel = _Reel(told, sound)
    lines = list(_lines(call, events, told, reel))
    happened = [("key", {"at": key["at"], "digit": key["digit"]}) for key in call.keys]
    happened += [(str(event["kind"]), event) for event in (*call.events, *call.transfers)]
    marks = [
        Mark(at_s=reel.place(_unix(data["at"]) - told.began), kind=kind, told=_rest(data))
        for kind, data in happened
        if 0 <= reel.place(_unix(data["at"]) - told.began) <= sound.seconds
    ]
    return Course(
        duration_s=round(sound.seconds, 2),
        outline=sound.outline(MOST),
        lines=lines,
        marks=sorted(marks, key=lambda mark: mark.at_s),
    )


class _Reel:
    """The recording, which leaves out what is sensitive."""

    def __init__(self, told: Timeline, sound: Loudness) -> None:
        self._left_out = told.left_out
        self._seconds = sound.seconds
        self._voiced = sound.voiced()

    def place(self, at_s: float) -> float:
        """Where in the file a moment is, seconds; of one that was left out, where it is missing."""
        gone = sum(min(end, at_s) - begin for begin, end in self._left_out if begin < at_s)
        return round(at_s - gone, 3)

    def words(self, text: str, begin_s: float, end_s: float) -> list[Word]:
        """The words of a line between two places of the file."""
        begin_s, end_s = max(0.0, begin_s), min(end_s, self._seconds)
        words = text.split()
        letters = np.cumsum([0, *(len(word) + 1 for word in words)])[:-1]
        shares: NDArray[np.float64] = letters.astype(np.float64) / max(1, len(text) + 1)
        pieces = np.flatnonzero(self._voiced[round(begin_s / PIECE_S) : round(end_s / PIECE_S)])
        voiced: NDArray[np.float64] = pieces.astype(np.float64) * PIECE_S
        places = begin_s + _laid(shares, voiced, max(0.0, end_s - begin_s))
        return [Word(text=word, at_s=round(float(at), 2)) for word, at in zip(words, places, strict=True)]


def _laid(shares: NDArray[np.float64], voiced: NDArray[np.float64], seconds: float) -> NDArray[np.float64]:
    """When shares of what is said are over: by what is voiced, or evenly where nothing is."""
    if not len(voiced):
        return shares * seconds
    return voiced[np.minimum((shares * len(voiced)).astype(int), len(voiced) - 1)]


def _lines(call: Whole, events: Sequence[Event], told: Timeline, reel: _Reel) -> Iterator[Spoken]:
    waits = {turn.turn: turn.latency_s.get("endpoint", 0.0) for turn in call.turns if turn.who != "caller"}
    onsets = _onsets(events, told.began)
    before_s = 0.0
    for number, turn in enumerate(call.turns):
        end_s = _unix(turn.at) - told.began
        if turn.who == "caller":
            begin_s = next((onset for onset in onsets if before_s <= onset < end_s), None)
            before_s, end_s = end_s, end_s - waits.get(turn.turn, 0.0)
            if begin_s is None or begin_s >= end_s:
                begin_s = end_s - _A_WORD_S * len(turn.text.split())
        else:
            span = _span(told.spans, end_s)
            begin_s = span.begin_s if span else end_s - _A_WORD_S * len(turn.text.split())
        if end_s <= 0:  # before it was recorded
            continue
        begin, end = reel.place(max(0.0, begin_s)), reel.place(end_s)
        words = reel.words(turn.text, begin, end)
        yield Spoken(line=number, who=turn.who, begin_s=begin, end_s=end, words=words)


def _onsets(events: Sequence[Event], began: float) -> list[float]:
    """When the caller began to speak, without what was no more than an acknowledgement or a noise."""
    onsets: list[float] = []
    for event in sorted(events, key=lambda event: event.at):
        if event.kind == "caller_speaks":
            onsets.append(event.at - began)
        elif event.kind == "barge_in" and event.data.get("outcome") == "resumed" and onsets:
            onsets.pop()
    return onsets


def _span(spans: Sequence[Span], end_s: float) -> Span | None:
    return next((span for span in spans if span.text and abs(span.end_s - end_s) < _SAME_S), None)


def _unix(iso: str) -> float:
    return datetime.fromisoformat(iso).timestamp()


def _rest(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in ("at", "kind")}
