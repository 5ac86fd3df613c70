"""Two runs of a call beside each other, turn by turn, and all of them in figures. Pure."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from parley.messages import letters
from records.sound.timeline import Live, Timeline
from replay.answers import Answer
from replay.course import Course, Turn

_WORD = re.compile(r"[\w']+")


@dataclass(frozen=True, slots=True)
class Limits:
    """From when on something is told."""

    cut_off_s: float = 1.0
    """The caller who goes on so soon after the end that was found had not finished."""
    wait_s: float = 0.1
    """A wait that differs by less is the same."""


@dataclass(frozen=True, slots=True)
class Said:
    """A turn, and what is answered."""

    turn: Turn
    answer: Answer


@dataclass(frozen=True, slots=True)
class Run:
    """A call as one of the runs had it."""

    course: Course
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that is different."""

    kind: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.detail}".strip()


@dataclass(frozen=True, slots=True)
class Row:
    """The same stretch of the call in both runs: mostly a turn in each."""

    before: tuple[Said, ...]
    after: tuple[Said, ...]
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """A call."""

    timeline: Timeline
    before: Run
    after: Run
    rows: tuple[Row, ...]


def compared(timeline: Timeline, before: Run, after: Run, limits: Limits) -> Compared:
    """Put two runs of a call beside each other."""
    both = [(said, True) for said in before.said] + [(said, False) for said in after.said]
    both.sort(key=lambda one: (one[0].turn.begin_s, one[0].turn.voice_end_s, not one[1]))
    rows: list[Row] = []
    sides: tuple[list[Said], list[Said]] = ([], [])
    end = float("-inf")
    for said, is_before in both:
        if said.turn.begin_s >= end and any(sides):
            rows.append(_row(*sides, limits))
            sides = ([], [])
        sides[0 if is_before else 1].append(said)
        end = max(end, said.turn.voice_end_s)
    if any(sides):
        rows.append(_row(*sides, limits))
    return Compared(timeline, before, after, tuple(rows))


def _row(before: Sequence[Said], after: Sequence[Said], limits: Limits) -> Row:
    return Row(tuple(before), tuple(after), tuple(_flags(before, after, limits)))


def _flags(before: Sequence[Said], after: Sequence[Said], limits: Limits) -> Iterator[Flag]:
    if not before or not after:
        yield Flag("NOT HEARD" if before else "HEARD")
        return
    was, now = (_cut_offs(side, limits) for side in (before, after))
    if was != now:
        yield Flag("CUT OFF" if now > was else "NOT CUT OFF")
    turns_before, turns_after = (len(_kept(side)) for side in (before, after))
    if turns_before != turns_after:
        yield Flag("TURNS", f"{turns_before} → {turns_after}")
    waited, waits = before[-1].turn.wait_s, after[-1].turn.wait_s
    if waited is not None and waits is not None and _ms(abs(waits - waited)) >= _ms(limits.wait_s):
        yield Flag("SLOWER" if waits > waited else "QUICKER", f"{abs(waits - waited):.2f} s")
    if before[-1].turn.by != after[-1].turn.by:
        yield Flag("ENDED BY", f"{before[-1].turn.by} → {after[-1].turn.by}")
    if letters(text_of(before)) != letters(text_of(after)):
        yield Flag("WORDS CHANGED")
    if [said.answer for said in _kept(before)] != [said.answer for said in _kept(after)]:
        yield Flag("ANSWER CHANGED")


def _ms(seconds: float) -> int:
    """Whole milliseconds: 0.54 s less 0.44 s are 0.1 s, which differences of floats are not."""
    return round(1000 * seconds)


def _kept(side: Sequence[Said]) -> list[Said]:
    """Without turns whose words the next one has again."""
    return [said for said in side if not said.turn.taken_up]


def _cut_offs(side: Sequence[Said], limits: Limits) -> int:
    return sum(said.turn.was_cut_off(limits.cut_off_s) for said in side)


def text_of(side: Sequence[Said]) -> str:
    """What the caller said in it."""
    return " ".join(said.turn.text for said in _kept(side))


@dataclass(frozen=True, slots=True)
class Totals:
    """All calls of one run."""

    turns: int
    cut_offs: int
    wait_mean_s: float | None
    """Of the silences that ended turns; None: there is none."""
    wait_p95_s: float | None
    interrupted: int
    resumed: int
    """How often the agent fell silent, and went on."""
    unanswered: int
    answers: Counter[str]
    """By register."""


def totals(runs: Sequence[Run], limits: Limits) -> Totals:
    """Add up."""
    said = [one for run in runs for one in run.said]
    waits = sorted(wait for one in said if (wait := one.turn.wait_s) is not None)
    kept = _kept(said)
    return Totals(
        turns=len(kept),
        cut_offs=_cut_offs(said, limits),
        wait_mean_s=sum(waits) / len(waits) if waits else None,
        wait_p95_s=waits[min(len(waits) - 1, int(0.95 * len(waits)))] if waits else None,
        interrupted=sum(run.course.count("interrupted") for run in runs),
        resumed=sum(run.course.count("resumed") for run in runs),
        unanswered=sum(one.turn.by in ("nobody", "unanswered") for one in kept),
        answers=Counter(one.answer.register for one in kept),
    )


def words_of(texts: Iterable[str]) -> list[str]:
    """The words of texts, without marks and capitals."""
    return [word for text in texts for word in _WORD.findall(text.casefold())]


def distance(was: Sequence[str], now: Sequence[str]) -> int:
    """Fewest words that are put in, left out or replaced (Levenshtein)."""
    costs = list(range(len(now) + 1))
    for number, word in enumerate(was, 1):
        diagonal, costs[0] = costs[0], number
        for place, other in enumerate(now, 1):
            diagonal, costs[place] = (
                costs[place],
                min(costs[place] + 1, costs[place - 1] + 1, diagonal + (word != other)),
            )
    return costs[-1]


@dataclass(frozen=True, slots=True)
class Misheard:
    """All corrected turns."""

    turns: int
    words: int
    """That were really said in them."""
    live: int
    """Of these, missing, added or others when the call was live..."""
    before: int
    """... in the run with the settings as they are..."""
    after: int
    """... and in the one with those that are tried."""

    def share(self, wrong: int) -> str:
        """The word error rate."""
        return f"{100 * wrong / self.words:.1f} %"


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Live turns, and all that was heard of them in both runs: mostly one turn in each."""

    live: Sequence[Live]
    before: Sequence[Said]
    after: Sequence[Said]


def misheard(calls: Iterable[Compared]) -> Misheard | None:
    """Count wrong words; None: nothing was corrected that both runs can be held against.

    Where a run has one turn of several live ones, all of these must have been corrected.
    """
    told = [
        stretch
        for call in calls
        for stretch in _stretches(call)
        if all(one.corrected for one in stretch.live)
    ]
    truths = [words_of(one.corrected for one in stretch.live) for stretch in told]
    count = sum(map(len, truths))
    if not count:
        return None
    pairs = list(zip(truths, told, strict=True))
    return Misheard(
        turns=sum(len(stretch.live) for stretch in told),
        words=count,
        live=sum(distance(truth, words_of(one.text for one in at.live)) for truth, at in pairs),
        before=sum(distance(truth, words_of([text_of(at.before)])) for truth, at in pairs),
        after=sum(distance(truth, words_of([text_of(at.after)])) for truth, at in pairs),
    )


def _stretches(call: Compared) -> Iterator[_Stretch]:
    live = call.timeline.live
    ends = [one.at_s for one in live]
    places = [[_place(ends, said) for said in run.said] for run in (call.before, call.after)]
    joined = {n for found in places for first, last in found for n in range(first + 1, last + 1)}
    begins = [n for n in range(len(live)) if n not in joined]
    for begin, end in zip(begins, [*begins[1:], len(live)], strict=True):
        both = [
            [said for said, (first, _) in zip(run.said, found, strict=True) if begin <= first < end]
            for run, found in zip((call.before, call.after), places, strict=True)
        ]
        yield _Stretch(live[begin:end], *both)


def _place(ends: Sequence[float], said: Said) -> tuple[int, int]:
    """The live turns in which a turn began and ended: each goes from the one before to when it was answered."""
    first, last = (bisect_left(ends, at) for at in (said.turn.begin_s, said.turn.voice_end_s))
    return first, min(last, max(first, len(ends) - 1))


def changed(calls: Iterable[Compared]) -> Counter[str]:
    """In how many stretches of the calls what is different."""
    return Counter(flag.kind for call in calls for row in call.rows for flag in row.flags)
