"""The canary's test calls: what was measured from outside."""

from grafana.generate.panels import GREEN, RED, YELLOW, Query, figure, lines
from grafana.generate.queries import CALLS, VOICE, quantile

CANARY = [
    lines(
        6,
        "Voice to voice, from outside",
        "The median of the canary's last test call, measured at its end of the line.",
        "s",
        Query("parley_canary_voice_to_voice_seconds", "canary"),
        Query(quantile(0.5, VOICE, CALLS, by="agent"), "{{agent}}, by the gateway"),
    ),
    lines(
        6,
        "Barge-in, from outside",
        "How long the agent went on speaking when the canary interrupted it, measured at its end of the line.",
        "s",
        Query("parley_canary_barge_in_stop_seconds", "canary"),
    ),
    lines(
        6,
        "What went well",
        "1 when it did: the whole call, the words of every answer, the key that silences the agent.",
        "short",
        Query("parley_canary_success", "call"),
        Query("parley_canary_answer_right", "answers"),
        Query("parley_canary_key_ok", "key"),
        decimals=0,
        high=1.2,
    ),
    figure(
        3,
        "Last test call",
        "How long ago the canary called last.",
        "s",
        Query("time() - max(parley_canary_last_run_timestamp_seconds > 0)", "ago"),
        steps=((None, GREEN), (900, YELLOW), (1800, RED)),
        nothing="never",
    ),
    figure(
        3,
        "Test calls",
        "How many of the canary's calls in the time shown ended how.",
        "short",
        Query("sum by (outcome) (increase(parley_canary_runs_total[$__range]))", "{{outcome}}"),
        over_time=False,
        named=True,
        decimals=0,
        nothing="none",
    ),
]
