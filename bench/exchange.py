"""Turns of a conversation as both clocks saw them, matched and sorted. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["llm", "fast"]
STAGES = ("endpoint", "stt", "llm", "tts", "transport", "playout")
QUICKEST_MODEL_S = 0.05
"""An answer of a language model takes longer; what the `llm` stage is below this is the wait in the queue."""
MATCH_S = 0.75
"""How far apart the two sides may see the same answer begin."""


@dataclass(frozen=True)
class Heard:
    """A turn by the caller's clock."""

    said: str
    speaker: str
    answer_at: float | None
    """Unix time of the answer's first voiced packet; None when there was none."""
    voice_to_voice_s: float | None


@dataclass(frozen=True)
class Told:
    """A turn by the gateway's clock."""

    at: float
    """Unix time of the answer's first voiced packet."""
    data: Mapping[str, Any]
    """The waterfall."""


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
        return self.heard.voice_to_voice_s - float(self.told.data["voice_to_voice"])


def kind_of(data: Mapping[str, Any]) -> Kind:
    """Tell from a waterfall whether a language model was asked."""
    return "llm" if float(data["llm"]) >= QUICKEST_MODEL_S else "fast"


def matched(heard: Sequence[Heard], told: Sequence[Told], within_s: float = MATCH_S) -> list[Turn]:
    """Give every turn of the caller's the gateway's turn whose answer began at the same time, each at most once."""
    free = list(told)
    turns: list[Turn] = []
    for one in heard:
        at = one.answer_at
        near = [] if at is None else [t for t in free if abs(t.at - at) <= within_s]
        found = min(near, key=lambda t: abs(t.at - (at or 0.0)), default=None)
        if found is not None:
            free.remove(found)
        turns.append(Turn(one, found))
    return turns
