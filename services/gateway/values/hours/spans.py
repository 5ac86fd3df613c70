"""Two times at once: "between ten and twelve", "zehn bis zwölf", "ten or eleven", and a "10-12" that may be 11:50."""

import re
from dataclasses import dataclass
from functools import cache

from gateway.values.hours.reader import Reader, clock_time, reader
from gateway.values.kind import Reading
from parley import languages
from parley.languages.schema import Language
from parley.languages.types import any_of

_NOON, _DAY = 12 * 60, 24 * 60
_COUNTED = (5, 10, 15, 20, 25)
"""Minutes that are counted to an hour: "nine to twelve" are two hours."""
_HALF = re.compile(r"(?<![^\W\d.])[ap]\.?\s?m[\s.,]*$", re.IGNORECASE)
"""Behind an hour."""
_STEP, _MOST = 5, 55
"""Minutes that are told without a word for them are one of these, up to the second."""


def several(text: str, language: str) -> tuple[str, ...]:
    """All times that may be meant by a text that names two, the likeliest first; empty: it does not name two.

    One alone: what is written like two of them is one.
    """
    return _spans(language).several(text)


def without_spaces(text: str, language: str) -> str:
    """A text without spaces around the dashes between times, of which one ends no part of a sentence."""
    return _spans(language).without_spaces(text)


@cache
def _spans(language: str) -> "_Spans":
    return _Spans(languages.get(language), reader(language))


@dataclass(frozen=True, slots=True)
class _Joint:
    """Where a text parts between two times."""

    before: str
    after: str
    """The text before and after it."""
    first: str
    second: str
    """The plain words of the times, in figures."""
    by: str
    """What stands between them."""


class _Spans:
    """Reads the spans of one language."""

    def __init__(self, language: Language, times: Reader) -> None:
        self._times = times
        self._clock = clock = language.telling.clock
        hours = language.hours
        names = any_of(hours.names | clock.names)
        before, after = any_of(hours.before), any_of(hours.after)
        o_clock = rf"(?: (?:{any_of(clock.o_clock)}))*"
        hour = rf"(?:{before} )?(?:\d{{1,2}}|{names}){o_clock}(?: (?:{clock.past.pattern} )?\d{{1,2}})?"
        part_of_day = rf"(?: (?:{hours.early.pattern}|{hours.late.pattern}))?"
        self._last = re.compile(rf"(?<!\S){hour}{o_clock}(?: {after})?{part_of_day}$")
        leads = {word for phrase in hours.clock.phrases for word in phrase.replace("'", "' ").split()}
        self._next = re.compile(
            rf"(?:(?:{any_of(leads)}) ?){{0,3}}(?P<time>(?:{before} )?(?:\d{{1,2}}(?!\d)|{names}).*)"
        )
        joints = (clock.until, clock.either, clock.joined)
        words = "|".join(group.pattern for group in joints)
        self._between = re.compile(rf"(?<!\w)(?P<word>{words})(?!\w)|(?<=[\w.])-(?=\d)")
        ends = rf"\d(?:\s?(?:[ap]\.?m\.?|{any_of(clock.o_clock)}))?"
        self._dash = re.compile(rf"({ends})\s*[-–—]\s*(?=\d)", re.IGNORECASE)
        # A dash may be the word for minutes before an hour, where that is the one for two ends as well.
        self._to = next((word for word in clock.until.phrases if word in clock.to.phrases), "")

    def without_spaces(self, text: str) -> str:
        """See without_spaces."""
        return self._dash.sub(r"\1-", text)

    def several(self, text: str) -> tuple[str, ...]:
        """See several."""
        for match in reversed(list(self._between.finditer(text))):
            joint = self._joint(text, match)
            if joint is not None and (found := self._meant(joint)):
                return tuple(dict.fromkeys(found))
        return ()

    def _joint(self, text: str, match: re.Match[str]) -> _Joint | None:
        before, after = text[: match.start()], text[match.end() :]
        first = self._last.search(self._times.in_figures(before))
        second = self._next.match(self._times.in_figures(after))
        if first is None or second is None:
            return None
        return _Joint(before, after, first[0], second["time"], (match["word"] or "-").lower())

    def _meant(self, joint: _Joint) -> list[str]:
        clock = self._clock
        if clock.joined.are(joint.by) and not self._opened(joint, clock.between):
            return []
        if clock.either.are(joint.by):
            return self._ends(joint, in_order=False)
        if joint.by == "-":
            return self._dashed(joint)
        whole = _HALF.search(joint.before) or self._opened(joint, clock.since, clock.between)
        if clock.to.are(joint.by) and not whole:
            minutes, hour = _number(joint.first), _number(joint.second.split()[0])
            if minutes in _COUNTED or (minutes > 12 >= hour > 0):
                return []
        return self._ends(joint)

    def _opened(self, joint: _Joint, *groups: languages.Phrases) -> bool:
        """Whether one of these stands before the first time: "between", with a word between them at most."""
        lead = self._times.in_figures(joint.before).removesuffix(joint.first).rstrip()
        words = lead.split()
        return any(group.end(" ".join(part)) for group in groups for part in (words, words[:-1]))

    def _dashed(self, joint: _Joint) -> list[str]:
        """What figures with a dash between them may be: two hours, hour and minutes, or minutes and hour."""
        first, (word, *others) = _number(joint.first), joint.second.split()
        second = _number(word)
        if first < 0 or second < 0 or any(other.isdecimal() for other in others[:1]):
            return self._ends(joint)
        clock = second % _STEP == 0 and 2 * _STEP <= second <= _MOST
        found: list[str] = []
        if self._to and first in _COUNTED and 0 < second <= 12:
            found = [self._times.of(f"{first} {self._to} {second}", joint.after).value]
        elif second <= (12 if self._to else 24) and second != first:
            found = self._ends(joint)
        if clock:
            found.append(self._times.at(first, second, joint.after).value)
        return [time for time in found if time]

    def _ends(self, joint: _Joint, *, in_order: bool = True) -> list[str]:
        """Both times; of what is told by one alone the other has the same."""
        readings = self._times.of(joint.first, joint.before), self._times.of(joint.second, joint.after)
        if not all(reading.value for reading in readings):
            return []
        first, second = map(_minutes, readings)
        halves = self._half(joint.first, joint.before), self._half(joint.second, joint.after)
        if not halves[0] and halves[1]:
            early, late = first % _NOON, first % _NOON + _NOON
            first = late if late < second or (not in_order and second >= _NOON) else early
        elif in_order and not halves[1] and second <= first < second % _NOON + _NOON:
            second = second % _NOON + _NOON
        return [clock_time(*divmod(time, 60)).value for time in (first, second)]

    def _half(self, said: str, text: str) -> bool:
        """Whether it is told which half of the day is meant."""
        number = re.search(r"\d+", said)
        exact = number is not None and int(number[0]) * 60 >= _NOON + 60
        return exact or self._times.half(text.lower(), text) is not None


def _number(said: str) -> int:
    """Figures alone; -1: it is something else."""
    return int(said) if said.isdecimal() else -1


def _minutes(reading: Reading) -> int:
    return int(reading.value[:2]) * 60 + int(reading.value[3:])
