"""What the canary measured from the outside, for Prometheus: the last call's figures, and how its calls went."""

from prometheus_client import Counter, Gauge

from canary.verdict import Verdict

SUCCESS = Gauge(
    "parley_canary_success",
    "Whether the canary's last call went as its script expects: 1 or 0; a skip leaves it",
)
LAST_RUN = Gauge("parley_canary_last_run_timestamp_seconds", "When the canary's last call ended, Unix time")
VOICE_TO_VOICE = Gauge(
    "parley_canary_voice_to_voice_seconds",
    "Median voice-to-voice time of the canary's last call, on its own wire; NaN when nothing was answered",
)
BARGE_IN_STOP = Gauge(
    "parley_canary_barge_in_stop_seconds",
    "From the canary's first voiced packet over the agent to the agent's last, on its own wire; NaN without any",
)
ANSWER_RIGHT = Gauge(
    "parley_canary_answer_right",
    "Whether every answer of the canary's last call held the words that it must: 1 or 0",
)
KEY_OK = Gauge(
    "parley_canary_key_ok",
    "Whether the agent fell silent at the key that the canary pressed in its last call: 1 or 0",
)
RUNS = Counter(
    "parley_canary_runs",
    "The canary's calls: ok, wrong (not as the script expects), failed (no call), skipped (the stack is full)",
    ["outcome"],
)
# Before the first call there is nothing to draw.
for _gauge in (VOICE_TO_VOICE, BARGE_IN_STOP):
    _gauge.set(float("nan"))
for _outcome in ("ok", "wrong", "failed", "skipped"):
    RUNS.labels(_outcome)


def show(verdict: Verdict, ended_at: float) -> None:
    """Export a call's verdict."""
    RUNS.labels(verdict.outcome).inc()
    if verdict.outcome == "skipped":
        return
    SUCCESS.set(verdict.outcome == "ok")
    LAST_RUN.set(ended_at)
    VOICE_TO_VOICE.set(_or_nan(verdict.voice_to_voice_s))
    BARGE_IN_STOP.set(_or_nan(verdict.barge_in_stop_s))
    ANSWER_RIGHT.set(verdict.answer_right)
    KEY_OK.set(verdict.key_ok)


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value
