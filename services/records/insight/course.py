"""A call as it is judged: who was heard when, what was asked and what became of it, read from its events."""

import bisect
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from parley.languages.said import plain
from parley.messages import Event
from records.insight.words import asks

VOICE = "voice"
LOST = "lost"
"""How a call ended whose gateway never told."""
QUIET_S = 4.0
"""The shortest silence that is looked at: below it people think, and nobody notices."""
_EXCUSES = {"key", "hold", "voicemail", "call_resumed", "command", "recording_paused", "caller_changed"}
"""What happens while nobody speaks, and tells why."""


@dataclass(frozen=True, slots=True)
class Said:
    """A line of a conversation; times are Unix times in seconds."""

    who: str
    """`caller`, `agent`, or `person`: one of the company, in a chat."""
    text: str
    begin: float
    end: float
    turn: int | None = None
    """Of the caller's, as the gateway counts."""
    register: str = ""
    """How unsure the answer to it was: `likely`, `unsure`, `unknown`, `refused`; empty: it was sure, or no question."""
    wait_s: float | None = None
    """From its last voice (in a chat: from its arrival) to the beginning of the answer."""
    asks: bool = False
    """Of the caller's: whether they want something, see `words.asks`."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Nobody was heard."""

    begin: float
    seconds: float
    owed: bool
    """Whether the caller had spoken last, and waited."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step on the caller's way to people: `started`, `connected`, `declined`, or how it ended."""

    what: str
    at: float


@dataclass(frozen=True, slots=True)
class Course:
    """All that a call is judged by."""

    agent: str
    channel: str
    began: bool
    """Whether it was answered."""
    ended: str
    """How, as the gateway tells it."""
    seconds: float
    said: tuple[Said, ...]
    went_on: int
    """How often the caller went on speaking after the agent had begun its answer."""
    stopped_for_nothing: int
    """How often the agent fell silent over what was no interruption."""
    keys: int
    people: tuple[Step, ...]
    """What became of giving the call to people, in order."""
    sent_to_people: bool
    """Whether somebody of the company gave the call to people: it was not the caller who wanted that."""
    messages: int
    """What the caller left for the company, written down or recorded."""
    silences: tuple[Silence, ...]
    mos: float | None
    """How it sounded, 1 to 4.5; None: it was not measured."""
    variant: str = ""
    """Which version of the agent the caller got in an experiment; empty: it was part of none."""

    @property
    def callers(self) -> list[Said]:
        """What the caller said."""
        return [line for line in self.said if line.who == "caller"]

    @property
    def wishes(self) -> list[Said]:
        """What of it asks for something."""
        return [line for line in self.said if line.asks]


def follow(events: Iterable[Event]) -> Course:
    """Read a call from its events; there must be one."""
    told = sorted(events, key=lambda event: event.at)
    began = next((e for e in told if e.kind == "call_started"), None)
    ends = [e for e in told if e.kind == "call_ended"]
    who = (began or (ends or told)[0]).data
    channel = str(who.get("channel", VOICE))
    said = tuple(_said(told))
    kinds = [e.kind for e in told]
    return Course(
        agent=str(told[0].data.get("agent", "")),
        channel=channel,
        began=began is not None,
        ended=str(ends[-1].data.get("outcome", "")) if ends else LOST,
        seconds=max(0.0, told[-1].at - (began or told[0]).at),
        said=said,
        went_on=sum(e.kind == "caller_said" and bool(e.data.get("again")) for e in told),
        stopped_for_nothing=sum(e.kind == "barge_in" and e.data.get("outcome") == "resumed" for e in told),
        keys=kinds.count("key"),
        people=tuple(_people(told)),
        sent_to_people=any(map(_sends_to_people, told)),
        messages=kinds.count("message") + kinds.count("voicemail"),
        silences=tuple(_silences(told, said)) if channel == VOICE and began else (),
        mos=_number(ends[-1].data.get("mos")) if ends else None,
        variant=str(who.get("variant", "")),
    )


def _sends_to_people(event: Event) -> bool:
    if event.kind == "supervision":
        return event.data.get("mode") == "take_over"
    return event.kind == "command" and event.data.get("verb") == "transfer"


def _said(told: Sequence[Event]) -> Iterator[Said]:
    """Who went on after the agent had begun has one line, as in the record."""
    waits = {e.data.get("turn"): (e.at, wait) for e in told if (wait := _wait(e)) is not None}
    spoke = {e.data.get("revision"): e.at for e in reversed(told) if e.kind == "agent_speaks"}
    questions = _Questions(e for e in told if e.kind == "open_question")
    lines: list[Said] = []
    onset = None
    for event in told:
        text = str(event.data.get("text", ""))
        if event.kind == "caller_speaks":
            onset = event.at
        elif event.kind == "caller_said":
            if event.data.get("again"):
                _remove_last_of_caller(lines)
            lines.append(_callers(event, text, onset, waits, questions))
            onset = None
        elif event.kind == "agent_said" and text:
            begin = spoke.get(
                event.data.get("revision"), event.at - (_number(event.data.get("seconds")) or 0.0)
            )
            lines.append(Said("agent", text, begin, event.at))
        elif event.kind == "person_said" and text:
            lines.append(Said("person", text, event.at, event.at))
    yield from lines


def _remove_last_of_caller(lines: list[Said]) -> None:
    place = next((n for n in reversed(range(len(lines))) if lines[n].who == "caller"), None)
    if place is not None:
        del lines[place]


def _callers(
    event: Event,
    text: str,
    onset: float | None,
    waits: dict[object, tuple[float, float]],
    questions: "_Questions",
) -> Said:
    turn = event.data.get("turn")
    answered, wait = waits.get(turn, (None, None))
    end = event.at if answered is None or wait is None else answered - wait
    begin = end if onset is None else min(onset, end)
    number = turn if isinstance(turn, int) else None
    return Said("caller", text, begin, end, number, questions.register(text), wait, asks(text))


class _Questions:
    """What was asked and not surely known."""

    def __init__(self, told: Iterable[Event]) -> None:
        """`told`: the events, the last of a question counts."""
        self._registers: dict[str, tuple[int, str]] = {}
        for number, event in enumerate(told):
            if question := plain(str(event.data.get("question", ""))):
                self._registers[question] = number, str(event.data.get("register", ""))
        self._lengths = sorted({question.count(" ") + 1 for question in self._registers})

    def register(self, text: str) -> str:
        """How unsure the answer to a line was; empty: none of the questions stands in it.

        An answer that was made while the caller still spoke may have been to less than they said in the end.
        """
        words = plain(text).split()
        parts = (
            " ".join(words[begin : begin + length])
            for length in self._lengths
            for begin in range(len(words) - length + 1)
        )
        found = [self._registers[part] for part in parts if part in self._registers]
        return max(found, default=(0, ""))[1]


def _wait(event: Event) -> float | None:
    if event.kind != "turn":
        return None
    data = event.data
    return _number(data.get("voice_to_voice", data.get("first_sentence")))


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _people(told: Sequence[Event]) -> Iterator[Step]:
    for event in told:
        if event.kind == "transfer_ended":
            yield Step(str(event.data.get("outcome", "")), event.at)
        elif event.kind.startswith("transfer_") and event.kind != "transfer_summary":  # told on the way
            yield Step(event.kind.removeprefix("transfer_"), event.at)


def _silences(told: Sequence[Event], said: Sequence[Said]) -> Iterator[Silence]:
    """Times in which nobody was heard, the caller was not with people, and nothing tells why."""
    heard = [(line.begin, line.end, line.who == "caller") for line in said]
    heard += [
        (e.at, e.at, e.kind == "caller_speaks") for e in told if e.kind in ("caller_speaks", "agent_speaks")
    ]
    excused = sorted(e.at for e in told if e.kind in _EXCUSES)
    away = _Away(_spans_away(told))
    began = next(e.at for e in told if e.kind == "call_started")
    until, owed = began, True
    for begin, end, callers in sorted([*heard, (told[-1].at, told[-1].at, False)]):
        if begin - until >= QUIET_S and not _is_excused(until, begin, excused, away):
            yield Silence(until, begin - until, owed)
        if end >= until:
            until, owed = end, callers


def _is_excused(begin: float, end: float, excused: Sequence[float], away: "_Away") -> bool:
    told = bisect.bisect_left(excused, begin) < bisect.bisect_right(excused, end)
    return told or away.meets(begin, end)


class _Away:
    """Times in which the caller was elsewhere."""

    def __init__(self, spans: Iterable[tuple[float, float]]) -> None:
        ordered = sorted(spans)
        self._left = [left for left, _ in ordered]
        self._back = list(itertools.accumulate((back for _, back in ordered), max))
        """When the caller was back from all that had begun by then."""

    def meets(self, begin: float, end: float) -> bool:
        """Whether one of them overlaps with a time."""
        begun = bisect.bisect_left(self._left, end)
        return begun > 0 and self._back[begun - 1] > begin


def _spans_away(told: Sequence[Event]) -> Iterator[tuple[float, float]]:
    """When the caller was with people, or being given to them; and when their telephone held the call."""
    for first, last in (("transfer_started", "transfer_ended"), ("hold", "hold")):
        left = None
        for event in told:
            if event.kind == first and event.data.get("held", True) and left is None:
                left = event.at
            elif event.kind == last and left is not None:
                yield left, event.at
                left = None
        if left is not None:
            yield left, told[-1].at
