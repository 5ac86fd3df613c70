"""Asking for a value by keys or voice, with a read-back. Pure: keys, words and silences come in, steps come out."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from gateway.keys.way import Typed
from gateway.values.kind import NOTHING, Kind, Reading
from gateway.values.picks import Reaction
from parley.agents.dialogue import Collect


@dataclass(frozen=True, slots=True)
class Step:
    """The root of what is to be done."""


@dataclass(frozen=True, slots=True)
class Ask(Step):
    """Ask for the value, after a remark that the last one was none."""

    wrong: bool = False
    said: bool = False
    """Whether it was said, and not typed."""


@dataclass(frozen=True, slots=True)
class Listen(Step):
    """Say nothing: more keys are to come."""


@dataclass(frozen=True, slots=True)
class SoFar(Step):
    """Say what there is of the value, and ask for the rest."""

    value: str


@dataclass(frozen=True, slots=True)
class Which(Step):
    """Ask which of these values is meant."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadBack(Step):
    """Say the value, and ask whether it is right; again, after a remark that the answer was not understood."""

    value: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class Done(Step):
    """The value is right; None: there is none."""

    value: str | None


class _At(Enum):
    TELLING = auto()
    CONFIRMING = auto()


class Collector:
    """One value, from the question to its confirmation."""

    def __init__(self, step: Collect, kind: Callable[[], Kind]) -> None:
        """`kind`: what understands the value, in the language that the call has now."""
        self._step = step
        self._kind = kind
        self._at = _At.TELLING
        self._value = ""
        self._refused = ""
        """What was read back and is wrong; empty: nothing was."""
        self._either: tuple[str, ...] = ()
        """Between what was asked; empty: it was not."""
        self._tries = 0

    @property
    def tries(self) -> int:
        """How often it was begun again."""
        return self._tries

    def keep(self, name: str) -> Typed:
        """Say where it is, under the name that the value has in the agent's file."""
        return Typed(
            name=name,
            digits=self._value,
            confirming=self._at is _At.CONFIRMING,
            tries=self._tries,
            refused=self._refused,
            either=self._either,
        )

    def resume(self, typed: Typed) -> Step:
        """Go on with a value of which some has been told before."""
        self._value, self._tries = typed.digits, typed.tries
        self._refused, self._either = typed.refused, typed.either
        if typed.confirming:
            return self._read_back()
        if self._either:
            return Which(self._either)
        return SoFar(self._value) if self._value else Ask()

    def begin(self) -> Step:
        """Ask for the value."""
        return Ask()

    def key(self, key: str) -> Step:
        """Press a key: one of the value, the one that ends it, or an answer to the read-back."""
        if self._at is _At.CONFIRMING:
            return self._answer(key)
        if key == self._step.end:
            return self._end()
        if not key.isdigit():
            return Listen()
        self._either = ()
        self._value += key
        return self._end() if len(self._value) == self._kind().keys else Listen()

    def said(self, text: str, reaction: Reaction = Reaction.NONE, *, heard: bool = True) -> Step:
        """Say the value or what is still missing of it; after the read-back, yes, no or what is to be changed.

        `heard`: whether what was asked last has been heard to its end. Who speaks before only goes on: "No", and when
        it is being asked for anew "on Wednesday".
        """
        if self._at is not _At.CONFIRMING:
            return self._told(text, reaction, heard=heard)
        if reaction is Reaction.YES:
            other = self._kind().agreed(self._value, text)
            return self._take(other) if other.value else self._answer(self._step.accept)
        if reaction is Reaction.NO:
            other = self._kind().denied(self._value)
            return self._take(other) if other.value else self._answer(self._step.again)
        reading = self._kind().corrected(self._value, text)
        if reading.value:
            return self._take(reading)
        if reaction is Reaction.NO_BUT:  # what is right instead was not understood
            return self._answer(self._step.again)
        return self._again_or(ReadBack(self._value, again=True))

    def answers(self, text: str) -> bool:
        """Whether words put right what was read back, surely enough to count however faintly they are heard."""
        before, kind = self._value or self._refused, self._kind()
        if kind.loose or not before or (self._value and self._at is _At.TELLING):
            return False
        reading = kind.corrected(before, text)
        return reading.whole and reading.value != before

    def timed_out(self) -> Step:
        """No key for the time that is allowed: the value is at its end, or is asked for again."""
        if self._at is _At.CONFIRMING:
            return self._again_or(ReadBack(self._value))
        if self._either:
            return self._again_or(Which(self._either))
        return self._end() if self._value else self._again_or(Ask())

    def _told(self, text: str, reaction: Reaction, *, heard: bool) -> Step:
        kind = self._kind()
        if self._either:
            return self._take(kind.picked(self._either, text))
        reading = kind.said(self._value, text)
        if not self._refused or self._value:
            return self._take(reading)
        better = kind.corrected(self._refused, text) if reaction is not Reaction.NO else NOTHING
        if better.whole and (not heard or not reading.value):
            return self._take(better)
        if heard or reading.value:
            return self._take(reading)
        if reaction is Reaction.YES:  # "No. Oh yes, it is."
            return self._take(Reading(self._refused))
        return Ask() if reaction is Reaction.NO else self._take(reading)

    def _end(self) -> Step:
        return self._take(self._kind().typed(self._value), typed=True)

    def _take(self, reading: Reading, *, typed: bool = False) -> Step:
        before, self._either = self._either, reading.either
        if reading.either:
            self._at, self._value = _At.TELLING, ""
            return self._again_or(Which(reading.either)) if before else Which(reading.either)
        if not reading.value:
            self._at, self._value = _At.TELLING, ""
            return self._again_or(Ask(wrong=True, said=not typed))
        self._value = reading.value
        if reading.whole:
            return self._read_back()
        self._at = _At.TELLING
        return SoFar(reading.value)

    def _read_back(self) -> Step:
        # "You said yes. Is that right?" is asked only where somebody wants it.
        if self._step.kind == "yes-no" and self._step.confirm is None:
            return Done(self._value)
        self._at = _At.CONFIRMING
        return ReadBack(self._value)

    def _answer(self, key: str) -> Step:
        if key == self._step.accept:
            return Done(self._value)
        if key != self._step.again:
            return self._again_or(ReadBack(self._value))
        self._at, self._value, self._refused = _At.TELLING, "", self._value
        return self._again_or(Ask())

    def _again_or(self, step: Step) -> Step:
        self._tries += 1
        return step if self._tries <= self._step.retries else Done(None)
