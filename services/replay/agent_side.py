"""What the agent says in a call that is run again: what it said live, from when the turn is its own. Pure.

A caller hears and answers what was said then, so the end of the agent's speech stays where it was; its beginning moves
with the end of the turn that it answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gateway.conversation.replies import Reply
from parley.audio import FRAME_SAMPLES, SAMPLE_RATE
from records.sound.timeline import Span

SHORTEST_S = 1.0
"""So long an answer is spoken at least that comes when the live one was over."""
UNKNOWN_S = 2.0
"""So long one is spoken that was not given live."""
PREPARED_S = 0.25
_EARLY_S = 0.3
"""A live answer may begin so much before the voice ends as it is measured now."""


@dataclass(slots=True)
class Playing:
    """A reply that is being spoken."""

    revision: int
    until_s: float
    said: Reply
    paused: bool = False
    played: int = 0
    """Samples that are out."""

    def tick(self) -> None:
        """A frame more is out, unless the agent is silent."""
        self.played += 0 if self.paused else FRAME_SAMPLES


class AgentSide:
    """The spans of one call."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = [span for span in spans if span.kind != "bridge"]
        self._lines = [span for span in self._spans if span.kind == "line"]

    def line(self, now_s: float) -> Span | None:
        """A line of the agent's own that is due; None: there is none."""
        return self._lines[0] if self._lines and self._lines[0].begin_s <= now_s else None

    def take_line(self) -> Span:
        """That line, once."""
        return self._lines.pop(0)

    def prepared_s(self, asked_s: float) -> float:
        """How long the answer takes to words that end now."""
        found = self._after(asked_s)
        return found.prepared_s if found is not None and found.kind == "answer" else PREPARED_S

    def answer(self, revision: int, voice_end_s: float, now_s: float) -> Playing:
        """The answer to a turn, spoken from now on."""
        found = self._after(voice_end_s)
        if found is None:
            return playing(revision, "", now_s, now_s + UNKNOWN_S)
        if found.kind == "line":
            return playing(revision, "", now_s, max(found.begin_s, now_s))
        return playing(revision, found.text, now_s, max(found.end_s, now_s + SHORTEST_S))

    def _after(self, voice_end_s: float) -> Span | None:
        """What was said live after this voice, if anything."""
        return next((span for span in self._spans if span.begin_s > voice_end_s - _EARLY_S), None)


def playing(revision: int, text: str, begin_s: float, end_s: float) -> Playing:
    """A reply whose words take this time."""
    said = Reply(revision)
    said.add(0, text, np.zeros(max(0, round((end_s - begin_s) * SAMPLE_RATE)), np.int16))
    return Playing(revision, end_s, said)
