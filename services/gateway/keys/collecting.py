"""A number that the caller types: asked for, read back, noted. Which step comes next is `digits.py`'s to say."""

from collections.abc import Callable

from gateway.conversation.guidance import Speech
from gateway.keys import digits
from gateway.keys.digits import Collector
from gateway.keys.way import Typed
from parley.agents import Agent
from parley.agents.dialogue import Collect


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
        """Whether a number is being typed."""
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
                text = self._agent().line("typed", digits=digits.spoken(step.digits))
                self._speech.tell(f"{remark}{text}", wanted.timeout_s)
            case digits.ReadBack():
                text = wanted.confirm.format(digits=digits.spoken(step.digits))
                self._speech.tell(f"{remark}{text}", wanted.timeout_s)
            case digits.Done(number):
                self._end(number, wanted)

    def _end(self, number: str | None, wanted: Collect) -> None:
        self._collector = None
        if number is not None:
            self._speech.emit("collected", name=self._name, digits=number)
            self._speech.note(f"{self._name}: {number}")
        self._on_end(None if number is None else wanted.then)
