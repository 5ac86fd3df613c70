"""What is about the outside: the canary's test calls, what other systems ask and are told, and chats."""

from grafana.generate.panels import GREEN, RED, YELLOW, Query, columns, figure, lines
from grafana.generate.queries import CALLS, VOICE, quantile
from grafana.generate.series import each_step, p50_p95

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

API = [
    columns(
        8,
        "Requests to the API",
        "Requests that were answered in each step, by the status that they were answered with.",
        "short",
        each_step("parley_api_requests_total", "", "status"),
        decimals=0,
        nothing="None",
    ),
    lines(
        8,
        "Time of an answer",
        "How long answers of the API took: half, and 95 %, were faster.",
        "s",
        *p50_p95("parley_api_request_seconds", ""),
    ),
    columns(
        8,
        "Refused by the API",
        "Requests that were not let in, in each step, by why: no good key, not the scope, too many in a minute.",
        "short",
        each_step("parley_api_refused_total", "", "reason"),
        decimals=0,
        nothing="None",
    ),
]

CHATS = [
    lines(
        6,
        "Chats",
        "Chats that go on, by where they come from.",
        "short",
        Query("sum by (channel) (parley_chat_open)", "{{channel}}"),
        decimals=0,
    ),
    columns(
        6,
        "Chats that ended",
        "Chats that were over in each step, by how they ended.",
        "short",
        each_step("parley_chats_total", "", "outcome"),
        decimals=0,
        nothing="None",
    ),
    columns(
        4,
        "Messages",
        "Messages of chats in each step, by who wrote them.",
        "short",
        each_step("parley_chat_messages_total", "", "who"),
        decimals=0,
        nothing="None",
    ),
    lines(
        4,
        "First sentence",
        "From a message to the first sentence of its answer: half, and 95 %, were faster.",
        "s",
        *p50_p95("parley_chat_first_sentence_seconds", ""),
    ),
    columns(
        4,
        "Refused in chats",
        "What was not done in each step, by why: a page's origin, a wrong token, too much at a time.",
        "short",
        each_step("parley_chat_refused_total", "", "reason"),
        decimals=0,
        nothing="None",
    ),
]

WEBHOOKS = [
    columns(
        6,
        "Webhooks",
        "Messages to other systems in each step: taken, by what they tell, and tries that failed, by why.",
        "short",
        each_step("parley_webhooks_delivered_total", "", "event"),
        each_step("parley_webhooks_failed_total", "", "reason", name="failed"),
        decimals=0,
        nothing="None",
    ),
    lines(
        3,
        "Messages that wait",
        "Messages that were not taken yet, or not within a day, by receiver.",
        "short",
        Query("max by (endpoint) (parley_webhooks_waiting)", "{{endpoint}}"),
        Query("max by (endpoint) (parley_webhooks_dead)", "{{endpoint}}: given up"),
        decimals=0,
    ),
    columns(
        3,
        "Given up",
        "Messages that were not taken within a day, and events that could not be told, in each step.",
        "short",
        each_step("parley_webhooks_died_total", "", "endpoint"),
        each_step("parley_webhooks_events_missed_total", "", name="missed"),
        each_step("parley_webhooks_events_unreadable_total", "", name="unreadable"),
        decimals=0,
        nothing="None",
    ),
    lines(
        6,
        "Time of a try",
        "How long tries to deliver a message took: half, and 95 %, were faster.",
        "s",
        *p50_p95("parley_webhooks_try_seconds", ""),
    ),
    lines(
        6,
        "The oldest that waits",
        "For how long the oldest message has waited, by receiver.",
        "s",
        Query("max by (endpoint) (parley_webhooks_oldest_seconds)", "{{endpoint}}"),
    ),
]
