"""What the caller types or says when asked for it: asked for, read back, noted. `collector.py` decides the steps."""

import datetime
from collections.abc import Callable
from zoneinfo import ZoneInfo

from gateway.conversation.guidance import Speech
from gateway.conversation.secrets import MASK
from gateway.keys import collector
from gateway.keys.collector import Collector
from gateway.keys.offers import asked_for, is_of_text, then
from gateway.keys.way import Typed
from gateway.values.kind import Kind
from gateway.values.kinds import Setting, kind_of
from gateway.values.picks import reaction
from parley import languages
from parley.agents import Agent
from parley.agents.dialogue import Collect
from parley.languages.said import plain

_SPELL_AFTER = 1
"""Tries after which somebody who is not understood is asked to spell."""


class Collecting:
    """At most one value at a time."""

    def __init__(
        self,
        speech: Speech,
        agent: Callable[[], Agent],
        on_end: Callable[[str | None], None],
        now: Callable[[], datetime.datetime] = lambda: datetime.datetime.now(datetime.UTC),
    ) -> None:
        """`agent`: in whose words is asked, now; `on_end` gets what is done with the value; None: there is none."""
        self._speech = speech
        self._agent = agent
        self._on_end = on_end
        self._now = now
        self._collector: Collector | None = None
        self._name = ""

    @property
    def going_on(self) -> bool:
        """Whether something is asked for."""
        return self._collector is not None

    @property
    def expected(self) -> tuple[str, ...]:
        """Words that are likely to be said; none where anything may be, or nothing is asked for."""
        return self._kind().expected if self.going_on else ()

    def begin(self, name: str) -> None:
        """Ask for what agent.yaml has under this name."""
        self._name = name
        self._collector = Collector(self._wanted(), self._kind)
        self._do(self._collector.begin())

    def keep(self) -> Typed | None:
        """Say where it is; None: nothing is asked for."""
        return None if self._collector is None else self._collector.keep(self._name)

    def resume(self, typed: Typed, remark: str) -> bool:
        """Go on where another gateway was, after a remark; return False where the agent's file does not ask for it."""
        if asked_for(self._agent(), typed.name) is None:
            return False
        self._name = typed.name
        self._collector = Collector(self._wanted(), self._kind)
        if typed.refused:
            self._hide(typed.refused)
        self._do(self._collector.resume(typed), f"{remark} ")
        return True

    def stop(self) -> None:
        """Ask no more."""
        self._collector = None

    def key(self, key: str) -> bool:
        """Take a key that belongs to the value; return whether it does."""
        if self._collector is None or not (key.isdigit() or key == self._wanted().end):
            return False
        self._do(self._collector.key(key))
        return True

    def told(self, key: str) -> str:
        """A key as it may be told: a digit of what is sensitive is masked."""
        return MASK if self.secret and key.isdigit() else key

    @property
    def secret(self) -> bool:
        """Whether what is asked for is sensitive."""
        wanted = asked_for(self._agent(), self._name) if self.going_on else None
        return wanted is not None and wanted.sensitive

    def said(self, text: str) -> bool:
        """Take what the caller said, to the end, in place of keys; return whether something is asked for."""
        if self._collector is None:
            return False
        self._speech.note(MASK if self.secret else text)
        heard = plain(self._speech.last_heard).endswith(plain(self._wanted().say))
        self._do(self._collector.said(text, reaction(text, self._agent().file.language), heard=heard))
        return True

    def answers(self, text: str) -> bool:
        """Whether words put right what was read back."""
        return self._collector is not None and self._collector.answers(text)

    def timed_out(self) -> None:
        """No key has come in time."""
        if self._collector is not None:
            self._do(self._collector.timed_out())

    def _wanted(self) -> Collect:
        wanted = asked_for(self._agent(), self._name)
        assert wanted is not None, "what is asked for stands in the agent's file"
        return wanted

    def _kind(self) -> Kind:
        agent = self._agent()
        hours = agent.file.hours
        now = self._now().astimezone(ZoneInfo(hours.timezone) if hours else None)
        return kind_of(self._wanted(), Setting(agent.file.language, agent.country, now.date()))

    def _do(self, step: collector.Step, remark: str = "") -> None:
        wanted = self._wanted()
        match step:
            case collector.Ask():
                self._speech.tell(
                    f"{self._remark(step) if step.wrong else remark}{wanted.say}", wanted.timeout_s
                )
            case collector.Listen():
                self._speech.skip(wanted.timeout_s)
            case collector.SoFar(value):
                self._hide(value)
                text = self._agent().line("typed", digits=self._kind().spoken(value))
                self._speech.tell(f"{remark}{text}", wanted.timeout_s)
            case collector.Which(values):
                self._tell_apart(values, remark)
            case collector.ReadBack(value):
                self._hide(value)
                remark = f"{self._agent().line('not_got')} " if step.again else remark
                self._speech.tell(f"{remark}{self._read_back(self._kind().spoken(value))}", wanted.timeout_s)
            case collector.Done(value):
                self._end(value, wanted)

    def _tell_apart(self, values: tuple[str, ...], remark: str) -> None:
        """Ask which of several values is meant."""
        for value in values:
            self._hide(value)
        *others, last = map(self._kind().spoken, values)
        text = self._agent().line("which_one", words=", ".join(others), value=last)
        self._speech.tell(f"{remark}{text}", self._wanted().timeout_s)

    def _remark(self, step: collector.Ask) -> str:
        """What stands before the question to somebody who was not understood."""
        agent = self._agent()
        if not step.said or self._wanted().kind == "digits":
            return f"{agent.line('wrong_key')} "
        often = self._collector is not None and self._collector.tries > _SPELL_AFTER
        spell = f" {agent.line('spell_it')}" if often and self._kind().spelled else ""
        return f"{agent.line('not_got')}{spell} "

    def _read_back(self, spoken: str) -> str:
        """The sentence that reads a value back."""
        wanted, agent = self._wanted(), self._agent()
        if wanted.confirm is not None:
            return wanted.confirm.format(digits=spoken, value=spoken)
        if wanted.kind == "digits":
            return languages.get(agent.file.language).texts["confirm"].format(digits=spoken)
        return agent.line("read_back", value=spoken)

    def _hide(self, value: str) -> None:
        """Have a value that is sensitive masked before anything is said of it; a single character is anybody's."""
        if not self._wanted().sensitive:
            return
        kind = self._kind()
        words = kind.spoken(value).split()
        # Who interrupts the read-back has heard the beginning of it.
        begun = [" ".join(words[:count]).rstrip(",") for count in range(2, len(words))]
        for secret in (*kind.secrets(value), *begun):
            if len(secret) > 1:
                self._speech.hide(secret)

    def _end(self, value: str | None, wanted: Collect) -> None:
        result = None if value is None else self._kind().result(value)
        self._collector = None
        if result is not None:
            self._tell(wanted, result)
            self._speech.note(f"{self._name}: {result}")
        self._on_end(None if result is None else then(self._name, wanted, result))

    def _tell(self, wanted: Collect, result: str) -> None:
        if is_of_text(self._name):
            return  # webhooks and records would have it among what the agent's file asks for
        if wanted.kind == "digits":
            self._speech.emit("collected", name=self._name, digits=result)
        else:
            self._speech.emit("collected", name=self._name, of=wanted.kind, value=result)
