"""What the packets of all calls count, in and out."""

from prometheus_client import Counter, Histogram

from gateway.media.rtp.inbox import InboxCounts
from gateway.media.rtp.jitter import Jitter
from gateway.media.rtp.packets import Ints

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


class Meter:
    """Carries the receive side's counts over to Prometheus, once a second.

    A counter of Prometheus takes a lock each time; the tick's own are plain numbers of its thread.
    """

    def __init__(self, counts: InboxCounts, jitter: Jitter) -> None:
        self._counts = counts
        self._jitter = jitter
        self._told = InboxCounts()

    def tell(self, rows: Ints) -> None:
        """Add what has happened since the last time; `rows` are the calls in progress."""
        now, told = self._counts, self._told
        RECEIVED.inc(now.accepted - told.accepted)
        LOST.inc(now.lost - told.lost)
        REORDERED.inc(now.reordered - told.reordered)
        LATE.inc(now.late - told.late)
        REFUSED.labels("ssrc").inc(now.foreign - told.foreign)
        self._told = InboxCounts(now.accepted, now.lost, now.reordered, now.late, now.foreign)
        for seconds in self._jitter.seconds[rows].tolist():
            JITTER.observe(seconds)
