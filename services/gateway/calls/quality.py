"""How good a call sounded: what Asterisk knows of the caller's leg and the media plane of its own, as one figure.

Asterisk tells its statistics in two ways: on request while the channel lives, and as a channel variable when the caller
hangs up, since the channel is gone by the time a request could be made.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from prometheus_client import Histogram

from gateway.ari.channels import Channels
from gateway.media.events import MediaEnded
from gateway.media.rtp.emodel import mean_opinion, rating
from parley import log
from parley.errors import AriError

MOS = Histogram(
    "parley_call_mos",
    "Estimated mean opinion score of a call (ITU-T G.107), of its worse direction: 1 bad, 4.4 the best of a telephone",
    buckets=(1, 1.5, 2, 2.5, 3, 3.3, 3.6, 3.8, 4, 4.1, 4.2, 4.3, 4.4, 4.5),
)
CALL_LOST = Histogram(
    "parley_call_lost_ratio",
    "Share of a call's packets that never came, of its worse direction",
    buckets=(0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1),
)
ROUND_TRIP = Histogram(
    "parley_call_round_trip_seconds",
    "Time of a packet from Asterisk to the caller and back (RTCP), at the end of a call",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2),
)

_VARIABLE = "RTPAUDIOQOS"
_NAMES = {"lp": "rxploss", "rlp": "txploss"}
"""Names in that variable for what the answer to a request calls otherwise."""
_OWN_DELAY_S = 0.060
"""A packet's own 20 ms, a tick of the media plane, and the telephone's least."""

_log = log.get("quality")


@dataclass(frozen=True, slots=True)
class CallerLeg:
    """What went by between Asterisk and the caller; packets and seconds."""

    received: int
    lost: int
    """Of what the caller sent."""
    sent: int
    lost_there: int
    """Of what Asterisk sent, as the caller's telephone reports."""
    jitter_s: float
    """Of the worse direction."""
    round_trip_s: float


@dataclass(frozen=True, slots=True)
class Quality:
    """A call in figures, of its worse direction each."""

    mos: float
    lost_pct: float
    jitter_ms: float
    round_trip_ms: float
    """0 where it is not known, or shorter than the telephone can tell: many count DLSR in whole milliseconds."""
    packets_received: int
    """From the caller."""
    packets_sent: int
    """To the caller; 0 where Asterisk told nothing."""


def from_statistics(told: Mapping[str, object]) -> CallerLeg:
    """Read Asterisk's statistics; what is not there or is no number counts as 0, as with a telephone without RTCP."""

    def number(name: str) -> float:
        try:
            return float(str(told.get(name, 0)))
        except ValueError:
            return 0.0

    received, sent = int(number("rxcount")), int(number("txcount"))
    return CallerLeg(
        received=received,
        lost=_plausible(number("rxploss"), received),
        sent=sent,
        lost_there=_plausible(number("txploss"), sent),
        jitter_s=max(number("rxjitter"), number("txjitter")),
        round_trip_s=_measured(number("rtt")),
    )


def _plausible(lost: float, packets: int) -> int:
    """A count of losses; packets that came twice make Asterisk's wrap around."""
    return int(lost) if 0 <= lost < 1 << 31 and packets else 0


def _measured(round_trip_s: float) -> float:
    """A round trip in 16.16 fixed point (RFC 3550, 6.4.1): where clocks make it negative it has wrapped around."""
    return round_trip_s if 0 <= round_trip_s < 1 << 15 else 0.0


def from_variable(value: str) -> CallerLeg:
    """Read the channel variable, for example `ssrc=1;lp=3;rxjitter=0.002;rxcount=500;...`."""
    pairs = (part.partition("=") for part in value.split(";"))
    return from_statistics({_NAMES.get(name, name): number for name, _, number in pairs})


def judge(leg: CallerLeg | None, ended: MediaEnded | None, codec: str) -> Quality | None:
    """Judge both directions of a call; None when not a packet went by."""
    inside = _share(ended.lost, ended.received) if ended else 0.0
    if leg is None:
        if ended is None or not ended.received + ended.lost:
            return None
        leg = CallerLeg(ended.received, 0, 0, 0, ended.jitter_s, 0.0)
    if not leg.received + leg.sent:
        return None
    here = 1 - (1 - _share(leg.lost, leg.received)) * (1 - inside)
    there = min(1.0, leg.lost_there / leg.sent) if leg.sent else 0.0
    # A jitter buffer that follows RFC 3550's estimate holds about twice as much.
    delay_s = _OWN_DELAY_S + leg.round_trip_s / 2 + 2 * leg.jitter_s
    lost = max(here, there)
    return Quality(
        mos=round(mean_opinion(rating(codec, lost, delay_s)), 2),
        lost_pct=round(100 * lost, 3),
        jitter_ms=round(1000 * leg.jitter_s, 2),
        round_trip_ms=round(1000 * leg.round_trip_s, 2),
        packets_received=leg.received,
        packets_sent=leg.sent,
    )


def _share(lost: int, received: int) -> float:
    return lost / (lost + received) if lost + received else 0.0


class QualityWatch:
    """Collects what is to be known of one call's quality."""

    def __init__(self, call: str, channels: Channels) -> None:
        self._call = call
        self._channels = channels
        self._codec = ""
        self._leg: CallerLeg | None = None

    async def begin(self) -> None:
        """Learn the codec that caller and Asterisk agreed upon."""
        try:
            self._codec = await self._channels.codec(self._call)
        except AriError as error:
            _log.info("the codec of the call is not known", call=self._call, error=str(error))

    def on_variable(self, name: str, value: str) -> None:
        """Take in a channel variable: Asterisk sets its statistics when the caller hangs up."""
        if name == _VARIABLE:
            self._leg = from_variable(value)

    async def read(self) -> None:
        """Ask for the statistics, unless they were told; before anything of the call is removed."""
        if self._leg is not None:
            return
        try:
            self._leg = from_statistics(await self._channels.statistics(self._call))
        except AriError as error:
            _log.info("no statistics of the caller's leg", call=self._call, error=str(error))

    def finish(self, ended: MediaEnded | None) -> dict[str, float]:
        """Put the call into the histograms; return its figures for the event of its end, none when nothing is known."""
        quality = judge(self._leg, ended, self._codec)
        if quality is None:
            return {}
        MOS.observe(quality.mos)
        CALL_LOST.observe(quality.lost_pct / 100)
        if self._leg is not None and self._leg.round_trip_s:
            ROUND_TRIP.observe(self._leg.round_trip_s)
        _log.info("call quality", call=self._call, codec=self._codec, **asdict(quality))
        return asdict(quality)
