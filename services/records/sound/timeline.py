"""What a call's events tell of its recording: when the agent spoke, when it fell silent, what is left out. Pure.

All times are seconds from the beginning of the recording. It ends (`end_s`) where the agent has the call no more:
people have it, another agent, or another gateway.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from parley.messages import Event

Kind = Literal["answer", "line", "bridge"]
"""An answer to the caller, a line of the agent's own, words that bridge a wait."""
BRIDGE_S = 3.0
"""Words that bridge a wait are over by then: no event tells when."""
_PREPARED_S = 0.25
_LATE_END_S = 0.5
"""So much later than its reply ends it may be told that an interruption was one."""
_END = ("agent_changed", "call_resumed", "voicemail")


class NoTimeline(ValueError):
    """The events do not tell where the recording begins."""


@dataclass(frozen=True, slots=True)
class Span:
    """Something that the agent said."""

    begin_s: float
    end_s: float
    text: str
    kind: Kind
    prepared_s: float = _PREPARED_S
    """Of an answer: how long it took from the pause until its first speech was there."""
    silent: tuple[tuple[float, float], ...] = ()
    """When it fell silent, because the caller spoke."""


@dataclass(frozen=True, slots=True)
class Live:
    """A turn of the caller's as it was when the call was live."""

    at_s: float
    """When it was answered."""
    text: str
    waited_s: float | None
    """The silence that ended it; None: that was not measured."""
    corrected: str = ""
    """What was really said, as somebody has heard; empty: nobody has said so."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """One call."""

    call: str
    agent: str
    experiment: str
    """Of which of the agent's experiments the call was part; empty: of none."""
    variant: str
    """Which version of the agent the caller had in it, `a` or `b`; empty: there was one alone."""
    began: float
    """When the recording did, Unix time in seconds."""
    end_s: float | None
    """None: with the recording."""
    spans: tuple[Span, ...]
    """Of the agent's speech, in order."""
    live: tuple[Live, ...]
    interruptions: int
    """By the caller, as the call went."""
    cut_offs: int
    """How often the caller went on when the agent had begun its answer: see the tag CUT_OFF."""
    left_out: tuple[tuple[float, float], ...]
    """What was not recorded, since it is sensitive."""
    held: tuple[tuple[float, float], ...]
    """When the caller's telephone held the call: what is heard then is music."""
    languages: tuple[tuple[float, str], ...]
    """In which the agent went on from then."""

    def language(self, at_s: float, first: str) -> str:
        """The language of the call; `first`: the agent's own."""
        number = bisect_right(self.languages, at_s, key=lambda change: change[0])
        return self.languages[number - 1][1] if number else first


def timeline(call: str, events: Sequence[Event], corrections: Mapping[int, str] | None = None) -> Timeline:
    """What the events of a call tell, as they were kept; raise NoTimeline. `corrections`: of the caller's, by turn."""
    ordered = sorted(events, key=lambda event: event.at)
    begins = [event for event in ordered if event.kind == "recording"]
    if not begins:
        raise NoTimeline("it was not recorded")
    began = begins[0].at
    ends = [e.at - began for e in ordered if e.kind in _END or e.kind.startswith("transfer")]
    ends += [event.at - began for event in begins[1:]]
    end_s = min((at for at in ends if at > 0), default=None)
    timed = [(event.at - began, event) for event in ordered]
    agent = str(begins[0].data.get("agent", ""))
    started = next((e.data for e in ordered if e.kind == "call_started"), {})
    part = started if started.get("agent") == agent else {}  # another agent may have had the caller first
    return Timeline(
        call=call,
        agent=agent,
        experiment=str(part.get("experiment", "")),
        variant=str(part.get("variant", "")),
        began=began,
        end_s=end_s,
        spans=tuple(_spans(timed)),
        live=_live(timed, end_s, corrections or {}),
        interruptions=sum(
            e.kind == "barge_in" and e.data.get("outcome") == "interrupted" and _within(at, end_s)
            for at, e in timed
        ),
        cut_offs=sum(
            e.kind == "caller_said" and bool(e.data.get("again")) and _within(at, end_s) for at, e in timed
        ),
        left_out=_between(timed, "recording_paused", "recording_resumed"),
        held=_holds(timed),
        languages=tuple((at, str(e.data["language"])) for at, e in timed if e.kind == "language"),
    )


def _within(at_s: float, end_s: float | None) -> bool:
    return at_s >= 0 and (end_s is None or at_s < end_s)


def _spans(timed: Sequence[tuple[float, Event]]) -> Iterator[Span]:
    """The agent's speech, in order."""
    begun: dict[object, float] = {}
    answers = {e.data.get("revision"): e for _, e in timed if e.kind == "turn"}
    found: list[Span] = []
    for at, event in timed:
        revision = event.data.get("revision")
        if event.kind == "agent_speaks":
            begun.setdefault(revision, at)
            if revision == -1:
                found.append(Span(begun.pop(-1), at + BRIDGE_S, "", "bridge"))
        elif event.kind == "agent_said":
            seconds = float(event.data.get("seconds", 0.0))
            begin = begun.pop(revision, at - seconds)
            answer = answers.get(revision)
            span = Span(begin, at, str(event.data.get("text", "")), "answer" if answer else "line")
            found.append(span if answer is None else replace(span, prepared_s=_prepared(answer)))
    last = timed[-1][0]
    found += [
        Span(at, last, "", "answer" if revision in answers else "line") for revision, at in begun.items()
    ]
    found = sorted((span for span in found if span.end_s > 0), key=lambda span: span.begin_s)
    nexts = [*(span.begin_s for span in found[1:]), float("inf")]
    over = [(at, event) for at, event in timed if event.kind in ("caller_speaks", "barge_in")]
    for span, next_s in zip(found, nexts, strict=False):
        end_s = span.end_s if span.kind != "bridge" else min(span.end_s, next_s)
        yield replace(span, end_s=end_s, silent=tuple(_silences(span, over)))


def _prepared(answer: Event) -> float:
    """How long an answer took, by the clocks of its turn; both count from the caller's last voice."""
    ready, asked = answer.data.get("ready_at"), answer.data.get("asked_at")
    if not isinstance(ready, float) or not isinstance(asked, float):
        return _PREPARED_S
    return max(0.0, ready - asked)


def _silences(span: Span, over: Sequence[tuple[float, Event]]) -> Iterator[tuple[float, float]]:
    """When the agent fell silent for the caller: until it went on, or for good. `over`: speech over the agent's."""
    since: float | None = None
    first, last = (
        bisect_right(over, at, key=lambda one: one[0]) for at in (span.begin_s, span.end_s + _LATE_END_S)
    )
    for at, event in over[first:last]:
        if event.kind == "caller_speaks" and span.begin_s < at < span.end_s and since is None:
            since = at
        elif event.kind == "barge_in" and since is not None:
            yield since, at if event.data.get("outcome") == "resumed" else span.end_s
            since = None


def _live(
    timed: Iterable[tuple[float, Event]], end_s: float | None, corrections: Mapping[int, str]
) -> tuple[Live, ...]:
    found: list[Live] = []
    waits: dict[object, float] = {}
    numbers: list[object] = []
    for at, event in timed:
        if not _within(at, end_s):
            continue
        if event.kind == "caller_said":
            if event.data.get("again") and found:
                found.pop()
                numbers.pop()
            number = event.data.get("turn")
            truth = corrections.get(number, "") if isinstance(number, int) else ""
            found.append(Live(at, str(event.data.get("text", "")), None, truth))
            numbers.append(number)
        elif event.kind == "turn" and isinstance(event.data.get("endpoint"), float):
            waits[event.data.get("turn")] = float(event.data["endpoint"])
    return tuple(replace(one, waited_s=waits.get(number)) for one, number in zip(found, numbers, strict=True))


def _between(timed: Iterable[tuple[float, Event]], begin: str, end: str) -> tuple[tuple[float, float], ...]:
    found: list[tuple[float, float]] = []
    since: float | None = None
    for at, event in timed:
        if event.kind == begin and since is None:
            since = at
        elif event.kind == end and since is not None:
            found.append((since, at))
            since = None
    return tuple(found)


def _holds(timed: Iterable[tuple[float, Event]]) -> tuple[tuple[float, float], ...]:
    found: list[tuple[float, float]] = []
    since: float | None = None
    at = 0.0
    for at, event in timed:
        if event.kind == "hold" and event.data.get("held"):
            since = at if since is None else since
        elif event.kind == "hold" and since is not None:
            found.append((since, at))
            since = None
    return (*found, (since, at)) if since is not None else tuple(found)
