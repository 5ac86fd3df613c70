"""Where the time of a turn goes, by the gateway's clock on the wire, in monotonic seconds.

Voice-to-voice runs from the arrival of the last voiced packet of the caller's to the departure of the first voiced
packet of the agent's. Its stages overlap, since the answer is prepared while it is not yet sure that the turn is over:
the sum of all stages is more than voice-to-voice.
"""

from dataclasses import dataclass
from typing import Literal

from prometheus_client import Counter, Gauge, Histogram

from parley.messages import ReplyTiming

EndpointReason = Literal["finished", "silence", "maximum"]

_BUCKETS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 7, 10)

VOICE_TO_VOICE = Histogram(
    "parley_turn_voice_to_voice_seconds",
    "From the caller's last voiced packet to the agent's first, endpointing included",
    ["agent"],
    buckets=_BUCKETS,
)
BUDGET = Gauge("parley_turn_budget_seconds", "Voice-to-voice time that a turn should keep to (TURN_BUDGET_S)")
OVER_BUDGET = Counter("parley_turn_over_budget", "Turns that took longer than TURN_BUDGET_S", ["agent"])
STAGE = Histogram(
    "parley_turn_stage_seconds",
    "Time of a stage of a turn: endpoint, stt, llm, tts, transport or playout; stages overlap",
    ["agent", "stage"],
    buckets=_BUCKETS,
)
ASKED = Histogram(
    "parley_turn_asked_seconds",
    "From the caller's last voiced packet until the transcription was asked for that the answer rests on",
    ["agent"],
    buckets=_BUCKETS,
)
BARGE_INS = Counter(
    "parley_barge_ins",
    "Speech over the agent, by what came of it: interrupted or resumed",
    ["agent", "outcome"],
)
BARGE_IN_STOP = Histogram(
    "parley_barge_in_stop_seconds",
    "From the caller's first voiced packet over the agent to the agent's last speech packet",
    ["agent"],
    buckets=(0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7, 1),
)
BARGE_IN_SILENT = Histogram(
    "parley_barge_in_silent_seconds",
    "How long the agent was silent over what turned out to be no interruption",
    ["agent"],
    buckets=(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.5, 2, 3, 5),
)
REPLY_HEARD = Histogram(
    "parley_reply_heard_ratio",
    "Share of an interrupted reply, as far as it had been spoken by the voice, that the caller heard",
    ["agent"],
    buckets=(0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1),
)
ENDPOINTS = Counter(
    "parley_endpoint_decisions",
    "Ends of turns by what decided them: finished (words and melody), silence, maximum (ENDPOINT_SLOW_MS)",
    ["agent", "reason"],
)
WORDLESS = Counter(
    "parley_utterances_without_words", "Pauses before which no words were found: noise, a cough", ["agent"]
)


def endpoint_reason(silence_s: float | None, fast_s: float, slow_s: float) -> EndpointReason:
    """Why a turn that ended after this silence ended then."""
    if silence_s is None or silence_s >= slow_s:
        return "maximum"
    return "finished" if silence_s <= (fast_s + slow_s) / 2 else "silence"


@dataclass(slots=True)
class TurnClock:
    """The times of one turn; what has not happened yet is None."""

    voice_end: float
    """Arrival of the caller's last voiced packet."""
    asked: float
    """When the transcription of the newest attempt was asked for."""
    stt_s: float | None = None
    ready: float | None = None
    """When the first speech of the answer arrived."""
    timing: ReplyTiming | None = None
    committed: float | None = None
    """When the turn was found to be over."""
    filler_sent: float | None = None
    """When the words that bridge the wait began, if there were any: they are voice, but no answer."""

    @property
    def wait_s(self) -> float:
        """Seconds from the end of the turn until the answer was there; 0 when it was there before, or none came."""
        if self.committed is None or self.ready is None:
            return 0.0
        return max(0.0, self.ready - self.committed)

    def waterfall(self, sent: float) -> dict[str, float]:
        """Seconds of every stage, and their beginning `at` where it is not plain, once speech was `sent`."""
        committed = self.committed if self.committed is not None else sent
        ready = self.ready if self.ready is not None else sent
        timing = self.timing
        stages = {
            "endpoint": committed - self.voice_end,
            "stt": self.stt_s or 0.0,
            "llm": timing.queue_s + timing.llm_s if timing else 0.0,
            "tts": timing.tts_s if timing else 0.0,
            "playout": sent - max(committed, ready),
        }
        worked = stages["stt"] + stages["llm"] + stages["tts"]
        stages["transport"] = max(0.0, ready - self.asked - worked)
        return {name: round(seconds, 4) for name, seconds in stages.items()}

    def report(self, agent: str, sent: float, budget_s: float) -> dict[str, float]:
        """Put the turn into the metrics; return its waterfall with `voice_to_voice`.

        With `filler_at` as well when a filler was heard before the answer, and `opens` when it begins with facts
        while a language model writes the rest.
        """
        stages = self.waterfall(sent)
        for stage, seconds in stages.items():
            STAGE.labels(agent, stage).observe(seconds)
        total = sent - self.voice_end
        VOICE_TO_VOICE.labels(agent).observe(total)
        ASKED.labels(agent).observe(self.asked - self.voice_end)
        OVER_BUDGET.labels(agent).inc(total > budget_s)
        filler = (
            {} if self.filler_sent is None else {"filler_at": round(self.filler_sent - self.voice_end, 4)}
        )
        return {
            "voice_to_voice": round(total, 4),
            **filler,
            **({"opens": 1.0} if self.timing is not None and self.timing.opens else {}),
            **stages,
            "asked_at": round(self.asked - self.voice_end, 4),
            "ready_at": round((self.ready or sent) - self.voice_end, 4),
        }
