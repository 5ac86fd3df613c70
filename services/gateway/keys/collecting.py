"""A number that the caller types or says: asked for, read back, noted. Which step comes next `digits.py` decides."""

from collections.abc import Callable

from gateway.conversation.guidance import Speech
from gateway.conversation.secrets import MASK
from gateway.keys import digits
from gateway.keys.digits import Collector
from gateway.keys.way import Typed
from gateway.values.numbers import said_digits
from parley import languages
from parley.agents import Agent
from parley.agents.dialogue import Collect
from parley.languages.said import only, plain


class Collecting:
    """At most one number at a time."""

    def __init__(
        self, speech: Speech, agent: Callable[[], Agent], on_end: Callable[[str | None], None]
    ) -> None:
        """`agent`: in whose words is asked, now; `on_end` gets what is done with the number; None: there is none."""
        self._speech = speech
        self._agent = agent
        self._on_end = on_end
        self._collector: Collector | None = None
        self._name = ""

    @property
    def going_on(self) -> bool:
        """Whether a number is asked for."""
        return self._collector is not None

    def begin(self, name: str) -> None:
        """Ask for the number that agent.yaml has under this name."""
        self._name = name
        self._collector = Collector(self._wanted())
        self._do(self._collector.begin())

    def keep(self) -> Typed | None:
        """Say where it is; None: no number is being typed."""
        if self._collector is None:
            return None
        digits, confirming, tries = self._collector.keep()
        return Typed(name=self._name, digits=digits, confirming=confirming, tries=tries)

    def resume(self, typed: Typed, remark: str) -> bool:
        """Go on where another gateway was, after a remark; return False where the agent's file has no such number."""
        if typed.name not in self._agent().file.collect:
            return False
        self._name = typed.name
        self._collector = Collector(self._wanted())
        step = self._collector.resume(typed.digits, confirming=typed.confirming, tries=typed.tries)
        self._do(step, f"{remark} ")
        return True

    def stop(self) -> None:
        """Ask no more."""
        self._collector = None

    def key(self, key: str) -> bool:
        """Take a key that belongs to the number; return whether it does."""
        if self._collector is None or not (key.isdigit() or key == self._wanted().end):
            return False
        self._do(self._collector.key(key))
        return True

    def told(self, key: str) -> str:
        """A key as it may be told: a digit of what is sensitive is masked."""
        return MASK if self._secret and key.isdigit() else key

    @property
    def _secret(self) -> bool:
        return self._collector is not None and self._wanted().sensitive

    def said(self, text: str) -> bool:
        """Take what the caller said, to the end, in place of keys; return whether a number is asked for."""
        if self._collector is None:
            return False
        self._speech.note(MASK if self._secret else text)
        code = self._agent().file.language
        known = languages.get(code)
        right, wrong = (only(plain(text), group) for group in (known.yes, known.no))
        step = self._collector.answered(right=right) if right or wrong else None
        self._do(step or self._collector.said(said_digits(text, code)))
        return True

    def timed_out(self) -> None:
        """No key has come in time."""
        if self._collector is not None:
            self._do(self._collector.timed_out())

    def _wanted(self) -> Collect:
        return self._agent().file.collect[self._name]

    def _do(self, step: digits.Step, remark: str = "") -> None:
        wanted = self._wanted()
        match step:
            case digits.Ask():
                remark = f"{self._agent().line('wrong_key')} " if step.wrong else remark
                self._speech.tell(f"{remark}{wanted.say}", wanted.timeout_s)
            case digits.Listen():
                self._speech.skip(wanted.timeout_s)
            case digits.SoFar():
                self._hide(step.digits)
                text = self._agent().line("typed", digits=digits.spoken(step.digits))
                self._speech.tell(f"{remark}{text}", wanted.timeout_s)
            case digits.ReadBack():
                self._hide(step.digits)
                text = wanted.confirm.format(digits=digits.spoken(step.digits))
                self._speech.tell(f"{remark}{text}", wanted.timeout_s)
            case digits.Done(number):
                self._end(number, wanted)

    def _hide(self, number: str) -> None:
        """Have a number that is sensitive masked before anything is said of it; a single digit is anybody's."""
        if self._wanted().sensitive and len(number) > 1:
            self._speech.hide(number)

    def _end(self, number: str | None, wanted: Collect) -> None:
        self._collector = None
        if number is not None:
            self._speech.emit("collected", name=self._name, digits=number)
            self._speech.note(f"{self._name}: {number}")
        self._on_end(None if number is None else wanted.then)
