"""What the speech detector of all calls counts."""

from dataclasses import replace

from prometheus_client import Counter

from gateway.media.speech.budget import BudgetCounts
from gateway.media.speech.detector import SpeechDetector

VAD_WINDOWS = Counter(
    "parley_vad_windows",
    "Windows of 32 ms that the voice activity detector was asked about, which silence is not",
)
VAD_CARRIED = Counter(
    "parley_vad_carried_windows",
    "Windows that were left to the next tick, because the budget of one was spent",
)
VAD_OVER_BUDGET = Counter(
    "parley_vad_over_budget_windows",
    "Windows that were judged beyond the budget of a tick: the media plane has more calls than it can serve",
)
TOO_SHORT = Counter(
    "parley_utterances_too_short",
    "Bursts of speech that were shorter than BARGE_IN_MIN_MS: clicks, as a rule",
)


class Meter:
    """Carries the detector's counts over to Prometheus, once a second."""

    def __init__(self, detector: SpeechDetector) -> None:
        self._detector = detector
        self._told_too_short = 0
        self._told = BudgetCounts()

    def tell(self) -> None:
        """Add what has happened since the last time."""
        TOO_SHORT.inc(self._detector.too_short - self._told_too_short)
        self._told_too_short = self._detector.too_short
        now, told = self._detector.budget.counts, self._told
        VAD_WINDOWS.inc(now.granted - told.granted)
        VAD_CARRIED.inc(now.carried - told.carried)
        VAD_OVER_BUDGET.inc(now.over - told.over)
        self._told = replace(now)
