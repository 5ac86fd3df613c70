"""Collecting a number by keys or voice, with a read-back. Pure: keys, digits and silences come in, steps come out."""

from dataclasses import dataclass
from enum import Enum, auto

from parley.agents.dialogue import Collect


@dataclass(frozen=True, slots=True)
class Step:
    """The root of what is to be done."""


@dataclass(frozen=True, slots=True)
class Ask(Step):
    """Ask for the number, after a remark that the last one was none."""

    wrong: bool = False


@dataclass(frozen=True, slots=True)
class Listen(Step):
    """Say nothing: more digits are to come."""


@dataclass(frozen=True, slots=True)
class SoFar(Step):
    """Say the digits that there are, and ask for the others."""

    digits: str


@dataclass(frozen=True, slots=True)
class ReadBack(Step):
    """Say the number, and ask whether it is right."""

    digits: str


@dataclass(frozen=True, slots=True)
class Done(Step):
    """The number is right; None: there is none."""

    digits: str | None


class _At(Enum):
    TYPING = auto()
    CONFIRMING = auto()


class Collector:
    """One number, from the question to its confirmation."""

    def __init__(self, step: Collect) -> None:
        self._step = step
        self._at = _At.TYPING
        self._digits = ""
        self._tries = 0

    def keep(self) -> tuple[str, bool, int]:
        """Say where it is: the digits so far, whether they are being read back, and how often it was begun again."""
        return self._digits, self._at is _At.CONFIRMING, self._tries

    def resume(self, digits: str, *, confirming: bool, tries: int) -> Step:
        """Go on with a number of which some digits have been typed before."""
        self._digits, self._tries = digits, tries
        if confirming:
            return self._read_back()
        return SoFar(digits) if digits else Ask()

    def begin(self) -> Step:
        """Ask for the number."""
        return Ask()

    def key(self, key: str) -> Step:
        """Press a key: a digit, the one that ends the number, or an answer to the read-back."""
        if self._at is _At.CONFIRMING:
            return self._answer(key)
        if key == self._step.end:
            return self._end()
        if not key.isdigit():
            return Listen()
        self._digits += key
        return self._read_back() if len(self._digits) == self._step.digits.max else Listen()

    def said(self, digits: str) -> Step:
        """Say digits, all of the number or what is still missing of it; empty: what was said is no number.

        After the read-back they are the right number, or, where they are fewer than it needs, its right end: "no,
        double two".
        """
        if self._at is _At.CONFIRMING and not digits:
            return self._again_or(ReadBack(self._digits))
        whole = self._digits + digits
        if self._at is _At.CONFIRMING:
            whole = digits if len(digits) >= self._step.digits.min else self._digits[: -len(digits)] + digits
        if digits and len(whole) < self._step.digits.min:
            self._at, self._digits = _At.TYPING, whole
            return SoFar(whole)
        if not digits or len(whole) > self._step.digits.max:
            self._at, self._digits = _At.TYPING, ""
            return self._again_or(Ask(wrong=True))
        self._digits = whole
        return self._read_back()

    def answered(self, *, right: bool) -> Step | None:
        """Say yes or no to the read-back; None when nothing was read back."""
        if self._at is not _At.CONFIRMING:
            return None
        return self._answer(self._step.accept if right else self._step.again)

    def timed_out(self) -> Step:
        """No key for the time that is allowed: the number is at its end, or is asked for again."""
        if self._at is _At.CONFIRMING:
            return self._again_or(ReadBack(self._digits))
        return self._end() if self._digits else self._again_or(Ask())

    def _end(self) -> Step:
        if len(self._digits) >= self._step.digits.min:
            return self._read_back()
        self._digits = ""
        return self._again_or(Ask(wrong=True))

    def _read_back(self) -> Step:
        self._at = _At.CONFIRMING
        return ReadBack(self._digits)

    def _answer(self, key: str) -> Step:
        if key == self._step.accept:
            return Done(self._digits)
        if key != self._step.again:
            return self._again_or(ReadBack(self._digits))
        self._at, self._digits = _At.TYPING, ""
        return self._again_or(Ask())

    def _again_or(self, step: Step) -> Step:
        self._tries += 1
        return step if self._tries <= self._step.retries else Done(None)


def spoken(digits: str) -> str:
    """Digits as they are read back: one by one, in groups of three with a breath between."""
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return ", ".join(" ".join(group) for group in groups)
