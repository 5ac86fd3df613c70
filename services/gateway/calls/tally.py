"""How many calls there are, how long they take and how they end."""

import time

from prometheus_client import Counter, Gauge, Histogram

from gateway.calls.ending import MOVED
from parley import log

ACTIVE = Gauge("parley_calls_active", "Calls in progress", ["agent"])
STARTED = Counter("parley_calls_started", "Calls that were answered", ["agent"])
ENDED = Counter("parley_calls_ended", "Calls that ended, by how", ["agent", "outcome"])
DURATION = Histogram(
    "parley_call_duration_seconds",
    "Time from answer to end of a call",
    ["agent"],
    buckets=(1, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600),
)
RESUMED = Counter("parley_calls_resumed", "Calls taken over from another gateway where they were", ["agent"])
SETUP = Histogram(
    "parley_call_setup_seconds",
    "Time from a call's arrival until caller and agent can hear each other",
    buckets=(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)

CANARY_INTERVAL = Gauge(
    "parley_canary_interval_seconds",
    "Time from a call of the canary's to its next (CANARY_INTERVAL_S), whether it runs or not; 0: none is expected",
)

_log = log.get("call")


class Tally:
    """Counts one call, which arrives as this is made."""

    def __init__(self, agent: str, before_s: float = 0.0) -> None:
        """`before_s`: how long it has lasted at other gateways."""
        self._agent = agent
        self._before_s = before_s
        self._began = time.monotonic()
        ACTIVE.labels(agent).inc()

    def started(self, *, resumed: bool = False) -> None:
        """Caller and agent can hear each other: for the first time, or again."""
        (RESUMED if resumed else STARTED).labels(self._agent).inc()
        SETUP.observe(time.monotonic() - self._began)

    def ended(self, outcome: str) -> None:
        """Nothing of the call is left here. How long one that goes on elsewhere takes is told there."""
        seconds = self._before_s + time.monotonic() - self._began
        ACTIVE.labels(self._agent).dec()
        ENDED.labels(self._agent, outcome).inc()
        if outcome != MOVED:
            DURATION.labels(self._agent).observe(seconds)
        _log.info("call ended", outcome=outcome, seconds=round(seconds, 1))
