"""Where the time of an answer went, as bars beside each other. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

STAGES = ("endpoint", "stt", "transport", "llm", "tts", "playout")
_PER_CENT = 100.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A stage; `left` and `width` in per cent of the whole answer."""

    name: str
    left: float
    width: float
    seconds: float


def bars(latency_s: Mapping[str, float]) -> list[Bar]:
    """The stages of an answer, in their order; none where they were not measured.

    They overlap, since the answer is prepared before the turn is surely over. Times count from the caller's last word.
    """
    total = latency_s.get("voice_to_voice", 0.0)
    if total <= 0.0:
        return []
    asked, ready = latency_s.get("asked_at", 0.0), latency_s.get("ready_at", total)
    stt, llm, tts = (latency_s.get(name, 0.0) for name in ("stt", "llm", "tts"))
    spoken = ready - tts
    spans = {
        "endpoint": (0.0, latency_s.get("endpoint", 0.0)),
        "stt": (asked, asked + stt),
        "transport": (asked + stt, spoken - llm),
        "llm": (spoken - llm, spoken),
        "tts": (spoken, ready),
        "playout": (total - latency_s.get("playout", 0.0), total),
    }
    return [_bar(name, *spans[name], total) for name in STAGES if name in latency_s]


def _bar(name: str, begin: float, end: float, total: float) -> Bar:
    left = min(max(begin / total * _PER_CENT, 0.0), _PER_CENT)
    right = min(max(end / total * _PER_CENT, left), _PER_CENT)
    return Bar(name, round(left, 2), round(right - left, 2), max(0.0, end - begin))
