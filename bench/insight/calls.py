"""Calls as they are written down for the benchmark, and their events as a gateway would have told them.

A line is `< what the agent says`, `> what the caller says`, `* event field=value` or, at the end, `= how it ended`. In
braces after its mark: `{wait 5}` an answer came after so many seconds, `{after 9}` the caller spoke after so many,
`{unknown}` (or another register) how sure the answer to it was, `{again}` the caller went on after the agent had begun,
`{cut}` the agent was interrupted. `* pause 20` lets time pass.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import yaml

from parley.messages import Event

DATA = Path(__file__).parents[1] / "data" / "insight"
BEGAN = 1_780_000_000.0
_LINE = re.compile(r"([<>*=])(?:\{([^}]*)\})?\s*(.*)")
_REGISTERS = {"likely", "unsure", "unknown", "refused"}
_ANSWER_S, _CALLER_S, _SETTLES_S = 0.7, 0.9, 0.6
"""Silences: before an answer, before a caller speaks, and after which a turn is taken for over."""
_CHARACTERS_PER_S = 15.0


class Call(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A call and what somebody who reads it says of it."""

    outcome: str
    talk: str
    tags: list[str] = []
    channel: str = "voice"


def calls(path: Path = DATA / "calls.yaml") -> list[Call]:
    """All calls of a file."""
    return msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), list[Call])


def events(call: Call) -> list[Event]:
    """What the gateway tells of it; ValueError for a line that is none."""
    telling = _Telling(call.channel)
    lines = [line.strip() for line in call.talk.splitlines()]
    for line in filter(None, lines):
        found = _LINE.fullmatch(line)
        if found is None:
            raise ValueError(f"{line!r} is no line of a call")
        telling.line(found[1], (found[2] or "").split(), found[3])
    return telling.events


@dataclass
class _Telling:
    channel: str
    events: list[Event] = field(default_factory=list)
    now: float = BEGAN
    turn: int = 0
    asked: str = ""
    """What the caller said last, and nobody has answered."""
    revision: Iterator[int] = field(default_factory=itertools.count)

    def line(self, mark: str, options: Sequence[str], text: str) -> None:
        match mark:
            case "<":
                self._start()
                self._agent(text, options)
            case ">":
                self._start()
                self._caller(text, options)
            case "*":
                self._other(text)
            case _:
                how, *more = text.split()
                self.now += 1.0
                self._tell("call_ended", self.now, outcome=how, **_fields(more))

    def _start(self) -> None:
        if not self.events:
            channel = {} if self.channel == "voice" else {"channel": self.channel}
            self._tell("call_started", self.now, caller="1001", extension="100", **channel)

    def _agent(self, text: str, options: Sequence[str]) -> None:
        revision = next(self.revision)
        begin = self.now + _seconds(options, "wait", _ANSWER_S)
        self._tell("agent_speaks", begin, revision=revision)
        if self.asked:
            wait = {"voice_to_voice" if self.channel == "voice" else "first_sentence": begin - self.now}
            self._tell("turn", begin, turn=self.turn, revision=revision, **wait)
            for register in _REGISTERS.intersection(options):
                self._tell("open_question", begin, question=self.asked, register=register, said=text)
        self.now = begin + len(text) / _CHARACTERS_PER_S
        self._tell("agent_said", self.now, revision=revision, text=text, whole="cut" not in options)
        if "cut" in options:
            self._tell("barge_in", self.now, outcome="interrupted", stop_s=0.1)
        self.asked = ""

    def _caller(self, text: str, options: Sequence[str]) -> None:
        begin = self.now + _seconds(options, "after", _CALLER_S)
        self._tell("caller_speaks", begin)
        self.now = begin + len(text) / _CHARACTERS_PER_S
        self.turn, self.asked = self.turn + 1, text
        self._tell("caller_said", self.now + _SETTLES_S, turn=self.turn, text=text, again="again" in options)

    def _other(self, text: str) -> None:
        kind, *more = text.split()
        if kind == "pause":
            self.now += float(more[0])
            return
        self._start()
        self.now += 0.2
        self._tell(kind, self.now, **_fields(more))

    def _tell(self, kind: str, at: float, **data: Any) -> None:
        self.events.append(Event(call="c1", kind=kind, at=at, data={"agent": "shop", **data}))


def _seconds(options: Sequence[str], name: str, otherwise: float) -> float:
    return float(options[options.index(name) + 1]) if name in options else otherwise


def _fields(pairs: Sequence[str]) -> dict[str, Any]:
    return {name: yaml.safe_load(value) for name, _, value in (pair.partition("=") for pair in pairs)}
