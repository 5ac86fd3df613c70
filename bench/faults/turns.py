"""What callers noticed of a fault, from what they said and heard. Pure; times are seconds of CLOCK_MONOTONIC."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

_WORD = re.compile(r"\d+|[^\W\d_]+")
_AGAIN = {"again", "repeat"}
"""An agent that says one of these asks for the same words once more."""
_PAUSE_S = 0.6
"""A pause within what the agent says."""
SAME_RATIO = 0.6
"""From so much likeness on, what is written in a record is what was said: recognition mishears a word."""


MUTE_S = 10.0
"""Who hears nothing for so long, up to the end, has lost the call."""


@dataclass(frozen=True)
class Question:
    """Something to ask, and the words of which one must be in the answer."""

    text: str
    expect: tuple[str, ...]


@dataclass
class Turn:
    """A question of one caller's, and what followed."""

    question: Question
    said_end: float
    """When the caller had finished, the last time."""
    stretches: list[tuple[float, float]] = field(default_factory=list)
    """The agent's voice after that."""
    until: float = 0.0
    """When the caller stopped waiting."""
    answered: bool = False
    repeats: int = 0
    """How often it was asked once more: the agent asked for that, or had misheard."""
    heard: str = ""

    @property
    def longest_silence_s(self) -> float:
        """The longest wait without a voice; after an answer nobody waits."""
        ends = [self.said_end, *(end for _, end in self.stretches)]
        starts = [start for start, _ in self.stretches]
        if not self.answered:
            starts.append(max(self.until, ends[-1]))
        return max((start - end for end, start in zip(ends, starts, strict=False)), default=0.0)


@dataclass
class Account:
    """One call as its caller saw it."""

    began: float
    turns: list[Turn] = field(default_factory=list)
    dropped: bool = False
    """Whether it was ended by the other side."""
    why: str = ""

    def is_mute(self) -> bool:
        """Whether nothing was heard any more: the other side is gone, and did not say so."""
        if not self.turns:
            return True
        last = self.turns[-1]
        return not last.answered and not last.stretches and last.longest_silence_s >= MUTE_S


@dataclass(frozen=True)
class Probe:
    """What callers met who called anew after the fault."""

    after_s: float | None
    """Until one was answered and greeted; None: not in time."""
    refused: int = 0
    silent: int = 0
    """Calls that were answered, and then heard nothing."""


def words(text: str) -> list[str]:
    """The words of a text, in lower case."""
    return _WORD.findall(text.lower())


def answers(question: Question, heard: str) -> bool:
    """Whether one of the expected words is in what was heard."""
    return not set(question.expect).isdisjoint(words(heard))


def asks_again(heard: str) -> bool:
    """Whether the agent asked for the same words once more."""
    return not _AGAIN.isdisjoint(words(heard))


def missing(said: Iterable[str], recorded: Sequence[str]) -> list[str]:
    """Those of the texts that were said and answered which stand in no record; each record's line counts once."""
    left = [" ".join(words(text)) for text in recorded]
    lost = []
    for text in said:
        mine = " ".join(words(text))
        best = max(left, key=lambda other: _likeness(mine, other), default="")
        if _likeness(mine, best) >= SAME_RATIO:
            left.remove(best)
        else:
            lost.append(text)
    return lost


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()


def figures(calls: Sequence[Account], probe: Probe | None, words_lost: int | None) -> dict[str, float | None]:
    """What is told of a fault; `calls` hold the turns from the fault on."""
    turns = [turn for call in calls for turn in call.turns]
    found: dict[str, float | None] = {
        "calls_dropped": sum(call.dropped or call.is_mute() for call in calls),
        "turns_lost": sum(not turn.answered for turn in turns),
        "turns_repeated": sum(turn.repeats for turn in turns),
        "longest_silence_s": max((turn.longest_silence_s for turn in turns), default=None),
        "words_lost": words_lost,
    }
    if probe is not None:
        found |= {
            "new_call_after_s": probe.after_s,
            "calls_refused": probe.refused,
            "calls_unheard": probe.silent,
        }
    return found


def stretches(found: Sequence[Sequence[float]], since: float) -> list[tuple[float, float]]:
    """Stretches of voice after a moment, those that are closer than a word's pause as one."""
    later = [(max(since, start), end) for start, end, *_ in found if end > since]
    joined: list[tuple[float, float]] = []
    for start, end in later:
        if joined and start - joined[-1][1] < _PAUSE_S:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined
