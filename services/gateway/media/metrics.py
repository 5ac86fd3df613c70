"""What the tick and its calls count. Figures of all calls together: a call's id is never a label.

What comes and goes as packets is counted in `rtp/metrics.py`, what the detector judges in `speech/metrics.py`.
"""

from prometheus_client import Counter, Gauge, Histogram

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
LEGS = Gauge("parley_media_legs", "Media legs that are being served")
UNDERRUNS = Counter(
    "parley_playout_underruns", "Times that a reply's speech did not come in time to be played"
)
