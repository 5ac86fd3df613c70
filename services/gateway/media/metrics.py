"""What the media plane counts. Figures of all calls together: a call's id is never a label."""

from dataclasses import replace

from prometheus_client import Counter, Gauge, Histogram

from gateway.media.rtp.inbox import InboxCounts
from gateway.media.speech.budget import BudgetCounts
from gateway.media.speech.detector import SpeechDetector

TICK_LATE = Histogram(
    "parley_media_tick_late_seconds",
    "How late a tick of the media plane began",
    buckets=(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1),
)
TICK_WORK = Histogram(
    "parley_media_tick_work_seconds",
    "How long the work of a tick took, of the 20 ms that it has",
    buckets=(0.0005, 0.001, 0.002, 0.005, 0.01, 0.015, 0.02, 0.05),
)
TICKS_SKIPPED = Counter("parley_media_ticks_skipped", "Ticks that were left out because one came too late")
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
LEGS = Gauge("parley_media_legs", "Media legs that are being served")
SENT = Counter("parley_rtp_sent_packets", "RTP packets sent to Asterisk")
RECEIVED = Counter("parley_rtp_received_packets", "RTP packets of calls in progress")
LOST = Counter("parley_rtp_lost_packets", "RTP packets that never came, by sequence number")
REORDERED = Counter("parley_rtp_reordered_packets", "RTP packets that came after a later one, in time")
LATE = Counter("parley_rtp_late_packets", "RTP packets that came twice, or after their place had been filled")
REFUSED = Counter("parley_rtp_refused_packets", "RTP packets that were not let in", ["reason"])
JITTER = Histogram(
    "parley_rtp_jitter_seconds",
    "Interarrival jitter of the calls' packets (RFC 3550), every call once a second",
    buckets=(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1),
)
TOO_SHORT = Counter(
    "parley_utterances_too_short",
    "Bursts of speech that were shorter than BARGE_IN_MIN_MS: clicks, as a rule",
)
UNDERRUNS = Counter(
    "parley_playout_underruns", "Times that a reply's speech did not come in time to be played"
)


class Meter:
    """Carries the counts of inbox and detector over to Prometheus, once a second."""

    def __init__(self, counts: InboxCounts, detector: SpeechDetector) -> None:
        self._counts = counts
        self._detector = detector
        self._told_too_short = 0
        self._told_budget = BudgetCounts()
        self._told = InboxCounts()

    def tell(self) -> None:
        """Add what has happened since the last time."""
        now, told = self._counts, self._told
        RECEIVED.inc(now.accepted - told.accepted)
        LOST.inc(now.lost - told.lost)
        REORDERED.inc(now.reordered - told.reordered)
        LATE.inc(now.late - told.late)
        REFUSED.labels("ssrc").inc(now.foreign - told.foreign)
        TOO_SHORT.inc(self._detector.too_short - self._told_too_short)
        self._told_too_short = self._detector.too_short
        self._tell_budget()
        self._told = InboxCounts(now.accepted, now.lost, now.reordered, now.late, now.foreign)

    def _tell_budget(self) -> None:
        now, told = self._detector.budget.counts, self._told_budget
        VAD_WINDOWS.inc(now.granted - told.granted)
        VAD_CARRIED.inc(now.carried - told.carried)
        VAD_OVER_BUDGET.inc(now.over - told.over)
        self._told_budget = replace(now)
