"""Turns of a conversation as both clocks saw them, matched and sorted. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, Literal

from bench.knowledge.answers import Verdict

Kind = Literal["model", "known"]
"""Whether a language model was asked, or the answer was known."""
STAGES = ("endpoint", "stt", "llm", "tts", "transport", "playout")
QUICKEST_MODEL_S = 0.05
"""An answer of a language model takes longer; what the `llm` stage is below this is the wait in the queue."""
MATCH_S = 0.75
"""How far apart the two sides may see the same moment of a turn."""


@dataclass(frozen=True)
class Heard:
    """A turn by the caller's clock."""

    said: str
    speaker: str
    answer_at: float | None
    """Unix time of the answer's first voiced packet; None when there was none."""
    voice_to_voice_s: float | None
    ended_at: float | None = None
    """Unix time of the caller's last voiced packet."""
    asked: str = ""
    """Kind of the utterance; empty for what only leads to another one, and is not measured."""
    reply: str = ""
    """What the caller heard of the answer, in words."""
    verdict: Verdict = "open"
    """What the answer is worth."""


@dataclass(frozen=True)
class Told:
    """A turn by the gateway's clock."""

    at: float
    """Unix time of the answer's first voiced packet."""
    data: Mapping[str, Any]
    """The waterfall."""

    @property
    def ended_at(self) -> float:
        """Unix time of the caller's last voiced packet."""
        return self.at - float(self.data["voice_to_voice"])

    @property
    def first_voice_s(self) -> float:
        """From then to the agent's first voiced packet, which may be a filler's."""
        return float(self.data.get("filler_at", self.data["voice_to_voice"]))

    @property
    def written_s(self) -> float | None:
        """From then to the language model's own first words; None: facts were said, and it had nothing to add."""
        if self.data.get("opens"):
            return self.data.get("written_at")
        return float(self.data["voice_to_voice"])

    def distance_s(self, heard: Heard) -> float:
        """How far apart both sides saw this turn: by its end, by the agent's first voice, or by its answer."""
        began = self.ended_at + self.first_voice_s
        pairs = ((self.at, heard.answer_at), (began, heard.answer_at), (self.ended_at, heard.ended_at))
        return min((abs(told - seen) for told, seen in pairs if seen is not None), default=inf)


@dataclass(frozen=True)
class Turn:
    """A turn by both clocks; `told` is None when the gateway knows nothing of it."""

    heard: Heard
    told: Told | None

    @property
    def kind(self) -> Kind | None:
        """Whether a language model was asked; None when it is not known."""
        return None if self.told is None else kind_of(self.told.data)

    @property
    def difference_s(self) -> float | None:
        """The caller's clock less the gateway's."""
        if self.told is None or self.heard.voice_to_voice_s is None:
            return None
        return self.heard.voice_to_voice_s - self.told.first_voice_s


def kind_of(data: Mapping[str, Any]) -> Kind:
    """Tell from a waterfall whether a language model was asked."""
    return "model" if data.get("opens") or float(data["llm"]) >= QUICKEST_MODEL_S else "known"


def matched(heard: Sequence[Heard], told: Sequence[Told], within_s: float = MATCH_S) -> list[Turn]:
    """Give every turn of the caller's the gateway's turn at the same time, each at most once, the closest first."""
    distances = ((t.distance_s(h), i, j) for i, h in enumerate(heard) for j, t in enumerate(told))
    partner: dict[int, int] = {}
    for distance, i, j in sorted(distances):
        if distance <= within_s and i not in partner and j not in partner.values():
            partner[i] = j
    return [Turn(h, told[partner[i]] if i in partner else None) for i, h in enumerate(heard)]
