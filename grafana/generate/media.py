"""Media: packets between Asterisk and the gateway, how they sound, and whether the tick keeps time."""

from grafana.generate.board import Board, Row
from grafana.generate.panels import GREEN, ORANGE, RED, YELLOW, Query, figure, heat, lines
from grafana.generate.queries import INSTANCE, NOW, RANGE, per_second, quantile, ratio, total
from grafana.generate.series import p50_p95

_LATE = "parley_media_tick_late_seconds"
_WORK = "parley_media_tick_work_seconds"
_JITTER = "parley_rtp_jitter_seconds"
_MOS = "parley_call_mos"
_TICK_STEPS = ((None, GREEN), (0.005, YELLOW), (0.02, RED))


def _lost(window: str) -> str:
    lost = total("parley_rtp_lost_packets_total", INSTANCE, window)
    return ratio(lost, f"({total('parley_rtp_received_packets_total', INSTANCE, window)} + {lost})")


_FIGURES = [
    figure(
        4,
        "Calls on the media plane",
        "Calls whose sound is being carried now.",
        "short",
        Query(f"sum(parley_media_legs{{{INSTANCE}}})", "legs"),
        decimals=0,
    ),
    figure(
        4,
        "MOS",
        "Estimated listening quality (E-model, ITU-T G.107; 4.4 is as good as G.711 gets, below 3.6 many are "
        "dissatisfied) in the time shown: half of the calls were better.",
        "short",
        Query(quantile(0.5, _MOS, INSTANCE, RANGE), "median"),
        over_time=False,
        decimals=2,
        low=1,
        high=4.5,
        steps=((None, RED), (3.6, YELLOW), (4.0, GREEN)),
    ),
    figure(
        4,
        "Loss",
        "Of Asterisk's packets in the time shown, how many never came.",
        "percentunit",
        Query(_lost(RANGE), "lost"),
        over_time=False,
        decimals=2,
        steps=((None, GREEN), (0.01, YELLOW), (0.03, RED)),
    ),
    figure(
        4,
        "Jitter",
        "Interarrival jitter (RFC 3550) in the time shown: 95 % were below.",
        "s",
        Query(quantile(0.95, _JITTER, INSTANCE, RANGE), "p95"),
        over_time=False,
        steps=((None, GREEN), (0.01, YELLOW), (0.03, RED)),
    ),
    figure(
        4,
        "Tick late",
        "How late the 20 ms tick of the media plane began in the time shown: 99 % were less late.",
        "s",
        Query(quantile(0.99, _LATE, INSTANCE, RANGE), "p99"),
        over_time=False,
        steps=_TICK_STEPS,
    ),
    figure(
        4,
        "Ticks left out",
        "Ticks that were left out in the time shown because one came too late.",
        "short",
        Query(f"round({total('parley_media_ticks_skipped_total', INSTANCE)})", "ticks"),
        over_time=False,
        decimals=0,
        steps=((None, GREEN), (1, YELLOW), (100, RED)),
    ),
]


_BAD = {
    "lost": "parley_rtp_lost_packets_total",
    "reordered": "parley_rtp_reordered_packets_total",
    "late or twice": "parley_rtp_late_packets_total",
}
_REFUSED = per_second("parley_rtp_refused_packets_total", INSTANCE, by="reason")
_PACKETS = [
    lines(
        8,
        "Packets",
        "RTP packets from and to Asterisk; a call has 50 per second each way.",
        "pps",
        Query(per_second("parley_rtp_received_packets_total", INSTANCE, NOW), "received"),
        Query(per_second("parley_rtp_sent_packets_total", INSTANCE, NOW), "sent"),
    ),
    lines(
        8,
        "Packets with trouble",
        "Packets that never came, came out of order, came too late or twice, or were not let in.",
        "pps",
        *(Query(per_second(name, INSTANCE), legend) for legend, name in _BAD.items()),
        Query(_REFUSED, "refused: {{reason}}"),
    ),
    lines(
        8,
        "Loss",
        "Of Asterisk's packets, how many never came to the gateway; and of a call's, whichever direction was worse, up "
        "to the telephone: 95 % of the calls lost less.",
        "percentunit",
        Query(_lost("$window"), "from Asterisk"),
        Query(quantile(0.95, "parley_call_lost_ratio", INSTANCE), "calls, p95", ORANGE),
    ),
]


_SOUND = [
    lines(
        6,
        "Round trip",
        "From Asterisk to the telephone and back (RTCP), at the end of each call: half, and 95 %, were faster.",
        "s",
        *p50_p95("parley_call_round_trip_seconds", INSTANCE),
    ),
    lines(
        6,
        "Jitter",
        "Interarrival jitter (RFC 3550): half, and 95 %, of the measurements were below.",
        "s",
        *p50_p95(_JITTER, INSTANCE),
    ),
    lines(
        6,
        "MOS",
        "Estimated listening quality of calls, 1 to 4.5: half, and 95 %, of the calls were better.",
        "short",
        Query(quantile(0.5, _MOS, INSTANCE), "half are better", GREEN),
        Query(quantile(0.05, _MOS, INSTANCE), "95 % are better", ORANGE),
        low=1,
        high=4.5,
    ),
    heat(
        6,
        "MOS, every call",
        "How many calls were how good: the stronger the colour, the more.",
        "short",
        f"sum by (le) (increase({_MOS}_bucket{{{INSTANCE}}}[$__interval]))",
    ),
]


_BUSY = per_second(f"{_WORK}_sum", INSTANCE, NOW, by="instance")
_TICKS = [
    lines(
        5,
        "Tick late",
        "How late the tick began: half, 95 % and 99 % of the ticks were less late.",
        "s",
        *p50_p95(_LATE, INSTANCE),
        Query(quantile(0.99, _LATE, INSTANCE), "p99", RED),
    ),
    lines(
        5,
        "Work of a tick",
        "How long the work of a tick took, of the 20 ms that it has.",
        "s",
        *p50_p95(_WORK, INSTANCE),
        Query(quantile(0.99, _WORK, INSTANCE), "p99", RED),
    ),
    lines(
        5,
        "Tick in use",
        "Of the tick's time, how much is work: at 100 % a gateway can carry no more calls.",
        "percentunit",
        Query(_BUSY, "{{instance}}"),
        high=1,
    ),
    lines(
        5,
        "Gaps",
        "Ticks that were left out, and times that a reply's speech did not come in time to be played.",
        "ops",
        Query(per_second("parley_media_ticks_skipped_total", INSTANCE), "ticks left out"),
        Query(per_second("parley_playout_underruns_total", INSTANCE), "speech too late"),
    ),
    lines(
        4,
        "Voice activity",
        "Windows of 32 ms per second that were judged for speech, those that had to wait for the next tick, and those "
        "judged beyond a tick's budget: then there are more calls than the media plane can serve.",
        "ops",
        Query(per_second("parley_vad_windows_total", INSTANCE), "judged"),
        Query(per_second("parley_vad_carried_windows_total", INSTANCE), "waited"),
        Query(per_second("parley_vad_over_budget_windows_total", INSTANCE), "beyond"),
    ),
]

BOARD = Board(
    "parley-media",
    "media",
    "Packets between Asterisk and the gateway, how calls sound, and whether the media plane keeps time.",
    [
        Row(4, _FIGURES),
        Row(8, _PACKETS, "Packets"),
        Row(8, _SOUND, "Sound"),
        Row(8, _TICKS, "Tick of 20 ms"),
    ],
    agents=False,
)
